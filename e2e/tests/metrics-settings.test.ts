// Describing what the plant measures: names found in the data, the catalogue with its limits, and machine types.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(browser === null)('the settings of metrics and machine types', { timeout: 60_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let machineId: string;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    machineId = await plant.addMachine({ name: 'Mill 1', sensor_type: 'mill' });
    await plant.call('POST', '/metrics', { name: 'coolant_flow', label: 'Coolant flow', unit: 'L/min' });
  });

  const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
  const metric = async (name: string) =>
    ((await plant.get(`/metrics/${name}`)) as { metric: Record<string, unknown> }).metric;
  const type = async (name: string) =>
    ((await plant.get(`/machine-types/${encodeURIComponent(name)}`)) as { machine_type: Record<string, unknown> })
      .machine_type;

  it('shows a new name at once, and lets somebody describe it in its row', async () => {
    const page = await plant.openPage('/settings/metrics', 'manager1');
    await page.getByText('Nothing new').waitFor();
    await plant.publish(machineId, { chipConvAmps: 3.7 });
    await button(page, 'Describe: Chip Conv Amps').click();
    await page.getByRole('img', { name: '1 waits' }).waitFor();
    await page.getByText('1 nobody has described yet').waitFor();
    await field(page, 'Label').fill('Chip conveyor current');
    await field(page, 'Unit').fill('amp');
    await page
      .getByRole('option', { name: /electric current/ })
      .first()
      .click();
    await field(page, 'Plausible from').fill('50');
    await field(page, 'Plausible to').fill('40');
    await page.getByText('Must be above the lower end.').waitFor();
    await field(page, 'Plausible from').fill('0');
    await field(page, 'High').fill('9,5');
    await expectAccessible(page);
    await page.locator('.describe').getByRole('button', { name: 'Describe' }).click();
    await page.getByText('Chip conveyor current is in the catalogue').waitFor();
    await page.getByText('Nothing new').waitFor();
    expect(await metric('chip_conv_amps')).toMatchObject({
      ...{ label: 'Chip conveyor current', unit_code: 'A', min: 0, max: 40, status: 'active' },
      limits: { high: 9.5 },
    });
  });

  it('proposes to merge a likely twin, and undoes it', async () => {
    const page = await plant.openPage('/settings/metrics', 'manager1');
    await plant.publish(machineId, { coolantFlows: 11.8 });
    await page.getByText('The same as Coolant flow?').waitFor();
    await button(page, 'Merge, on 1 machine').click();
    await page.getByText('Coolant Flows was merged into Coolant flow').waitFor();
    expect(await metric('coolant_flow')).toMatchObject({ merged: ['coolant_flows'] });
    await button(page, 'Edit Coolant flow').click();
    await page.getByText('coolant_flows was merged into it.').waitFor();
    await button(page, 'Undo').click();
    await page.getByText('The same as Coolant flow?').waitFor();
    await button(page, 'No').click();
    await page.reload();
    await button(page, 'Accept Coolant Flows as it is').click();
    await page.getByText('Coolant Flows is in the catalogue').waitFor();
  });

  it('adds a metric, retires it and deletes it', async () => {
    const page = await plant.openPage('/settings/metrics', 'manager1');
    await button(page, 'Add metric').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Label').fill('Oil level, tank 2');
    expect(await dialog.getByLabel('Name in the API').inputValue()).toBe('oil_level_tank_2');
    await dialog.getByRole('button', { name: 'Add metric' }).click();
    await button(page, 'Edit Oil level, tank 2').click();
    await button(page, 'Retire').click();
    await page.getByText(/^Oil level, tank 2 is retired/).waitFor();
    await page.getByRole('button', { name: 'Retired', exact: true }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No metric matches').waitFor();
  });

  it('edits what devices call a metric, and the values of a state', async () => {
    await plant.call('POST', '/metrics', { name: 'mode', label: 'Mode', kind: 'state', states: ['AUTO', 'STOP'] });
    const page = await plant.openPage('/settings/metrics?find=mode&metric=mode', 'manager1');
    await field(page, 'Values to add').fill('FAULT\nMANUAL');
    await field(page, 'What devices call it').fill('Operating.Mode');
    await page.getByText(/choose it as the state metric of a machine type/).waitFor();
    await expectAccessible(page);
    await button(page, 'Save').click();
    await page.getByText('Mode was saved').waitFor();
    expect(await metric('mode')).toMatchObject({
      ...{ states: ['AUTO', 'STOP', 'FAULT', 'MANUAL'], aliases: ['Operating.Mode'] },
    });
    const sent = { timestamp: new Date().toISOString(), 'Operating.Mode': 'FAULT' };
    await plant.publishAll(machineId, [sent]);
    const range = `start_time=${new Date(Date.now() - 60_000).toISOString()}&end_time=${new Date().toISOString()}`;
    const reply = await plant.get(`/data/machine/${machineId}?fields=mode&${range}`);
    expect(JSON.stringify(reply)).toContain('"mode":"FAULT"');
  });

  it('shows values in another unit than the stored one, and a change made elsewhere', async () => {
    const page = await plant.openPage('/settings/metrics?find=pressure', 'manager1');
    await button(page, 'Edit Pressure').click();
    await field(page, 'Shown in').selectOption({ label: 'bar' });
    await page.getByText('= 1.5\u00a0bar').waitFor();
    await button(page, 'Save').click();
    await page.getByText('stored kPa').waitFor();
    expect(await page.locator('.metric-row .limit').allTextContents()).toContain('High1.5');
    await plant.call('PATCH', '/metrics/pressure', { limits: { high: 200 } });
    await expect.poll(() => page.locator('.metric-row .limit').allTextContents()).toContain('High2');
    await plant.call('PATCH', '/metrics/pressure', { display_unit: null, limits: { high: 150 } });
  });

  it('sets what happens to new names', async () => {
    const page = await plant.openPage('/settings/metrics', 'manager1');
    await button(page, 'held for approval').click();
    await expect
      .poll(async () => ((await plant.get('/config')) as { config: Record<string, string> }).config.metric_discovery)
      .toBe('approve');
    await plant.publish(machineId, { battery: 87 });
    await page.getByText('Held', { exact: true }).waitFor();
    await button(page, 'Accept Battery as it is').click();
    await page.getByText('Battery is in the catalogue').waitFor();
    await button(page, 'taken').click();
  });

  it('sets the time zone of the plant', async () => {
    const page = await plant.openPage('/settings/retention', 'manager1');
    await field(page, 'Time zone of the plant').fill('jakarta');
    await page.getByRole('option', { name: /Asia\/Jakarta/ }).click();
    await page.getByText('1 setting saved').waitFor();
    expect(await plant.get('/config')).toMatchObject({ config: { plant_timezone: 'Asia/Jakarta' } });
  });

  it('changes a machine type, with the origin of each limit and a way back', async () => {
    await plant.call('POST', '/metrics', {
      name: 'run_state',
      label: 'State',
      kind: 'state',
      states: ['AUTO', 'STOP'],
    });
    const page = await plant.openPage('/settings/types?sensor=mill', 'supervisor1');
    await page.getByText('A change reaches 1 machine at once').waitFor();
    for (const name of ['temperature', 'coolant_flow']) {
      await field(page, 'Add a metric').fill(name);
      await page.getByRole('option', { name: new RegExp(`${name},`) }).click();
    }
    await button(page, 'Edit Temperature').click();
    await page.locator('.describe').getByLabel('High plant', { exact: true }).fill('82');
    await page.getByText('this type').first().waitFor();
    await page.getByLabel('Headline, on cards, lists and the wall: Add a metric').selectOption('coolant_flow');
    await page.getByRole('button', { name: /^Move Coolant flow, place 2 of 2/ }).press('ArrowUp');
    await field(page, 'Silent for how long before it is stale').fill('120');
    await field(page, 'State metric').selectOption('run_state');
    await field(page, 'What AUTO means').selectOption('running');
    await expectAccessible(page);
    await button(page, 'Save').click();
    await page.getByText('mill was saved, in force on 1 machine').waitFor();
    expect(await type('mill')).toMatchObject({
      ...{ metrics: [{ name: 'coolant_flow' }, { name: 'temperature' }], headline: ['coolant_flow'] },
      ...{ limits: { temperature: { high: 82 } }, inactivity_timeout: 120 },
      state: { metric: 'run_state', running: ['AUTO'], stopped: [] },
    });
    await button(page, 'Temperature: back to the plant’s').click();
    await button(page, 'Save').click();
    await expect.poll(async () => (await type('mill')).limits).toEqual({});
  });

  it('says in sentences what a file or a template would change, before it is anything', async () => {
    const page = await plant.openPage('/settings/types', 'manager1');
    await button(page, 'Apply: Pump').click();
    await page.getByText('nothing changed yet').waitFor();
    await page.getByText('Metric Flow', { exact: true }).waitFor();
    await button(page, /^Import \d+ of \d+$/).click();
    await page.getByText(/entries were imported/).waitFor();
    const file = {
      ...{ format: 'gonsters-metrics', version: 1 },
      metrics: [
        { name: 'coolant_flow', unit: 'kPa' },
        { name: 'wheel_wear', label: 'Wheel wear' },
      ],
      machine_types: [],
    };
    const buffer = Buffer.from(JSON.stringify(file));
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: 'wheel.json', mimeType: 'application/json', buffer });
    await page.getByText('Metric Wheel wear').waitFor();
    await page.getByText(/^coolant_flow is left out: The unit of coolant_flow is kPa/).waitFor();
    await button(page, 'Import 1 of 2').click();
    await page.getByText('1 entry was imported').waitFor();
  });

  it('lets a supervisor describe but not configure, and an operator only read', async () => {
    const page = await plant.openPage('/settings/metrics', 'supervisor1');
    await button(page, 'Edit Coolant flow').click();
    await field(page, 'Group').fill('Coolant');
    expect(await page.locator('.describe').getByLabel('High', { exact: true }).count()).toBe(0);
    expect(await button(page, 'Retire').count()).toBe(0);
    await button(page, 'Save').click();
    await page.getByText('Coolant flow was saved').waitFor();

    const reading = await plant.openPage('/settings/types', 'operator1');
    await reading.getByText('A change reaches').waitFor();
    expect(await reading.getByRole('button', { name: 'Add type' }).count()).toBe(0);
    expect(await reading.locator('main input:enabled, main select:enabled').count()).toBe(0);
  });

  it('fits a phone, and is in Indonesian as well', async () => {
    const page = await plant.openPage('/settings/metrics', 'manager1', PHONE);
    for (const section of ['metrics', 'types']) {
      await page.goto(`${plant.http}/settings/${section}`);
      await page.locator('.section-tools').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await expectAccessible(page);
    }
    await page.evaluate(() => localStorage.setItem('gonsters.language', 'id'));
    await page.reload();
    await page.getByRole('heading', { name: 'Tipe mesin', exact: true }).waitFor();
  });
});
