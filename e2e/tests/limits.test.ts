// Limits with their back-test, conditions in sentences, and the status of several machines: tried, applied and taken back.

import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const MINUTE = 60_000;

describe.skipIf(browser === null)('limits', () => {
  let plant: Plant;
  let machineId = '';
  const onEnd = closeAfterAll();
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    machineId = await plant.addMachine({ name: 'Press 087', location: 'Hall L' });
    const nowMs = Date.now();
    // Three excursions past 80 in the last three hours.
    const readings = Array.from({ length: 180 }, (_, i) => ({
      timestamp: new Date(nowMs - (180 - i) * MINUTE).toISOString(),
      temperature: i % 60 >= 30 && i % 60 < 33 ? 82 : 70,
    }));
    await plant.publishAll(machineId, readings);
  }, 60_000);

  it('say what they would have done, are moved by the keys, applied, and taken back with one click', async () => {
    const page = await plant.openPage(`/machines/${machineId}/info`, 'supervisor1');
    await page.getByRole('link', { name: 'Limits and back-test of Temperature' }).click();
    await page.getByRole('button', { name: '24 h' }).click();
    await page.getByText('Would have rung 3 times in the last 24 hours, as now.').waitFor();
    const handle = page.getByRole('slider', { name: /^high, /i });
    await handle.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowUp');
    await expect.poll(() => handle.getAttribute('aria-valuenow')).toBe('83');
    await page.getByText('Would have rung 0 times in the last 24 hours instead of 3.').waitFor();
    await page.getByRole('button', { name: 'Gone 3' }).click();
    await expect.poll(() => page.getByText('Gone: not past the new limit').count()).toBe(3);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Press 087: high 83 °C').waitFor();
    expect((await plant.get(`/data/machines/${machineId}/limits`)).limits).toEqual({ temperature: { high: 83 } });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Taken back: Press 087 is as it was.').waitFor();
    expect((await plant.get(`/data/machines/${machineId}/limits`)).limits).toEqual({});
  }, 120_000);

  it('are joined by conditions that are read as sentences', async () => {
    const page = await plant.openPage(`/machines/${machineId}/info`, 'supervisor1');
    await page.getByRole('button', { name: 'Add a condition' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What is abnormal').selectOption({ label: 'Does not change' });
    await dialog.getByLabel('For at least').fill('600');
    await dialog.getByText('An alert is raised when Temperature does not change for 10 minutes.').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    const list = page.getByRole('list', { name: 'Conditions beyond the limits' });
    await list.getByText('when Temperature does not change for 10 minutes').waitFor();
    await list.getByRole('button', { name: /^Delete/ }).click();
    await page.getByText('Deleted: when Temperature does not change for 10 minutes').waitFor();
    await expect.poll(async () => (await plant.get('/conditions')).conditions).toEqual([]);
  }, 120_000);

  it('do not ring while a whole location is in maintenance until Monday', async () => {
    const page = await plant.openPage('/?location=Hall+L', 'supervisor1');
    await page.getByRole('button', { name: /^More/ }).first().click();
    await page.getByRole('menuitem', { name: 'Set status of several …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Monday 06:00' }).click();
    await dialog.getByRole('button', { name: 'Set 1 machine' }).click();
    await page.getByText(/^1 machine: Maintenance, until /).waitFor();
    const reply = await plant.get(`/data/machines/${machineId}`);
    const machine = reply.machine as { status: string; status_until: string };
    expect(machine.status).toBe('maintenance');
    expect(new Date(machine.status_until).getDay()).toBe(1);
  }, 120_000);
});
