// A server whose clock is in doubt: the page says so to whoever can confirm it, and to nobody else.

import { describe, expect, it } from 'vitest';
import { openEmbeddedDatabase } from '../../server/src/database/open-embedded-database.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { openPlant } from '../support/open-plant.ts';

const browser = findBrowser();
const DAY_MS = 86_400_000;

describe.skipIf(browser === null)('the notice of a clock that is in doubt', { timeout: 400_000 }, () => {
  it('stands on every screen of Management, and goes when the time is confirmed', async () => {
    const plant = await openPlant(browser as string);
    const machineId = await plant.addMachine('Press 1');
    await plant.publish(machineId, { temperature: 60 });
    await plant.restart(async () => {
      const database = await openEmbeddedDatabase(plant.dataDir);
      await database.db
        .updateTable('clock_guard')
        .set({ newest_arrival: Date.now() - 30 * DAY_MS })
        .execute();
      await database.close();
    });
    const page = await plant.openPage('/alerts', 'manager1');
    const notice = page.getByRole('status').filter({ hasText: 'nothing is deleted because of its age' });
    await notice.waitFor();
    expect(await notice.textContent()).toMatch(/^The clock of .+ is 30 d ahead of the newest data\./);
    await expectAccessible(page);
    const operator = await plant.openPage('/alerts', 'supervisor1');
    await operator.getByRole('heading', { name: 'Alerts' }).first().waitFor();
    expect(await operator.getByText('nothing is deleted').count()).toBe(0);

    const phone = await plant.openPage('/', 'manager1', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      locale: 'id-ID',
    });
    await phone.getByText('Sampai jam dikonfirmasi').waitFor();
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

    await page.getByRole('button', { name: 'Check the clock' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Is this the right time?').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'The time is right' }).click();
    await page.getByText('Clock confirmed').waitFor();
    await notice.waitFor({ state: 'detached' });
    expect(await plant.get('/system/clock')).toMatchObject({ state: 'trusted' });
    await page.goto(`${plant.http}/settings/audit`);
    await page.getByText('Confirmed the clock').first().waitFor();
  });
});
