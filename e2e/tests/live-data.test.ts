// What a page that stays open goes through: the server restarts, the tab is hidden, the browser is slow. Nothing is missing after.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();

const chart = (page: Page) => page.getByRole('figure').filter({ hasText: 'Temperature' }).first();
/** Lowest, mean and highest of what is in the window of the chart, as stands beside its title. */
const spread = (page: Page) => chart(page).locator('dl').textContent();
const holds = (page: Page, value: string) => expect.poll(() => spread(page), { timeout: 15_000 }).toContain(value);
const picture = (page: Page) =>
  chart(page)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** Engine.IO "message", Socket.IO "acknowledgement". */
const ANSWER = '43';

/** A hand on the wire of a page, which has to be loaded again for it. */
async function takeWire(page: Page) {
  let cut = false;
  let held: (() => void)[] | null = null;
  const routes: { close(): Promise<void> }[] = [];
  await page.routeWebSocket(/socket\.io/, (wire) => {
    routes.push(wire);
    if (cut) {
      void wire.close();
      return;
    }
    const server = wire.connectToServer();
    wire.onMessage((message) => {
      if (held !== null && String(message).startsWith(ANSWER)) held.push(() => server.send(message));
      else server.send(message);
    });
  });
  await page.reload();
  await page.locator('#content').waitFor();
  return {
    cut: async () => {
      cut = true;
      for (const route of routes) await route.close();
    },
    mend: () => {
      cut = false;
    },
    /** That the page took a frame does not reach the server. */
    hold: () => {
      held = [];
    },
    release: () => {
      for (const send of held ?? []) send();
      held = null;
    },
  };
}

/** No headless Chromium hides a tab: the page is told that it was. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

describe.skipIf(browser === null)('live data', () => {
  let plant: Plant;
  const onEnd = closeAfterAll();
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
  });
  async function openMachine(name: string) {
    const machineId = await plant.addMachine(name);
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1');
    return { machineId, page };
  }

  it('is complete after the server was away: the chart has what was stored meanwhile, alerts resume', async () => {
    const { machineId, page } = await openMachine('Press 1');
    const wire = await takeWire(page);
    const startMs = Date.now();
    await plant.publish(machineId, { temperature: 61 }, startMs - 3000);
    await holds(page, '61.0');
    await wire.cut();
    await page.getByRole('button', { name: 'Try now' }).waitFor();
    await plant.restart();
    await plant.publish(machineId, { temperature: 77.5 }, startMs - 2000);
    await plant.publish(machineId, { temperature: 95 }, startMs - 1000);
    expect(await spread(page)).not.toContain('95.0');
    wire.mend();
    await page.getByRole('button', { name: 'Try now' }).click();
    await holds(page, '95.0');
    await holds(page, '61.0');
    await page.getByRole('button', { name: 'Try now' }).waitFor({ state: 'detached' });
    await page.getByRole('listitem').filter({ hasText: 'Press 1' }).filter({ hasText: '95' }).first().waitFor();
  }, 60_000);

  it('is not drawn in a hidden tab, and complete once it is seen again', async () => {
    const { machineId, page } = await openMachine('Press 2');
    const other = await plant.openPage(`/machines/${machineId}`, 'operator1');
    await plant.publish(machineId, { temperature: 61 });
    await holds(page, '61.0');
    await setHidden(page, true);
    const before = await picture(page);
    for (const value of [62, 77.5, 63]) {
      await plant.publish(machineId, { temperature: value });
      await expect.poll(() => chart(other).locator('dl').textContent()).toContain(value === 62 ? '62.0' : '77.5');
    }
    expect(await picture(page)).toBe(before);
    expect(await spread(page)).not.toContain('77.5');
    await setHidden(page, false);
    await holds(page, '77.5');
    expect(await picture(page)).not.toBe(before);
  }, 60_000);

  it('says so where the browser does not keep up, and has the missing readings afterwards', async () => {
    const { machineId, page } = await openMachine('Press 3');
    const wire = await takeWire(page);
    await plant.publish(machineId, { temperature: 61 });
    await holds(page, '61.0');
    wire.hold();
    const slow = page.getByRole('banner').getByText('Live, slowed down');
    // The first frame is on its way without an answer; what comes after it waits, and becomes the newest value only.
    for (let value = 62; !(await slow.isVisible()); value++) {
      await plant.publish(machineId, { temperature: value < 70 ? value : 65 });
    }
    await plant.publish(machineId, { temperature: 78.5 });
    await plant.publish(machineId, { temperature: 66 });
    wire.release();
    await slow.waitFor({ state: 'detached' });
    await holds(page, '78.5');
  }, 60_000);
});
