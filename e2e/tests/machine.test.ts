// The machine screen: its charts filled from history, holes in words, past moments, the table, its limits, and who may change it.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** The machine that runs the tests may have a lot to do. */
const poll = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

describe.skipIf(browser === null)('the machine screen', () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
  }, 120_000);

  /** One reading every `stepMs` from `fromMs` to `toMs` ago. */
  const history = (fromMs: number, toMs: number, temperature = 70, stepMs = SECOND) => {
    const now = Math.floor(Date.now() / SECOND) * SECOND;
    return Array.from({ length: (fromMs - toMs) / stepMs }, (_, i) => ({
      timestamp: new Date(now - fromMs + i * stepMs).toISOString(),
      temperature: temperature + (i % 3) / 10,
      pressure: 101.5,
      speed: 1200,
    }));
  };
  const addMachine = async (name: string, ...runs: object[][]) => {
    const machineId = await plant.addMachine(name);
    for (const run of runs) await plant.publishAll(machineId, run as { timestamp: string }[]);
    return machineId;
  };
  const firstChart = (page: Page) => page.getByRole('slider', { name: /Temperature/ });
  const menu = async (page: Page, item: string) => {
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  it('is filled from history, tells a hole in words, and reads out the point under the keyboard cursor', async () => {
    const slow = 20 * SECOND;
    const machineId = await addMachine(
      'Mill 1',
      history(14 * MINUTE, 8 * MINUTE, 70, slow),
      history(4 * MINUTE, 0, 71, slow),
    );
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1');
    await page
      .getByText(/no data \d\d:\d\d–\d\d:\d\d/)
      .first()
      .waitFor();
    const chart = firstChart(page);
    await page.locator('.chart').first().getByText('71.2').first().waitFor();

    await chart.focus();
    await page.keyboard.press('End');
    const readout = () => chart.getAttribute('aria-valuetext');
    await poll(readout).toMatch(/^71\.\d °C, \d\d:\d\d:\d\d$/);
    await page.keyboard.press('Shift+ArrowLeft');
    await poll(readout).toMatch(/^71\.\d °C/);
    await page.keyboard.press('Home');
    for (let step = 0; step < 20 && !(await readout())?.startsWith('70'); step++) {
      await page.keyboard.press('Shift+ArrowRight');
    }
    expect(await readout()).toMatch(/^70\.\d °C/);
    for (let step = 0; step < 20 && !(await readout())?.startsWith('no data'); step++) {
      await page.keyboard.press('Shift+ArrowRight');
    }
    expect(await readout()).toMatch(/^no data \d\d:\d\d–\d\d:\d\d, \d\d:\d\d:\d\d$/);
    await page.keyboard.press('Escape');
    await poll(readout).toBe('Arrow keys move the cursor');
  }, 120_000);

  it('pauses and goes back to live, and a paused moment can be shared', async () => {
    const machineId = await addMachine('Mill 2', history(6 * MINUTE, 0));
    const page = await plant.openPage(`/machines/${machineId}?window=5`, 'operator1');
    await page.getByText('70.2').first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/Paused at/).waitFor();
    expect(new URL(page.url()).searchParams.get('at')).toMatch(/^\d{4}-.*Z$/);
    await page.reload();
    await page.getByText(/Paused at/).waitFor();

    await plant.publish(machineId, { temperature: 75.5, pressure: 101 });
    await page.getByRole('region', { name: 'Temperature' }).getByText('75.5').waitFor();
    const max = page.locator('.chart').first().locator('.spread dd').nth(2);
    await poll(() => max.textContent()).toBe('70.2');
    await page.getByRole('button', { name: 'Back to live' }).click();
    await poll(() => max.textContent()).toBe('75.5');
    expect(new URL(page.url()).search).toBe('?window=5');
  }, 120_000);

  it('opens at a moment long past, with the alerts of that time, and says what was wrong', async () => {
    const machineId = await addMachine(
      'Mill 3',
      history(190 * MINUTE, 181 * MINUTE),
      history(181 * MINUTE, 179 * MINUTE, 91),
    );
    await plant.publish(machineId, { temperature: 70, pressure: 101 });
    await expect
      .poll(async () => ((await plant.get(`/alerts?machine_id=${machineId}`)) as { alerts: unknown[] }).alerts.length)
      .toBe(1);
    const [alert] = ((await plant.get(`/alerts?machine_id=${machineId}`)) as { alerts: { raised_at: string }[] })
      .alerts;
    const page = await plant.openPage(`/machines/${machineId}?at=${alert?.raised_at}`, 'operator1');
    await page.getByText(/Paused at/).waitFor();
    const chart = firstChart(page);
    await page.locator('.chart').first().getByText('91.2').waitFor();
    // The moment stands at two thirds of the window.
    const plot = await chart.locator('.u-over').boundingBox();
    if (!plot) throw new Error('The chart is not drawn');
    await page.mouse.click(plot.x + (plot.width * 2) / 3, plot.y - 5);
    const words = page.getByRole('dialog', { name: 'Alerts' });
    await words.getByText('Temperature high-high').waitFor();
    await words.getByRole('button', { name: 'Show this moment' }).click();
    await page.getByRole('button', { name: 'Back to live' }).click();
    expect(new URL(page.url()).searchParams.has('at')).toBe(false);
  }, 120_000);

  it('marks every raise of an alert that returned, each with its own numbers, on the chart and in the history', async () => {
    const machineId = await plant.addMachine('Mill that returns');
    const startMs = Math.floor(Date.now() / SECOND) * SECOND - 45 * SECOND;
    for (const [second, temperature] of [70, 85, 70, 70, 70, 70, 70, 70, 95, 70, 70].entries()) {
      await plant.publish(machineId, { temperature }, startMs + second * SECOND);
    }
    await expect
      .poll(async () => ((await plant.get(`/alerts?machine_id=${machineId}`)) as { alerts: object[] }).alerts)
      .toMatchObject([{ raises: 2, state: 'cleared_unacked', severity: 'critical', peak: 95 }]);
    const atMs = startMs + 4 * SECOND;
    const at = new Date(atMs).toISOString();
    const page = await plant.openPage(`/machines/${machineId}?window=1&at=${at}`, 'operator1');
    await page.getByText(/Paused at/).waitFor();
    const plot = firstChart(page).locator('.u-over');
    await page.locator('.chart').first().getByText('70.0').first().waitFor();
    const words = page.getByRole('dialog', { name: 'Alerts' });
    const look = async (timeMs: number, ...expected: RegExp[]) => {
      const box = await plot.boundingBox();
      if (!box) throw new Error('The chart is not drawn');
      // The moment stands at two thirds of the window. The mark may not be drawn yet when the values are.
      const click = () => page.mouse.click(box.x + box.width * (2 / 3 + (timeMs - atMs) / MINUTE), box.y - 5);
      await poll(async () => {
        if (!(await words.isVisible())) {
          await click();
          await words.waitFor({ timeout: 2 * SECOND }).catch(() => {});
        }
        return words.isVisible();
      }).toBe(true);
      for (const text of expected) await words.getByText(text).waitFor();
      await page.keyboard.press('Escape');
      await words.waitFor({ state: 'hidden' });
    };
    await look(startMs + SECOND, /^Temperature high$/, /limit 80.0 °C · peak 85.0 °C/);
    await look(startMs + 8 * SECOND, /^Temperature high-high$/, /limit 88.0 °C · peak 95.0 °C/);

    await page.goto(`${plant.http}/history?machines=${machineId}&metric=temperature&range=1h`);
    await page.getByRole('button', { name: /2 alerts, the worst: Temperature high-high/ }).click();
    await words.getByText(/limit 80.0 °C, peak 85.0 °C/).waitFor();
    await words.getByText(/limit 88.0 °C, peak 95.0 °C/).waitFor();
  }, 120_000);

  it('calls a value what its alert calls it until that clears, in the tiles and among its alerts', async () => {
    const machineId = await plant.addMachine('Mill on its way back');
    await plant.publish(machineId, { temperature: 95 });
    await plant.publish(machineId, { temperature: 84 });
    const between = { viewport: { width: 1440, height: 900 } };
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1', between);
    const tile = page.getByRole('region', { name: 'Temperature' }).filter({ hasText: '84.0' });
    await tile.getByText('Critical').waitFor();
    await page.locator('.machine-tabs').getByRole('link', { name: 'Alerts' }).click();
    // Of one machine, so the room goes to how long and by whom rather than to its name.
    const row = page.getByRole('row').filter({ hasText: 'Temperature high-high' });
    await row.getByText('Unacknowledged').waitFor();
    await page.getByRole('columnheader', { name: 'For', exact: true }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Machine' }).count()).toBe(0);
  }, 60_000);

  it('shows the same readings as a table, newest first', async () => {
    const machineId = await addMachine('Mill 4', history(5 * MINUTE, 0));
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1');
    await page.getByRole('button', { name: 'As table' }).click();
    expect(new URL(page.url()).searchParams.get('table')).toBe('1');
    const table = page.getByRole('table');
    await poll(() => table.getAttribute('aria-rowcount')).toBe('301');
    await plant.publish(machineId, { temperature: 0, pressure: 101, speed: 1 });
    await poll(() => table.getByRole('row').nth(1).textContent()).toMatch(/low0\.0101\.51$|low0\.0101\.01$/);
    expect(await table.getByRole('row').count()).toBeLessThan(80);
    await expectAccessible(page);
  }, 120_000);

  it('takes limits with a decimal comma, shows what is wrong with them, and moves the bands in other browsers', async () => {
    const machineId = await addMachine('Mill 5', history(2 * MINUTE, 0));
    const watcher = await plant.openPage(`/machines/${machineId}`, 'operator1');
    const range = watcher.getByRole('region', { name: 'Temperature' }).getByRole('img');
    await poll(() => range.getAttribute('aria-label')).toContain('HH 88.0, H 80.0, L 50.0');

    const page = await plant.openPage(`/machines/${machineId}/info`, 'supervisor1');
    const limits = page.getByRole('region', { name: 'Temperature' });
    const high = limits.getByLabel('high', { exact: true });
    await limits.getByText('from the plant').first().waitFor();
    expect(await high.getAttribute('placeholder')).toBe('80');
    await high.fill('45');
    await high.blur();
    await limits.getByText('Must be above low (50).').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await high.fill('69,5');
    await high.blur();
    await limits.getByText('instead of 80, from the plant').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Live', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stay here' }).click();
    expect(await high.inputValue()).toBe('69,5');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Limits saved.').waitFor();
    expect(await page.getByRole('region', { name: 'Unsaved changes' }).count()).toBe(0);
    await poll(() => range.getAttribute('aria-label')).toContain('HH 76.5, H 69.5, L 50.0');

    await plant.call('PUT', '/data/sensor-types/press/limits', { temperature: { low: 60 } });
    await poll(() => range.getAttribute('aria-label')).toContain('L 60.0');
    await plant.call('PUT', '/data/sensor-types/press/limits', {});
  }, 120_000);

  it('lets an operator read the facts and limits, and change nothing', async () => {
    const machineId = await addMachine('Mill 6', history(MINUTE, 0));
    const page = await plant.openPage(`/machines/${machineId}/info`, 'operator1');
    await page.getByText(machineId, { exact: true }).waitFor();
    await page.getByText(`factory/plant-1/machine/${machineId}/telemetry`).waitFor();
    await page.getByRole('region', { name: 'Limits', exact: true }).getByText('80 °C').waitFor();
    expect(await page.getByRole('region', { name: 'Limits', exact: true }).getByRole('textbox').count()).toBe(0);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Enter readings by hand', 'Export readings']);
    await page.keyboard.press('Escape');
    await expectAccessible(page);
  }, 120_000);

  it('is edited by a supervisor, who learns at the field that a name is taken', async () => {
    const machineId = await addMachine('Mill 7');
    await addMachine('Mill 8');
    const page = await plant.openPage(`/machines/${machineId}`, 'supervisor1');
    await menu(page, 'Edit machine');
    const dialog = page.getByRole('dialog', { name: 'Edit machine' });
    await dialog.getByLabel('Name').fill('Mill 8');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Another machine has this name, or one that looks the same.').waitFor();
    await dialog.getByLabel('Name').fill('Mill 7b');
    await dialog.getByLabel('Location').fill('Hall Z');
    await dialog.getByLabel('Aliases').fill('SN 4711\nmill 8');
    await dialog.getByLabel('Factory').fill('F1');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Another machine has this as its ID, as an alias or as its name.').waitFor();
    await dialog.getByLabel('Aliases').fill(' SN 4711 \n\nns=2;s=Mill');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Mill 7b', level: 1 }).waitFor();
    expect(await dialog.count()).toBe(0);
    expect(await plant.get('/data/machines?search=sn%204711')).toMatchObject({
      machines: [{ name: 'Mill 7b', aliases: ['SN 4711', 'ns=2;s=Mill'], factory_id: 'F1' }],
    });
    await page.getByRole('link', { name: 'Info and limits' }).click();
    await page.getByText('ns=2;s=Mill').waitFor();
    await expectAccessible(page);

    await menu(page, 'Set to maintenance');
    await page.getByText('Mill 7b: Maintenance').waitFor();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    expect(await page.getByRole('menuitem').allTextContents()).toEqual([
      'Edit machine',
      'Hand over to another machine',
      'Set to active',
      'Enter readings by hand',
      'Export readings',
    ]);
  }, 120_000);

  it('says after how long it is stale and by which rule, and takes a timeout of its own', async () => {
    const machineId = await addMachine('Mill 20');
    const page = await plant.openPage(`/machines/${machineId}/info`, 'supervisor1');
    await page.getByText('1 hour, of the plant').waitFor();
    await menu(page, 'Edit machine');
    const dialog = page.getByRole('dialog', { name: 'Edit machine' });
    const timeout = dialog.getByLabel('Inactivity timeout');
    await timeout.fill('1.5');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('A whole number from 1 to 2592000, or nothing').waitFor();
    await timeout.fill('90');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('1 minute 30 seconds, its own').waitFor();
    expect(await plant.get(`/data/machines/${machineId}`)).toMatchObject({ machine: { inactivity_timeout: 90 } });
    await menu(page, 'Edit machine');
    await timeout.fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('1 hour, of the plant').waitFor();
  }, 120_000);

  it('has the calibration of its sensors, which a supervisor changes and an operator reads', async () => {
    const machineId = await addMachine('Mill 21', history(MINUTE, 0));
    const page = await plant.openPage(`/machines/${machineId}/info`, 'supervisor1');
    const card = page.getByRole('region', { name: 'Calibration' });
    await card.getByText('No sensor of this machine has an offset.').waitFor();
    await card.getByLabel('Metric').selectOption('Temperature');
    await card.getByLabel('Offset', { exact: true }).fill('-0,5');
    await card.getByLabel('From').fill('2026-01-02T08:00');
    await card.getByRole('button', { name: 'Add offset' }).click();
    await card.getByText('−0.5 °C').waitFor();
    await card.getByText(/set by supervisor1 · in force/).waitFor();
    await expectAccessible(page);
    const machine = async () => (await plant.get(`/data/machines/${machineId}/metrics`)) as { metrics: object[] };
    await poll(machine).toMatchObject({ metrics: [{ name: 'temperature', calibration: [{ offset: -0.5 }] }, {}, {}] });

    const operator = await plant.openPage(`/machines/${machineId}/info`, 'operator1');
    const read = operator.getByRole('region', { name: 'Calibration' });
    await read.getByText('−0.5 °C').waitFor();
    expect(await read.getByRole('button').count()).toBe(0);
    await card.getByRole('button', { name: 'Remove −0.5 °C of Temperature' }).click();
    await card.getByText('No sensor of this machine has an offset.').waitFor();
    // Other pages hear of it.
    await read.getByText('No sensor of this machine has an offset.').waitFor();
  }, 120_000);

  it('hands its aliases and readings to another machine', async () => {
    const old = await addMachine('Mill 11', history(MINUTE, 0));
    await plant.call('PATCH', `/data/machines/${old}`, { aliases: ['EUI-11'] });
    const next = await addMachine('Mill 12', []);
    const page = await plant.openPage(`/machines/${old}`, 'supervisor1');
    await menu(page, 'Hand over to another machine');
    const dialog = page.getByRole('dialog', { name: 'Hand over Mill 11' });
    await dialog.getByLabel('Find the other machine').fill('mill 12');
    await dialog.getByRole('button', { name: /Mill 12/ }).click();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Hand over', exact: true }).click();
    await dialog.getByText('Mill 12 has these aliases now: EUI-11').waitFor();
    await dialog.getByText(/readings handed over/).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('link', { name: 'Open Mill 12' }).click();
    await page.getByRole('heading', { name: 'Mill 12', level: 1 }).waitFor();
    expect(await plant.get(`/data/machines/${old}`)).toMatchObject({ machine: { aliases: [], latest: null } });
    const successor = (await plant.get(`/data/machines/${next}`)) as { machine: { latest: unknown } };
    expect(successor.machine.latest).not.toBeNull();
  }, 120_000);

  it('is deleted by a manager who types its name, and says to everybody else that it is gone', async () => {
    const machineId = await addMachine('Mill 9', history(MINUTE, 0));
    const watcher = await plant.openPage(`/machines/${machineId}`, 'operator1');
    await watcher.getByRole('heading', { name: 'Mill 9', level: 1 }).waitFor();
    const page = await plant.openPage(`/machines/${machineId}`, 'manager1', PHONE);
    await menu(page, 'Delete machine');
    const dialog = page.getByRole('dialog', { name: 'Delete Mill 9' });
    const confirm = dialog.getByRole('button', { name: 'Delete machine' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Delete the readings too').check();
    await dialog.getByLabel('Type Mill 9 to confirm').fill('Mill 9');
    await expectAccessible(page);
    await confirm.click();
    await page.getByText('Mill 9 and its readings deleted').waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    await watcher.getByText('Machine not found').waitFor();
  }, 120_000);

  it('has the one urgent action in reach of the thumb on a phone, and every tab beside it', async () => {
    const machineId = await addMachine('Mill 10', history(3 * MINUTE, 0, 92));
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1', PHONE);
    await page.getByRole('link', { name: /Alerts.*1 open/ }).waitFor();
    await expectAccessible(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBe(0);
    await page.getByRole('region', { name: 'Alerts' }).getByRole('button', { name: 'Acknowledge' }).click();
    await expect
      .poll(
        async () => ((await plant.get(`/alerts?machine_id=${machineId}`)) as { alerts: { state: string }[] }).alerts,
      )
      .toMatchObject([{ state: 'active_acked' }]);
    await page.getByRole('link', { name: 'Info and limits' }).click();
    await page.getByRole('region', { name: 'Limits', exact: true }).waitFor();
    await expectAccessible(page);
  }, 120_000);
});
