// While the clock of the server may be wrong, the page shows a notice to users who can confirm it, and to nobody else.

import { beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedDatabase } from '../../server/src/database/open-embedded-database.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const DAY_MS = 86_400_000;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'id-ID' };

describe.skipIf(browser === null)('the notice of a clock that is in doubt', { timeout: 60_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    await plant.restart(async () => {
      const database = await openEmbeddedDatabase(plant.dataDir);
      await database.db
        .updateTable('clock_guard')
        .set({ newest_arrival: Date.now() - 30 * DAY_MS })
        .execute();
      await database.close();
    });
  }, 60_000);

  it('is shown to nobody who cannot confirm it', async () => {
    const page = await plant.openPage('/alerts', 'supervisor1');
    await page.getByRole('heading', { name: 'Alerts' }).first().waitFor();
    expect(await page.getByText('no data is deleted').count()).toBe(0);
  });

  it('fits a phone, in the reader’s language', async () => {
    const page = await plant.openPage('/machines', 'manager1', PHONE);
    await page.getByText('Sampai jam dikonfirmasi').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it('stands on the screens of Management, and goes when the time is confirmed', async () => {
    const page = await plant.openPage('/settings/audit', 'manager1');
    const notice = page.getByRole('status').filter({ hasText: 'no data is deleted because of its age' });
    await notice.waitFor();
    expect(await notice.textContent()).toMatch(/^The clock of .+ is 30 d ahead of the newest data\./);
    await page.getByRole('button', { name: 'Check the clock' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Is this the right time?').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'The time is right' }).click();
    await page.getByText('Clock confirmed').waitFor();
    await notice.waitFor({ state: 'detached' });
    expect(await plant.get('/system/clock')).toMatchObject({ state: 'trusted' });
  });
});
