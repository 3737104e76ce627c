// Somebody who has never seen the page: adds a machine, finds why an alarm rang last night, and takes last week along.
// Everything is found by the words that can be seen.

import { readFile } from 'node:fs/promises';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ZONE = { locale: 'en-GB', timezoneId: 'UTC' };
const SIZES: Record<string, BrowserContextOptions> = {
  'at a desk': { viewport: { width: 1440, height: 900 }, ...ZONE },
  'on a phone': { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, ...ZONE },
};

describe.skipIf(browser === null)('a first visit', () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  /** An hour into the night that ended last. */
  const rangMs = Math.floor(Date.now() / DAY) * DAY - HOUR;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    const press = await plant.addMachine({ name: 'Press 7', location: 'Hall B' });
    const nowMs = Date.now();
    const times = Array.from({ length: (6.9 * DAY) / (10 * MINUTE) }, (_, i) => nowMs - 6.9 * DAY + i * 10 * MINUTE);
    const rang = [0, 1, 2, 3].map((minute) => rangMs + minute * MINUTE);
    const values = (timeMs: number) => (rang.includes(timeMs) ? 96.5 : 62);
    await plant.publishAll(
      press,
      [...times, ...rang]
        .toSorted((a, b) => a - b)
        .map((timeMs) => ({ timestamp: new Date(timeMs).toISOString(), temperature: values(timeMs), speed: 900 })),
    );
    await plant.publish(press, { temperature: 62, speed: 900 });
  }, 60_000);

  /** What can be seen and pressed under these words. */
  const seen = (within: Page | Locator, words: string | RegExp) =>
    within.getByText(words, typeof words === 'string' ? { exact: true } : {}).filter({ visible: true });

  for (const [size, options] of Object.entries(SIZES)) {
    it(`leads to what one came for, ${size}`, async () => {
      const page = await plant.openPage('/', 'manager1', options);
      const menu = page.locator('nav').filter({ hasText: 'Settings', visible: true });
      const name = `Lathe ${size}`;

      await page.getByTitle('Add machine').filter({ visible: true }).last().click();
      const adding = page.getByRole('dialog');
      await adding.getByLabel('Name').fill(name);
      await adding.getByLabel('Location').fill('Hall C');
      await adding.getByLabel('Sensor type').fill('lathe');
      await page.keyboard.press('Tab');
      await seen(adding, 'Add machine').last().click();
      await seen(page, `${name} was added`).waitFor();
      await seen(page, 'Waiting for the first reading').waitFor();
      await seen(page, 'Open machine').click();
      await page.getByRole('heading', { name }).waitFor();
      await seen(page, 'Never reported').first().waitFor();

      await seen(menu, /^Alerts/).click();
      await page.getByRole('heading', { name: 'Alerts', exact: true }).first().waitFor();
      await seen(page.locator('#content'), 'History').click();
      await seen(page, 'Last night').click();
      await seen(page, /Temperature high-high/)
        .first()
        .click();
      await page.getByRole('heading', { name: 'Press 7' }).waitFor();
      await seen(page, /^96\.5/)
        .first()
        .waitFor();
      await seen(page, 'Open in history').click();
      await page.waitForURL('**/history?**');

      await seen(menu, 'Fleet').click();
      await seen(menu, 'History').click();
      await seen(page, 'Press 7').first().click();
      await seen(page, '7 d').click();
      await seen(page, 'Export CSV').click();
      const download = page.waitForEvent('download');
      await seen(page.getByRole('dialog'), 'Export').click();
      const file = (await readFile(await (await download).path())).toString().split('\r\n');
      expect(file[0]).toBe('timestamp,temperature_c,pressure_kpa,speed_rpm');
      expect(file.filter((line) => line.includes(',96.5,'))).toHaveLength(4);
      expect(file.length).toBeGreaterThan(990);
      await seen(page, /^Saved Press-7_/).waitFor();
    }, 60_000);
  }
});
