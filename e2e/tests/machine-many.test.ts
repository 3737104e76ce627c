// The machine screen with any metrics: headline, state, pinned charts, the list of everything, and values entered by hand.

import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const SECOND = 1000;
const poll = <T>(read: () => T) => expect.poll(read, { timeout: 15_000 });
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
/** The list is beside the charts. */
const WIDE = { viewport: { width: 1800, height: 1000 } };
const METRICS = [
  {
    name: 'bearing_temp',
    label: 'Bearing temperature',
    unit: 'Cel',
    decimals: 1,
    group: 'Spindle',
    limits: { high: 80 },
  },
  { name: 'vibration', label: 'Vibration', unit: 'mm/s', group: 'Spindle' },
  { name: 'flow', label: 'Coolant flow', unit: 'L/min', group: 'Coolant' },
  { name: 'level', label: 'Level', unit: '%', group: 'Coolant' },
  { name: 'parts', label: 'Parts', group: 'Production', kind: 'counter', decimals: 0 },
  { name: 'mode', label: 'Mode', group: 'Production', kind: 'state', states: ['RUN', 'WAIT', 'OFF', 'ERR'] },
  { name: 'door_open', label: 'Door open', group: 'Production', kind: 'boolean' },
];

describe.skipIf(browser === null)('a machine with any metrics', () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let machineId: string;
  const telemetry = (values: object) =>
    plant.publishAll(machineId, [{ timestamp: new Date().toISOString(), ...values }]);

  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    for (const metric of METRICS) await plant.call('POST', '/metrics', metric);
    await plant.call('PUT', '/machine-types/CNC machine', {
      metrics: METRICS.map(({ name }) => ({ name })),
      headline: ['bearing_temp', 'vibration', 'parts', 'mode'],
      charts: ['bearing_temp', 'parts', 'mode'],
      state: { metric: 'mode', running: ['RUN'], idle: ['WAIT'], stopped: ['OFF'], fault: ['ERR'] },
    });
    machineId = await plant.addMachine({ name: 'CNC 14', sensor_type: 'CNC machine' });
    const startMs = Date.now() - 300 * SECOND;
    await plant.publishAll(
      machineId,
      Array.from({ length: 100 }, (_, i) => ({
        timestamp: new Date(startMs + i * 3 * SECOND).toISOString(),
        ...{ bearing_temp: 70 + i / 50, vibration: 2, flow: 11.8, level: 60, parts: 1000 + i, door_open: i % 10 === 0 },
        mode: ['RUN', 'WAIT', 'OFF', 'ERR', 'RUN'][Math.floor(i / 20)],
      })),
    );
    await telemetry({
      ...{ bearing_temp: 85, vibration: 2, flow: 0, level: 61, parts: 1100, mode: 'RUN', door_open: true, chips: 3.7 },
      quality: { flow: 'bad', level: 'uncertain' },
    });
  }, 120_000);

  it('has its headline, its state, charts of each kind, and a list that starts with what needs a look', async () => {
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1', WIDE);
    await page.getByRole('region', { name: 'Bearing temperature' }).getByText('85.0').waitFor();
    await page.getByRole('region', { name: 'Parts', exact: true }).getByText('1,100').waitFor();
    const band = page.getByRole('region', { name: 'Mode' }).getByRole('img');
    await poll(() => band.getAttribute('aria-label')).toMatch(/Running .*Idle .*Stopped .*Fault .*No data/);
    const chart = (name: RegExp) => page.getByRole('slider', { name });
    await chart(/^Bearing temperature, 15/).waitFor();
    await chart(/^Mode, 15/).focus();
    await page.keyboard.press('End');
    await poll(() => chart(/^Mode, 15/).getAttribute('aria-valuetext')).toMatch(/^RUN, /);
    await poll(() => page.locator('.chart').filter({ hasText: 'Parts' }).locator('dl').textContent()).toMatch(
      /sum100$/,
    );

    const list = page.getByRole('region', { name: 'All metrics' });
    const look = list.getByRole('region', { name: 'Look here' });
    await poll(() => look.locator('.metric-name').allTextContents()).toEqual([
      'Bearing temperature',
      'Coolant flow',
      'Chips',
    ]);
    await poll(() => look.locator('.metric-why').allTextContents()).toEqual([
      'high H 80.0 °C · Spindle',
      expect.stringMatching(/^bad since \d\d:\d\d.* · Coolant$/),
      'Newno unit yet',
    ]);
    await list
      .getByRole('button', { name: /Level.*≈|Level/ })
      .getByText('Uncertain')
      .waitFor();
    await list.getByRole('button', { name: /Door open.*yes/ }).waitFor();
    await expectAccessible(page);

    await list.getByRole('button', { name: 'All metrics in a table' }).click();
    const table = list.getByRole('table');
    const cells = (metric: string) => table.getByRole('row', { name: metric }).getByRole('cell').allTextContents();
    await poll(() => cells('Bearing temperature')).toEqual([
      ...['Spindle', '85.0°C ', '–', '–', '80.0 °C', '–'],
      expect.stringMatching(/ s$/),
    ]);
    await poll(async () => (await cells('Coolant flow'))[1]).toBe('—L/min Bad value');
    expect(await table.getByRole('row').count()).toBe(METRICS.length + 2);
    await expectAccessible(page);
    await list.getByRole('button', { name: 'All metrics in a table' }).click();

    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('coolant');
    await poll(() => list.locator('.metric-name').allTextContents()).toEqual(['Coolant flow', 'Level']);
    await list.getByRole('searchbox').fill('');
    await list.getByRole('button', { name: 'New 1' }).click();
    await poll(() => list.locator('.metric-name').allTextContents()).toEqual(['Chips']);
  }, 120_000);

  it('takes limits of its own for any metric, in the unit that is shown, with one arrow back to what it inherits', async () => {
    const own = () => plant.get(`/data/machines/${machineId}/limits`);
    await plant.call('PUT', '/data/sensor-types/CNC machine/limits', { vibration: { high: 4.5 } });
    await plant.call('PATCH', '/metrics/flow', { min: 0, max: 60, display_unit: 'm3/h' });
    const page = await plant.openPage(`/machines/${machineId}/info`, 'supervisor1', WIDE);
    const limits = page.getByRole('region', { name: 'Limits', exact: true });
    const of = (metric: string) => limits.getByRole('region', { name: new RegExp(`^${metric}`) });
    const high = (metric: string) => of(metric).getByLabel('high', { exact: true });
    await of('Vibration').getByText('from the type').waitFor();
    expect(await high('Vibration').getAttribute('placeholder')).toBe('4.5');
    await of('Bearing temperature').getByText('from the plant').waitFor();
    // What is no amount has no limits, and a high alone gives no other metric a high-high.
    expect(await limits.getByRole('heading', { level: 3 }).allTextContents()).toEqual([
      'Bearing temperature °C',
      'Vibration mm/s',
      'Coolant flow m³/h',
      'Level %',
      'Parts ',
      'Chips ',
    ]);
    await expectAccessible(page);
    await high('Coolant flow').fill('6');
    await high('Coolant flow').blur();
    await of('Coolant flow').getByText('Must be from 0 to 3.6 m³/h.').waitFor();
    await high('Coolant flow').fill('1,2');
    await high('Bearing temperature').fill('90');
    await high('Bearing temperature').blur();
    await of('Bearing temperature').getByText('instead of 80, from the plant').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Limits saved.').waitFor();
    expect(await own()).toMatchObject({ limits: { flow: { high: 20 }, bearing_temp: { high: 90 } } });
    expect(await high('Coolant flow').inputValue()).toBe('1.2');
    await limits.getByRole('button', { name: 'Inherit high of Bearing temperature' }).click();
    await limits.getByRole('button', { name: 'Inherit high of Coolant flow' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await poll(async () => ((await own()) as { limits: object }).limits).toEqual({});
    expect(await high('Bearing temperature').getAttribute('placeholder')).toBe('80');
    await plant.call('PATCH', '/metrics/flow', { min: null, max: null, display_unit: null });
  }, 120_000);

  it('keeps the charts of an operator in the browser, and those of a supervisor for everybody', async () => {
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1', WIDE);
    const charts = (of: typeof page) => of.locator('.chart-head b').allTextContents();
    await poll(() => charts(page)).toEqual(['Bearing temperature', 'Parts', 'Mode']);
    await page.getByRole('button', { name: /^Vibration/ }).click();
    await page.getByRole('menuitem', { name: 'Show a chart' }).click();
    await poll(() => charts(page)).toEqual(['Bearing temperature', 'Parts', 'Mode', 'Vibration']);
    await page.reload();
    await poll(() => charts(page)).toEqual(['Bearing temperature', 'Parts', 'Mode', 'Vibration']);

    const other = await plant.openPage(`/machines/${machineId}`, 'supervisor1', WIDE);
    await poll(() => charts(other)).toEqual(['Bearing temperature', 'Parts', 'Mode']);
    await other.locator('.metric-row').filter({ hasText: 'Level' }).dragTo(other.locator('.chart').nth(1));
    await poll(() => charts(other)).toEqual(['Bearing temperature', 'Level', 'Parts', 'Mode']);
    await other.getByRole('button', { name: 'Chart of Parts' }).click();
    await other.getByRole('menuitem', { name: 'Remove the chart' }).click();
    await expect
      .poll(async () => (await plant.get('/machine-types/CNC machine')) as { machine_type: { charts: string[] } })
      .toMatchObject({ machine_type: { charts: ['bearing_temp', 'level', 'mode'] } });
  }, 120_000);

  it('takes values of any kind by hand', async () => {
    const page = await plant.openPage(`/machines/${machineId}`, 'operator1', WIDE);
    await page.getByRole('button', { name: /^Vibration/ }).click();
    await page.getByRole('menuitem', { name: 'Enter a value' }).click();
    const dialog = page.getByRole('dialog', { name: 'Enter readings by hand' });
    await dialog.getByLabel('Vibration in mm/s').fill('2,5');
    const add = dialog.getByLabel('Add a metric');
    await add.fill('door');
    await page.getByRole('option', { name: /Door open/ }).click();
    await dialog.getByRole('group', { name: 'Door open' }).getByRole('button', { name: 'no' }).click();
    await add.fill('mode');
    await page.getByRole('option', { name: /Mode/ }).click();
    await dialog
      .getByRole('textbox', { name: 'Mode' })
      .or(dialog.getByRole('combobox', { name: 'Mode' }))
      .fill('WAIT');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Store' }).click();
    await dialog.getByText('1 reading stored').first().waitFor();
    await expect
      .poll(async () => (await plant.get(`/data/machines/${machineId}`)) as { machine: { latest: object } })
      .toMatchObject({ machine: { latest: { vibration: 2.5, door_open: false, mode: 'WAIT' } } });
  }, 120_000);

  it('is as usable with 200 metrics: groups begin shut, and the search opens them', async () => {
    const many = Array.from({ length: 200 }, (_, i) => `${['axis', 'zone', 'pump', 'valve'][i % 4]}_${i}`);
    await plant.call('POST', '/machine-types/import', {
      ...{ format: 'gonsters-metrics', version: 1, machine_types: [] },
      metrics: many.map((name) => ({ name })),
    });
    const big = await plant.addMachine({ name: 'Line 200', sensor_type: 'line' });
    await plant.publishAll(big, [
      { timestamp: new Date().toISOString(), ...Object.fromEntries(many.map((name, i) => [name, i])) },
    ]);
    const page = await plant.openPage(`/machines/${big}`, 'operator1', PHONE);
    await page.getByRole('button', { name: 'All 200 metrics' }).click();
    const list = page.getByRole('region', { name: 'All metrics' });
    await list.getByRole('button', { name: /^Axis 50/ }).waitFor();
    expect(await list.locator('.metric-row').count()).toBe(0);
    await expectAccessible(page);
    await list.getByRole('searchbox').fill('valve 199');
    await list.getByRole('button', { name: /199\.0/ }).waitFor();
    expect(await list.locator('.metric-row').count()).toBe(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  }, 120_000);
});
