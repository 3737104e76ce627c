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

  it('are dragged by their handles, and a back-test that takes long is cancelled and started again', async () => {
    const page = await plant.openPage(`/limits/temperature?machine=${machineId}&range=24h`, 'supervisor1');
    await page.getByText('Would have rung 3 times in the last 24 hours, as now.').waitFor();
    const handle = page.getByRole('slider', { name: /^high, /i });
    const valueNow = async () => Number(await handle.getAttribute('aria-valuenow'));
    const before = await valueNow();
    const box = (await handle.boundingBox()) as { x: number; y: number; width: number; height: number };
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    // From here on no back-test ends.
    await page.route('**/alerts/backtest**', async (route) => {
      if (route.request().method() === 'DELETE') return route.continue();
      const response = await route.fetch();
      const { job, ...rest } = (await response.json()) as { job: object };
      return route.fulfill({
        response,
        json: { ...rest, job: { ...job, state: 'running', progress: 0.4 }, result: null },
      });
    });
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y - 20, { steps: 4 });
    await page.mouse.move(x, y - 40, { steps: 4 });
    await expect.poll(valueNow).toBeGreaterThan(before + 2);
    const dragged = await valueNow();
    await page.mouse.up();
    // Nothing is held any more.
    await page.mouse.move(x, y + 60);
    expect(await valueNow()).toBe(dragged);

    await page.getByText('Computing, 40 %').waitFor();
    const stopped = page.waitForRequest(
      (request) => request.method() === 'DELETE' && /\/alerts\/backtest\/./.test(request.url()),
    );
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText('The back-test was cancelled.').waitFor();
    await stopped;
    await page.unroute('**/alerts/backtest**');
    await page.getByRole('button', { name: 'Start again' }).click();
    await page.getByText('Would have rung 0 times in the last 24 hours instead of 3.').waitFor();
    expect((await plant.get(`/data/machines/${machineId}/limits`)).limits).toEqual({});
  }, 120_000);

  it('are improved by the suggestion for what rings most, which is applied with one click and undone with one', async () => {
    const swinging = await plant.addMachine({ name: 'Press 088', location: 'Hall M' });
    // More than a minute old, so that a range up to the last full minute has them, and recent enough to raise alerts.
    const [firstMs, swings] = [Date.now() - 110_000, 12];
    const readings = Array.from({ length: swings * 4 }, (_, second) => ({
      timestamp: new Date(firstMs + second * 1000).toISOString(),
      temperature: second % 4 < 2 ? 81 : 70,
    }));
    await plant.publishAll(swinging, readings);
    const actors = async () => (await plant.get('/alerts/bad-actors')).actors as { machine_id: string }[];
    await expect.poll(async () => (await actors()).map((actor) => actor.machine_id)).toContain(swinging);

    const page = await plant.openPage('/alerts?tab=figures', 'supervisor1');
    const row = page.getByRole('row').filter({ hasText: 'Press 088' });
    await row.getByText(/^off-delay .* → \d+ s$/).waitFor();
    await row.getByRole('button', { name: /^Apply to Press 088/ }).click();
    await row.getByText(/applied by supervisor1/).waitFor();
    const rules = async () =>
      (
        (await plant.get(`/conditions?machine_id=${swinging}`)).conditions as {
          kind: string;
          off_delay_seconds: number | null;
        }[]
      ).filter(({ kind }) => kind === 'level');
    const [rule, ...others] = await rules();
    expect(rule?.off_delay_seconds).toBeGreaterThan(0);
    expect(others).toEqual([]);
    await row.getByRole('button', { name: /^Undo the change of Press 088/ }).click();
    await page.getByText('Taken back: Press 088 is as it was.').waitFor();
    await row.getByRole('button', { name: /^Apply to Press 088/ }).waitFor();
    expect(await rules()).toEqual([]);
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
