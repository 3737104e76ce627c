// A press acknowledges what stood there for a second, and nothing that has only just come there.

import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const IGNORED = 'Nothing was done, because the control had just changed.';

interface Spot {
  x: number;
  y: number;
}

describe.skipIf(browser === null)('acknowledging', { timeout: 90_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  const machines: Record<string, string> = {};
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    for (const name of ['Press 1', 'Press 2', 'Press 3']) machines[name] = await plant.addMachine(name);
  }, 60_000);

  const publish = (name: string, values: Record<string, number>) => plant.publish(machines[name] as string, values);
  const raise = (name: string) => publish(name, { temperature: 95 });
  const open = async () =>
    (
      (await plant.get('/alerts?state=open')) as {
        alerts: { id: string; machine_name: string; metric: string; state: string }[];
      }
    ).alerts;
  const unacknowledged = async () =>
    (await open())
      .filter(({ state }) => state === 'active_unacked')
      .map((alert) => alert.machine_name)
      .sort();
  /** Nothing is open: what a test before has left is acknowledged and has cleared. */
  beforeEach(async () => {
    for (const name of Object.keys(machines)) await publish(name, { temperature: 60, pressure: 100 });
    for (const { id } of await open()) await plant.call('POST', `/alerts/${id}/acknowledge`, {});
    await expect.poll(open).toEqual([]);
  });

  /** Acknowledgements that the page has sent. */
  const sentBy = (page: Page) => {
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/acknowledge')) sent.push(request.url());
    });
    return sent;
  };
  const buttonFor = (page: Page, name: string) =>
    page.getByRole('button', { name: `Acknowledge ${name}`, exact: true }).first();
  const spotOf = async (page: Page, name?: string): Promise<Spot> => {
    const button = name === undefined ? page.locator('.action-bar button') : buttonFor(page, name);
    const box = await button.boundingBox();
    if (box === null) throw new Error('There is no such button');
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  /** Clicks in the same moment in which the spot belongs to what reads `text`; tells whether it looked disabled. */
  const clickAsSoonAs = (page: Page, spot: Spot, text: string) =>
    page.evaluate(
      ({ x, y, text: awaited }) =>
        new Promise<string | null>((resolve) => {
          const look = () => {
            const control = document.elementFromPoint(x, y)?.closest('button, input, a');
            const about = control?.closest('.alert, .action-bar, tr')?.textContent ?? '';
            // Once the press before it is answered, which disables the button as well.
            if (!control || control.matches(':disabled') || !about.includes(awaited))
              return requestAnimationFrame(look);
            const event = { bubbles: true, cancelable: true, detail: 1, clientX: x, clientY: y, view: window };
            control.dispatchEvent(new MouseEvent('click', event));
            return resolve(control.getAttribute('aria-disabled'));
          };
          look();
        }),
      { ...spot, text },
    );
  const usable = (page: Page, name?: string) =>
    expect
      .poll(() => (name === undefined ? page.locator('.action-bar button') : buttonFor(page, name)).isEnabled())
      .toBe(true);

  it('in the panel: the second click on the same spot is not for the alert that moved there', async () => {
    const page = await plant.openPage('/', 'operator1');
    const sent = sentBy(page);
    await raise('Press 1');
    await buttonFor(page, 'Press 1').waitFor();
    await raise('Press 2');
    await buttonFor(page, 'Press 2').waitFor();
    await usable(page, 'Press 2');
    const spot = await spotOf(page, 'Press 2');
    await page.mouse.click(spot.x, spot.y);
    expect(await clickAsSoonAs(page, spot, 'Press 1')).toBe('true');
    await page.getByText('Acknowledged: Press 2, Temperature high-high', { exact: true }).waitFor();
    await expectAccessible(page);
    await usable(page, 'Press 1');
    // After two clicks, the message says what the first one did, and nothing covers it.
    expect(await page.getByText(IGNORED).count()).toBe(0);
    expect(await unacknowledged()).toEqual(['Press 1']);
    expect(sent).toHaveLength(1);

    await page.mouse.click(spot.x, spot.y);
    await expect.poll(unacknowledged).toEqual([]);
    expect(sent).toHaveLength(2);
  });

  it('in the panel: a click just after a newer alert came is not for the newer one', async () => {
    const page = await plant.openPage('/', 'operator1');
    const sent = sentBy(page);
    await raise('Press 1');
    await buttonFor(page, 'Press 1').waitFor();
    await usable(page, 'Press 1');
    const spot = await spotOf(page, 'Press 1');
    const clicked = clickAsSoonAs(page, spot, 'Press 3');
    await raise('Press 3');
    expect(await clicked).toBe('true');
    await page.getByText(IGNORED).waitFor();
    await usable(page, 'Press 3');
    expect(await unacknowledged()).toEqual(['Press 1', 'Press 3']);
    expect(sent).toEqual([]);
  });

  it('in the panel: another alert elsewhere, which has not moved, can be acknowledged at once', async () => {
    const page = await plant.openPage('/', 'operator1');
    const sent = sentBy(page);
    for (const name of ['Press 1', 'Press 2', 'Press 3']) {
      await raise(name);
      await buttonFor(page, name).waitFor();
    }
    await usable(page, 'Press 1');
    await usable(page, 'Press 3');
    const spots = { last: await spotOf(page, 'Press 1'), first: await spotOf(page, 'Press 3') };
    await page.mouse.click(spots.last.x, spots.last.y);
    expect(await clickAsSoonAs(page, spots.first, 'Press 3')).toBeNull();
    await expect.poll(unacknowledged).toEqual(['Press 2']);
    expect(sent).toHaveLength(2);
  });

  it('on a phone: the second tap on the bar for the thumb is not for the next alert of the machine', async () => {
    const page = await plant.openPage(`/machines/${machines['Press 1']}`, 'operator1', PHONE);
    const sent = sentBy(page);
    await publish('Press 1', { temperature: 60, pressure: 160 });
    await page.locator('.action-bar').getByText('Pressure').waitFor();
    await publish('Press 1', { temperature: 95, pressure: 160 });
    await page.locator('.action-bar').getByText('Temperature').waitFor();
    await usable(page);
    const spot = await spotOf(page);
    await page.touchscreen.tap(spot.x, spot.y);
    expect(await clickAsSoonAs(page, spot, 'Pressure')).toBe('true');
    await page.getByText('Acknowledged: Press 1, Temperature high-high', { exact: true }).waitFor();
    await usable(page);
    expect(await unacknowledged()).toEqual(['Press 1']);
    expect(sent).toHaveLength(1);
    // The toast leaves the button free.
    await page.touchscreen.tap(spot.x, spot.y);
    await expect.poll(unacknowledged).toEqual([]);
  });

  it('on a phone: a tap just after a worse alert took the bar is not for the worse one', async () => {
    const page = await plant.openPage(`/machines/${machines['Press 1']}`, 'operator1', PHONE);
    const sent = sentBy(page);
    await publish('Press 1', { temperature: 60, pressure: 160 });
    await page.locator('.action-bar').getByText('Pressure').waitFor();
    await usable(page);
    const tapped = clickAsSoonAs(page, await spotOf(page), 'Temperature');
    await publish('Press 1', { temperature: 95, pressure: 160 });
    expect(await tapped).toBe('true');
    await page.getByText(IGNORED).waitFor();
    await usable(page);
    expect(await unacknowledged()).toEqual(['Press 1', 'Press 1']);
    expect(sent).toEqual([]);
  });

  it('by keyboard: Enter that is held acknowledges one alert, however long', async () => {
    const page = await plant.openPage(`/machines/${machines['Press 1']}`, 'operator1');
    const sent = sentBy(page);
    await publish('Press 1', { temperature: 95, pressure: 160 });
    const button = page.locator('.machine-head').getByRole('button', { name: 'Acknowledge', exact: true });
    await expect.poll(async () => (await open()).length).toBe(2);
    await button.focus();
    await expect.poll(() => button.isEnabled()).toBe(true);
    await page.keyboard.down('Enter');
    await expect.poll(unacknowledged).toEqual(['Press 1']);
    await expect.poll(() => button.isEnabled()).toBe(true);
    await button.focus();
    // Down again without up: the key repeats.
    await page.keyboard.down('Enter');
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    expect(await unacknowledged()).toEqual(['Press 1']);
    expect(sent).toHaveLength(1);
    await page.keyboard.press('Enter');
    await expect.poll(unacknowledged).toEqual([]);
  });

  it('in the table: neither the button nor the checkbox of a row that has just moved there', async () => {
    const page = await plant.openPage('/alerts', 'operator1');
    const sent = sentBy(page);
    await raise('Press 1');
    await buttonFor(page, 'Press 1').waitFor();
    await usable(page, 'Press 1');
    const spot = await spotOf(page, 'Press 1');
    const box = await page.getByRole('checkbox', { name: /Select Press 1/ }).boundingBox();
    const clicked = clickAsSoonAs(page, spot, 'Press 2');
    const chosen = clickAsSoonAs(page, { x: (box?.x ?? 0) + 8, y: (box?.y ?? 0) + 8 }, 'Press 2');
    await raise('Press 2');
    expect(await Promise.all([clicked, chosen])).toEqual(['true', 'true']);
    await usable(page, 'Press 2');
    expect(await page.getByRole('checkbox', { name: /Select Press 2/ }).isChecked()).toBe(false);
    expect(await unacknowledged()).toEqual(['Press 1', 'Press 2']);
    expect(sent).toEqual([]);
  });

  it('in the palette: Enter is not for an alert whose name has only just come there', async () => {
    const page = await plant.openPage('/', 'operator1');
    const sent = sentBy(page);
    await raise('Press 1');
    await buttonFor(page, 'Press 1').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('acknowledge');
    const option = (name: string) => page.getByRole('option', { name: `Acknowledge ${name}, Temperature high-high` });
    await option('Press 1').waitFor();
    const entered = page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const look = () => {
            const chosen = document.querySelector('[cmdk-item][aria-selected="true"]');
            if (!chosen?.textContent?.includes('Press 2')) return requestAnimationFrame(look);
            const event = { key: 'Enter', bubbles: true, cancelable: true };
            document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', event));
            return resolve();
          };
          look();
        }),
    );
    await raise('Press 2');
    await entered;
    await page.getByText(IGNORED).waitFor();
    await expect.poll(() => option('Press 2').isEnabled()).toBe(true);
    expect(await unacknowledged()).toEqual(['Press 1', 'Press 2']);
    await page.keyboard.press('Enter');
    await expect.poll(unacknowledged).toEqual(['Press 1']);
    expect(sent).toHaveLength(1);
  });

  it('of several at once names them, in the toast and in the audit log', async () => {
    const page = await plant.openPage('/alerts', 'manager1');
    await raise('Press 1');
    await raise('Press 2');
    for (const name of ['Press 1', 'Press 2']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await page
      .getByText(/^2 alerts acknowledged: Press \d, Temperature high-high; Press \d, Temperature high-high$/)
      .waitFor();
    await page.goto(`${plant.http}/settings/audit?action=alert.acknowledge`);
    const entries = page.locator('details').filter({ hasText: 'manager1' });
    for (const name of ['Press 1', 'Press 2']) {
      await entries
        .filter({ hasText: `${name}, Temperature high-high` })
        .first()
        .waitFor();
    }
    const entry = entries.filter({ hasText: 'Press 1, Temperature high-high' }).first();
    await entry.locator('summary').click();
    await entry.getByText('Press 1 · Hall A').waitFor();
    await entry.getByText('Temperature high-high (Critical)').waitFor();
    await expectAccessible(page);
  });
});
