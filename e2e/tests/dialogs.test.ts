// The dialogs that any screen may open: what they say when it works, when it does not, and when it half works; by key, by thumb and for every role.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(browser === null)('the dialogs', () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let pressId: string;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    pressId = await plant.addMachine('CNC-014');
    await plant.addMachine({ name: 'CNC-015', status: 'maintenance' });
    await plant.publish(pressId, { temperature: 95 });
  });

  const dialog = (page: Page) => page.getByRole('dialog');
  const expectClosed = (page: Page) => dialog(page).waitFor({ state: 'detached' });
  /** Waits for the page to have its keys: the first one pressed would come too early. */
  const press = async (page: Page, key: string) => {
    await page.locator('button.avatar').waitFor();
    await page.keyboard.press(key);
  };
  const runCommand = async (page: Page, command: string) => {
    await press(page, 'Control+k');
    await dialog(page).getByRole('combobox').fill(command);
    await page.getByRole('option', { name: command, selected: true }).waitFor();
    await page.keyboard.press('Enter');
  };
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

  it('adds a machine: says what is missing, which name is taken, and shows the first reading as it arrives', async () => {
    await plant.call('POST', '/metrics', { name: 'oil_level', label: 'Oil level', unit: '%' });
    await plant.call('PUT', '/machine-types/spindle', {
      metrics: [{ name: 'oil_level' }, { name: 'temperature' }],
      headline: ['oil_level', 'temperature'],
    });
    const page = await plant.openPage('/', 'supervisor1');
    await press(page, 'n');
    await dialog(page).getByLabel('Name').waitFor();
    const add = dialog(page).getByRole('button', { name: 'Add machine' });
    await add.click();
    expect(await dialog(page).getByText('This field is required.').count()).toBe(3);
    await expectAccessible(page);

    await dialog(page).getByLabel('Name').fill('cnc-014');
    await dialog(page).getByLabel('Location').fill('hall');
    await page.getByRole('option', { name: 'Hall A' }).waitFor();
    // The first Escape closes the list, not the dialog.
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => dialog(page).getByLabel('Location').inputValue()).toBe('Hall A');
    await dialog(page).getByLabel('Sensor type').fill('spindle');
    await page.keyboard.press('Enter');
    await dialog(page).getByText('CNC-014 already exists in Hall A.').waitFor();
    expect(await dialog(page).getByRole('link', { name: 'Open it' }).getAttribute('href')).toBe(`/machines/${pressId}`);

    await dialog(page).getByLabel('Name').fill('CNC-016');
    await dialog(page).getByLabel('Aliases').fill('EUI-16\ncnc-015');
    await add.click();
    await dialog(page)
      .getByText(/Another machine has this as its ID, as an alias or as its name\. \(cnc-015\)/)
      .waitFor();
    await dialog(page).getByLabel('Aliases').fill('EUI-16');
    await add.click();
    await dialog(page).getByText('Waiting for the first reading').waitFor();
    await expectAccessible(page);
    const machineId = await dialog(page).getByLabel('Machine ID', { exact: true }).inputValue();
    expect(await dialog(page).getByLabel('MQTT topic', { exact: true }).inputValue()).toContain(machineId);
    await plant.publish('eui-16', { temperature: 61.5, oil_level: 44 });
    await dialog(page)
      .getByText(/First reading received at \d\d:\d\d:\d\d/)
      .waitFor();
    // The headline of its type, and nothing that it does not have.
    await expect.poll(() => dialog(page).locator('dt').allTextContents()).toEqual(['Oil level', 'Temperature']);
    await expect.poll(() => dialog(page).locator('dd').allTextContents()).toEqual(['44.00%', '61.5°C']);
    await dialog(page).getByRole('link', { name: 'Open machine' }).click();
    await page.waitForURL(`**/machines/${machineId}`);
    await expectClosed(page);
  }, 60_000);

  it('imports a file with semicolons and quotes: names the wrong rows, adds none of them, and what the server refuses', async () => {
    const page = await plant.openPage('/', 'supervisor1');
    await runCommand(page, 'Import machines');
    await dialog(page).getByText('Drop a file here').waitFor();
    await expectAccessible(page);
    const file = (text: string) => ({ name: 'mesin.csv', mimeType: 'text/csv', buffer: Buffer.from(`\uFEFF${text}`) });
    await page
      .locator('input[type="file"]')
      .setInputFiles(
        file(
          'Nama Mesin;Lokasi;Jenis Sensor;Status;Alias;Inventory\r\n"Press ""A"";1";Hall B;press;aktif;SN 1;7\r\n;Hall B;press;aktif\r\nPress 2;Hall B;press;broken\r\ncnc-015;Hall B;press;\r\n',
        ),
      );
    await dialog(page).getByRole('cell', { name: 'Press "A";1' }).waitFor();
    await dialog(page).getByText('2 rows cannot be imported').waitFor();
    await dialog(page).getByText('Name is empty').waitFor();
    await dialog(page).getByText('Not imported: Inventory').waitFor();
    await dialog(page).getByText('Status “broken” is not known').waitFor();
    const submit = dialog(page).getByRole('button', { name: /^Import \d+ machines?$/ });
    expect(await submit.isDisabled()).toBe(true);
    await expectAccessible(page);

    await dialog(page).getByLabel('Leave these 2 rows out').check();
    await submit.click();
    await dialog(page).getByText('“cnc-015” already exists').waitFor();
    await dialog(page).getByText('Nothing was added. The server refused these rows:').waitFor();
    expect(await plant.get('/data/machines?location=Hall%20B')).toMatchObject({ pagination: { total_records: 0 } });

    expect(await submit.isDisabled()).toBe(true);
    await dialog(page).getByLabel('Leave these 3 rows out').check();
    // It stays, and asks before it goes.
    await page.keyboard.press('Escape');
    await dialog(page).getByText('Discard what was entered?').waitFor();
    await dialog(page).getByRole('button', { name: 'Keep editing' }).click();
    await submit.click();
    await dialog(page).getByText('1 machine added').waitFor();
    await dialog(page).getByText('3 rows were left out.').waitFor();
    await expectAccessible(page);
    expect(await plant.get('/data/machines?location=Hall%20B')).toMatchObject({
      machines: [{ name: 'Press "A";1', aliases: ['SN 1'] }],
    });
  }, 60_000);

  it('takes 10,000 rows without holding up the page, and gives all machines back as a file', async () => {
    const page = await plant.openPage('/', 'supervisor1');
    await runCommand(page, 'Import machines');
    const rows = Array.from({ length: 10_000 }, (_, index) => `Row ${index},Hall R,press,active`);
    const csv = Buffer.from(`name,location,sensor_type,status\n${rows.join('\n')}`);
    await page.locator('input[type="file"]').setInputFiles({ name: 'many.csv', mimeType: 'text/csv', buffer: csv });
    await dialog(page).getByRole('button', { name: 'Import 10,000 machines' }).waitFor();
    await dialog(page).getByRole('button', { name: 'Another file' }).click();
    const saved = page.waitForEvent('download');
    await dialog(page).getByRole('button', { name: 'All machines as CSV' }).click();
    expect((await saved).suggestedFilename()).toBe('machines.csv');
  }, 60_000);

  it('stores a reading by hand, and shows a partial success as one', async () => {
    const page = await plant.openPage(`/machines/${pressId}`, 'operator1');
    await runCommand(page, 'Enter readings by hand');
    await dialog(page).getByLabel('Machine').fill('cnc 014');
    await page.getByRole('option', { name: /CNC-014/ }).click();
    const store = dialog(page).getByRole('button', { name: 'Store' });
    const value = dialog(page).getByLabel('Temperature in °C');
    await value.fill('5000');
    await store.click();
    await dialog(page)
      .getByText(/Must be between −273\.15 and 2,000 °C/)
      .waitFor();
    await value.fill('62,5');
    await store.click();
    await dialog(page).getByText('1 reading stored', { exact: true }).waitFor();
    await expectAccessible(page);

    await dialog(page).getByRole('button', { name: 'JSON batch' }).click();
    const [good, bad] = ['2026-01-15T10:00:00Z', '2026-01-15T10:00:01Z'];
    const entry = { machine_id: pressId, sensor_type: 'press', location: 'Hall A' };
    const batch = (readings: object[]) =>
      JSON.stringify({ gateway_id: 'hand', timestamp: good, batch: [{ ...entry, readings }] });
    await dialog(page).getByLabel('Batch').fill('{');
    await store.click();
    await dialog(page)
      .getByText(/This is not readable JSON/)
      .waitFor();
    await dialog(page)
      .getByLabel('Batch')
      .fill(
        batch([
          { timestamp: good, speed: 0 },
          { timestamp: bad, speed: 'fast' },
        ]),
      );
    await store.click();
    await dialog(page).getByText('1 of 2 readings stored').waitFor();
    await dialog(page)
      .getByText(/CNC-014 · Reading 2 · at /)
      .waitFor();
    await expectAccessible(page);
    await dialog(page)
      .getByLabel('Batch')
      .fill(batch([{ timestamp: bad, speed: 'fast' }]));
    await store.click();
    await dialog(page).getByText('Nothing was stored').waitFor();
  }, 120_000);

  it('finds machines and commands by key alone, offers each role its own, and gives the focus back', async () => {
    const page = await plant.openPage('/', 'operator1');
    const find = page.getByRole('button', { name: 'Find machine' });
    await find.focus();
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('combobox').waitFor();
    const width = await page.locator('header').evaluate((header) => header.getBoundingClientRect().width);
    expect(width).toBe(1600);
    expect(await page.getByRole('option', { name: /Add machine|Import machines/ }).count()).toBe(0);
    await page.keyboard.type('cnc 01');
    await page.getByRole('option', { name: /CNC-014.*95\.0|CNC-014.*62\.5/ }).waitFor();
    await page.getByRole('option', { name: /CNC-015.*Maintenance/ }).waitFor();
    await expectAccessible(page);
    for (let step = 0; step < 30; step++) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    await expectClosed(page);
    await page.waitForFunction(() => document.activeElement?.classList.contains('find'));

    // The alarm is a few letters away: silent, and acknowledged.
    const run = async (typed: string, option: RegExp) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(typed);
      await page.getByRole('option', { name: option }).click();
      await expectClosed(page);
    };
    await run('mute', /Mute the alarm|Turn the alarm on/);
    await run('ackn', /^Acknowledge CNC-014, Temperature high-high$/);
    await page.getByText('Acknowledged: CNC-014, Temperature high-high', { exact: true }).waitFor();

    // The shortcut for what one may not do does nothing.
    await find.blur();
    await page.keyboard.press('n');
    await page.keyboard.press('Control+k');
    await dialog(page).getByRole('combobox').fill('cnc-015');
    await page.getByRole('option', { name: /CNC-015/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'CNC-015' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('group', { name: 'Recently opened' }).getByText('CNC-015').waitFor();
  }, 60_000);

  it('goes where the keys say, not while one types, and not at all once switched off', async () => {
    const page = await plant.openPage('/', 'operator1');
    await press(page, '?');
    await dialog(page).getByText('Keyboard shortcuts').first().waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expectClosed(page);
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL('**/alerts');
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.waitForURL((url) => url.pathname === '/');
    await page.keyboard.press('[');
    await page.getByRole('button', { name: 'Machine panel' }).waitFor();
    await page.keyboard.press('[');
    await page.getByRole('complementary', { name: 'Machines' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('t?');
    expect(await page.getByRole('searchbox', { name: 'Search machines' }).first().inputValue()).toBe('t?');
    await page.getByRole('searchbox', { name: 'Search machines' }).first().fill('');
    await page.getByRole('searchbox', { name: 'Search machines' }).first().blur();

    await page.keyboard.press('?');
    await dialog(page).getByRole('switch').click();
    await page.keyboard.press('Escape');
    await expectClosed(page);
    await page.reload();
    await press(page, '?');
    await page.keyboard.press('Control+k');
    // The palette, and nothing beside it.
    await dialog(page).getByRole('combobox').waitFor();
    expect(await dialog(page).count()).toBe(1);
  }, 60_000);

  it('takes what is typed before the palette is there, and does nothing else with it', async () => {
    const page = await plant.openPage('/', 'manager1', { serviceWorkers: 'block' });
    let load = () => {};
    const asked = new Promise<void>((resolve) => {
      load = resolve;
    });
    await page.route(/palette-dialog/, async (route) => {
      await asked;
      await route.continue();
    });
    const theme = () => page.locator('html').getAttribute('data-theme');
    const before = await theme();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('entt');
    await page.keyboard.press('Backspace');
    load();
    await expect.poll(() => dialog(page).getByRole('combobox').inputValue()).toBe('ent');
    expect(await theme()).toBe(before);
    await page.keyboard.type('er readings');
    await expect.poll(() => dialog(page).getByRole('combobox').inputValue()).toBe('enter readings');
    await page.getByRole('option', { name: 'Enter readings by hand' }).waitFor();
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('heading', { name: 'Enter readings by hand' }).waitFor();
  }, 60_000);

  it('has an account menu for the keyboard, which gets the focus back from the dialog it opened', async () => {
    const page = await plant.openPage('/', 'manager1');
    await page.locator('button.avatar').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Bahasa Indonesia' }).waitFor();
    await expectAccessible(page);
    const isFocused = (text: string) =>
      page.waitForFunction((name) => document.activeElement?.textContent === name, text);
    await page.keyboard.press('End');
    await isFocused('Sign out');
    await page.keyboard.press('ArrowUp');
    await isFocused('Keyboard shortcuts');
    await page.keyboard.press('Enter');
    await dialog(page).waitFor();
    await page.keyboard.press('Escape');
    await expectClosed(page);
    await page.waitForFunction(() => document.activeElement?.classList.contains('avatar'));
    expect(await focused(page)).toContain('manager1');
  }, 60_000);

  it('is a sheet on a phone: drawn down or sent back it closes, and the main button is as wide as the other', async () => {
    const page = await plant.openPage('/', 'supervisor1', PHONE);
    await page.getByRole('link', { name: 'Machines', exact: true }).tap();
    await page.waitForURL('**/machines');
    await page.getByRole('button', { name: 'Find machine' }).tap();
    await page.getByRole('option', { name: 'Add machine' }).tap();
    await dialog(page).getByLabel('Name').waitFor();
    await expectAccessible(page);
    const box = async (name: string) => await dialog(page).getByRole('button', { name }).last().boundingBox();
    const [cancel, add] = [await box('Cancel'), await box('Add machine')];
    expect(Math.round(add?.width ?? 0)).toBe(Math.round(cancel?.width ?? 1));
    expect(add?.x).toBeGreaterThan(cancel?.x ?? 0);
    expect(add?.height).toBeGreaterThanOrEqual(44);

    // The back button closes it and leaves the page where it was.
    await page.evaluate(() => history.back());
    await expectClosed(page);
    await page.waitForURL('**/machines');

    await page.getByRole('button', { name: 'Find machine' }).tap();
    await page.getByRole('option', { name: 'Add machine' }).tap();
    const grab = await dialog(page).locator('.grab').boundingBox();
    const [x, y] = [(grab?.x ?? 0) + 10, (grab?.y ?? 0) + 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 60, { steps: 4 });
    await page.mouse.move(x, y + 180, { steps: 4 });
    await page.mouse.up();
    await expectClosed(page);
  }, 60_000);
});
