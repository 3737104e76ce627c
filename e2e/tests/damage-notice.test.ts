// Missing files of the stored readings are shown to users who can acknowledge them, and to nobody else.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'id-ID' };

describe.skipIf(browser === null)('the notice of damaged files', { timeout: 60_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    // Without the list, the server cannot know what else is missing, and says so.
    await plant.restart(() => rm(join(plant.dataDir, 'readings', 'manifest')));
  }, 60_000);

  it('is shown to nobody who cannot acknowledge it', async () => {
    const page = await plant.openPage('/alerts', 'supervisor1');
    await page.getByRole('heading', { name: 'Alerts' }).first().waitFor();
    expect(await page.getByText('missing or damaged').count()).toBe(0);
  });

  it('fits a phone, in the reader’s language', async () => {
    const page = await plant.openPage('/machines', 'manager1', PHONE);
    await page.getByText('Data tersimpan yang hilang atau rusak: 1.').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  it('stands on the screens of Management, and goes when it is acknowledged', async () => {
    const page = await plant.openPage('/settings/audit', 'manager1');
    const notice = page.getByRole('status').filter({ hasText: 'Stored data is missing or damaged: 1.' });
    await notice.waitFor();
    await page.getByRole('button', { name: 'What is missing?' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('manifest').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Damage acknowledged').waitFor();
    await notice.waitFor({ state: 'detached' });
    expect(await plant.get('/system/damage')).toEqual({ status: 'success', damage: [] });
  });
});
