// Incoming data: what arrives, what becomes of it, and the messages themselves.

import { connectAsync, type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const TOPIC = 'hall-b/line2/haas07/tele';
const haas = (second: number) =>
  JSON.stringify({
    ...{ dev: 'HAAS-07', stamp: `23.11.2025 10:42:${String(second).padStart(2, '0')}` },
    ...{ d: { Spindel_Temp: '71,4', load: 62, vib: { x: 2.1, y: 1.8 }, cnt: 18234, run: 1 }, rssi: -61 },
  });

describe.skipIf(browser === null)('incoming data', { timeout: 60_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let device: MqttClient;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    device = await connectAsync(plant.server.mqtt, { clientId: 'plc-bridge' });
    onEnd(() => device.endAsync());
    const machineId = await plant.addMachine('Press 1');
    await plant.publish(machineId, { temperature: 60, pressure: 100 });
    await device.publishAsync(TOPIC, haas(1), { qos: 1 });
  });

  const row = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

  it('lists what arrives, what needs a person first, and shows a message as a tree', async () => {
    const page = await plant.openPage('/settings/metrics', 'supervisor1');
    await page.getByRole('img', { name: '1 waits' }).waitFor();
    await page.getByRole('link', { name: 'Incoming data 1 waits' }).click();
    // What needs a person is open at once where there is room.
    await page.getByRole('heading', { name: TOPIC }).waitFor();
    await page.getByRole('heading', { name: 'Needs a person 1' }).waitFor();
    await page.getByRole('heading', { name: 'Stored 1' }).waitFor();
    expect(await row(page, TOPIC).textContent()).toContain('All refused:');
    const item = (name: RegExp) => page.getByRole('treeitem', { name });
    await item(/^dev "HAAS-07"/).waitFor();
    await item(/^4 entries/).focus();
    await page.keyboard.press('End');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(/^rssi -61/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await item(/^load 62/).count()).toBe(0);
    await page.keyboard.press('ArrowRight');
    await item(/^load 62/).waitFor();
    await expectAccessible(page);
  });

  it('shows an operator counts and reasons, and no payload', async () => {
    const page = await plant.openPage('/settings/incoming', 'operator1');
    await page.getByText('The messages themselves are for Supervisor and Management').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('Spindel_Temp');
    await page.getByLabel('Topic, gateway, machine or field').fill('Press 1');
    await row(page, /Press 1/).click();
    await page.getByText('Stored as').waitFor();
    await expectAccessible(page);
  });
});
