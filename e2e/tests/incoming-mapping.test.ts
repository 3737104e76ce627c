// Mapping a payload that nobody designed, by clicks: proposed, corrected, saved, taken in again, and shown on its machine.

import { connectAsync, type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const TOPIC = 'hall-b/line2/haas07/tele';

/** As a German control writes it: day first, no zone, decimal comma. */
function haas(second: number): string {
  const [date, time] = new Date(Date.now() - 60_000 + second * 1000).toISOString().split('T') as [string, string];
  const stamp = `${date.split('-').reverse().join('.')} ${time.slice(0, 8)}`;
  return JSON.stringify({
    ...{ dev: 'HAAS-07', stamp, rssi: -61 },
    d: { Spindel_Temp: '71,4', load: 62, vib: { x: 2.1, y: 1.8 }, cnt: 18_234 + second, run: 1 },
  });
}

describe.skipIf(browser === null)('mapping a payload by clicks', { timeout: 60_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let device: MqttClient;
  let machineId: string;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    machineId = await plant.addMachine({ name: 'CNC-007', sensor_type: 'cnc' });
    await plant.call('POST', '/metrics', {
      ...{ name: 'spindle_temperature', label: 'Spindle temperature', unit: '°C', aliases: ['Spindel_Temp'] },
    });
    const made = await plant.call('POST', '/gateways', { name: 'GW-B2', scope: 'plant' });
    const { gateway, password } = made as { gateway: { username: string }; password: string };
    device = await connectAsync(plant.server.mqtt, { clientId: 'gw-b2', username: gateway.username, password });
    onEnd(() => device.endAsync());
    for (const second of [1, 2, 3]) await device.publishAsync(TOPIC, haas(second), { qos: 1 });
  });

  const item = (page: Page, name: RegExp) => page.getByRole('treeitem', { name });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  it('proposes, lets somebody say what the rest is, and stores what was refused', async () => {
    const page = await plant.openPage('/settings/incoming', 'manager1');
    await item(page, /^stamp .*Time, day first/).waitFor();
    await item(page, /^Spindel_Temp "71,4" Spindle temperature/).waitFor();

    await item(page, /^dev "HAAS-07"/).click();
    await page.getByText('No machine is called HAAS-07. Which one is it?').waitFor();
    await button(page, 'CNC-007 Hall A').click();
    await page.getByText('CNC-007 is known as HAAS-07, too').waitFor();
    await item(page, /^dev "HAAS-07" Machine: CNC-007/).waitFor();

    // With the keyboard alone: to the counter, and what it is.
    await item(page, /^dev/).focus();
    for (let press = 0; press < 20; press++) {
      if (await item(page, /^cnt/).evaluate((each) => each === document.activeElement)) break;
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await button(page, 'a metric').click();
    await page.getByLabel('Metric', { exact: true }).fill('Parts made');
    await page.getByRole('option', { name: /New metric “Parts made”/ }).click();
    await page.getByLabel('Kind').selectOption('counter');
    await item(page, /^cnt .*Parts made/).waitFor();

    await item(page, /^rssi/).click();
    await button(page, 'ignored').click();
    await item(page, /^rssi -61 Ignored/).waitFor();
    await page.getByRole('img', { name: '1 stored, 0 in part, 0 refused, 0 without readings' }).waitFor();
    await item(page, /^Spindel_Temp/).click();
    await expect.poll(() => page.locator('.arrives').textContent()).toMatch(/71,4.*71\.4.*°C/);
    await expectAccessible(page);

    await button(page, 'Save').click();
    await page.getByText('3 of those refused are stored now, 0 are still refused').waitFor();
    const { metric } = (await plant.get('/metrics/parts_made')) as { metric: Record<string, unknown> };
    expect(metric).toMatchObject({ label: 'Parts made', kind: 'counter', status: 'active' });

    await device.publishAsync(TOPIC, haas(4), { qos: 1 });
    await page.goto(`${plant.http}/machines/${machineId}`);
    await page.getByText('Spindle temperature').first().waitFor();
    await expect.poll(() => page.locator('main').textContent()).toContain('71.4');
  });

  it('goes back a version, and takes a profile from a file', async () => {
    const page = await plant.openPage('/settings/incoming', 'supervisor1');
    await page.getByRole('button', { name: TOPIC }).click();
    await item(page, /^cnt .*Parts made/).waitFor();
    const download = page.waitForEvent('download');
    await button(page, 'Profile of the gateway').click();
    await page.getByRole('menuitem', { name: 'Export as a file' }).click();
    const file = await (await download).path();
    await button(page, 'Profile of the gateway').click();
    await page.getByRole('menuitem', { name: 'Versions' }).click();
    await page.getByText('Version 1').waitFor();
    await button(page, 'Undo the newest').click();
    await page.getByText('The version before is in force again').waitFor();
    await page.keyboard.press('Escape');
    await item(page, /^cnt .*New/).waitFor();
    await page.locator('input[type="file"]').setInputFiles(file);
    await page.getByText(/is the profile now/).waitFor();
    await item(page, /^cnt .*Parts made/).waitFor();
  });

  it('describes what no gateway has signed in for, with a gateway that is added for it', async () => {
    const sender = await connectAsync(plant.server.mqtt, { clientId: 'wise-4471' });
    const payload = { s: 1, t: new Date().toISOString(), q: 192, ai1: -1.25, di1: true };
    await sender.publishAsync('Advantech/00D0C9F1/data', JSON.stringify(payload), { qos: 1 });
    await sender.endAsync();
    await plant.addMachine({ name: 'Tank 1', sensor_type: 'tank' });
    const page = await plant.openPage('/settings/incoming', 'manager1');
    await page.getByRole('button', { name: 'Advantech/00D0C9F1/data' }).click();
    await page.getByText('No gateway has signed in for this.').waitFor();
    expect(await page.getByLabel('Name of a new gateway').inputValue()).toBe('wise-4471');
    await button(page, 'Add gateway').click();
    await page.getByText('wise-4471 describes it, by its topic.').waitFor();
    await page.getByLabel('Level 00D0C9F1 of the topic').selectOption('machine');
    await button(page, 'say which').click();
    const dialog = page.getByRole('dialog', { name: 'Which machine is 00D0C9F1?' });
    await dialog.getByRole('button', { name: 'Tank 1 Hall A' }).click();
    await page.getByText('Tank 1 is known as 00D0C9F1, too').waitFor();
    await page.getByRole('img', { name: '1 stored, 0 in part, 0 refused, 0 without readings' }).waitFor();
    await button(page, 'Save').click();
    await page.getByText('1 of those refused are stored now, 0 are still refused').waitFor();
    await page.reload();
    await page.getByText('wise-4471 describes it, by its topic.').waitFor();
  });

  it('opens a value in a sheet on a phone, and leads to the next', async () => {
    const page = await plant.openPage('/settings/incoming', 'supervisor1', PHONE);
    await page.getByRole('button', { name: TOPIC }).tap();
    await item(page, /^Spindel_Temp/).tap();
    const sheet = page.getByRole('dialog', { name: 'd.Spindel_Temp' });
    await sheet.getByRole('button', { name: 'Next value' }).tap();
    const next = page.getByRole('dialog', { name: 'd.load' });
    await next.getByRole('button', { name: 'ignored', exact: true }).tap();
    await expectAccessible(page);
    await next.getByRole('button', { name: 'Done' }).tap();
    await item(page, /^load 62 Ignored/).waitFor();
    await page.getByRole('button', { name: 'Discard' }).tap();
    await expect.poll(() => item(page, /^load 62 Ignored/).count()).toBe(0);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('main button, main [role="treeitem"], main select')]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
        .map((each) => each.outerHTML.slice(0, 120)),
    );
    expect(small).toEqual([]);
    await page.getByRole('button', { name: 'Back to what arrives' }).tap();
    await page.getByRole('heading', { name: 'What arrives' }).waitFor();
  });
});
