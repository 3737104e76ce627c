// The wall screen: what it shows, how its pages turn, and what it says when nothing new comes in.

import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const WALL = { viewport: { width: 1920, height: 1080 } };

describe.skipIf(browser === null)('the wallboard', () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let hot: string;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    hot = await plant.addMachine({ name: 'Press 1', location: 'Hall A' });
    for (let i = 2; i <= 8; i++) {
      const id = await plant.addMachine({ name: `Press ${i}`, location: `Hall ${i % 2 === 0 ? 'A' : 'B'}` });
      await plant.publish(id, { temperature: 60 });
    }
    await plant.addMachine({ name: 'Press 9', location: 'Hall B', status: 'maintenance' });
    await plant.publish(hot, { temperature: 121.5 });
  }, 60_000);

  /** Opened on the wall: signed in elsewhere first, because the form is no part of it. */
  const openWall = async (query = '', options = {}) => {
    const page = await plant.openPage('/settings', 'operator1', { ...WALL, ...options });
    await page.goto(`${plant.http}/?kiosk=1${query}`);
    await page.locator('.wall').waitFor();
    return page;
  };

  it('shows counts, the worst alerts with their live values and every machine, and nothing else', async () => {
    const page = await openWall();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const alarm = page.locator('.wall-alarm').first();
    await alarm.getByText('Press 1').waitFor();
    await alarm.getByText('121.5').waitFor();
    await plant.publish(hot, { temperature: 122.5 });
    await alarm.getByText('122.5').waitFor();
    await page.locator('.wall-top').getByText('of 9').waitFor();
    await page.locator('.wall-heat').getByText('Hall B').waitFor();
    expect(await page.locator('.header, .tab-bar, .dock').count()).toBe(0);
    expect(await page.locator('.wall').evaluate((wall) => getComputedStyle(wall).cursor)).toBe('none');
    expect(await page.evaluate(() => document.documentElement.dataset.density)).toBe('wall');
    // Everything is on the screen: nobody scrolls a wall.
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBe(0);
    await expectAccessible(page);
    await page.mouse.move(300, 300);
    await expect.poll(() => page.locator('.wall').evaluate((wall) => getComputedStyle(wall).cursor)).not.toBe('none');
  }, 60_000);

  it('turns its pages, stays on one that is asked for, and is left with Escape', async () => {
    const page = await plant.openPage('/settings', 'operator1', WALL);
    await page.clock.install();
    await page.goto(`${plant.http}/?kiosk=1`);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.locator('.wall-alarm').getByText('Press 1').waitFor();
    await page.clock.runFor(20_500);
    await page.getByRole('heading', { name: 'All machines' }).waitFor();
    await page.getByRole('img', { name: 'Page 2 of 3' }).waitFor();
    await page.clock.runFor(20_500);
    await page.getByRole('heading', { name: 'Abnormal now' }).waitFor();
    await page.locator('.wall-trend canvas').waitFor();
    await expectAccessible(page);
    await page.clock.runFor(20_500);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('heading', { name: 'Abnormal now' }).waitFor();

    await page.goto(`${plant.http}/?kiosk=1&page=machines`);
    await page.getByRole('heading', { name: 'All machines' }).waitFor();
    await page.clock.runFor(60_000);
    await page.getByRole('heading', { name: 'All machines' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.header').waitFor();
    expect(new URL(page.url()).search).toBe('');
  }, 60_000);

  it('fits a phone and speaks Indonesian', async () => {
    const page = await openWall('', {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      locale: 'id-ID',
    });
    await page.getByRole('heading', { name: 'Ringkasan' }).waitFor();
    await page.locator('.wall-alarm').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page);
  }, 60_000);

  it('loads a new build of the page by itself', async () => {
    // A page under a service worker asks past the test.
    const page = await openWall('', { serviceWorkers: 'block' });
    await page.route(`${plant.http}/`, (route) =>
      route.request().isNavigationRequest()
        ? route.continue()
        : route.fulfill({ contentType: 'text/html', body: '<script src="/assets/index-New12345.js"></script>' }),
    );
    const reloaded = page.waitForEvent('load');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await reloaded;
    await page.locator('.wall-alarm').first().waitFor();
  }, 60_000);

  it('says when nothing new has come in, although it is connected', async () => {
    const page = await openWall();
    await plant.publish(hot, { temperature: 131 });
    await page.locator('.live').getByText('Live', { exact: true }).waitFor();
    // What came in after the clock was set would be new.
    await page.getByText(/131/).first().waitFor();
    await page.clock.setFixedTime(Date.now() + 3_600_000);
    await page.locator('.wall-trouble').getByText('No new values for').waitFor();
    expect(await page.locator('.live-dot').count()).toBe(0);
  }, 60_000);

  // Last: it ends the server.
  it('says across the hall that it is disconnected, and does not call the plant calm', async () => {
    const page = await openWall();
    const alarm = page.locator('.wall-alarm').first();
    await alarm.waitFor();
    // Values have come in, so that they have an age.
    await plant.publish(hot, { temperature: 140.5 });
    await alarm.getByText('140.5').waitFor();
    await plant.server.end('SIGTERM');
    const trouble = page.locator('.wall-trouble');
    await trouble.getByText(/Disconnected since \d\d:\d\d/).waitFor();
    await trouble.getByText(/Values are .+ old/).waitFor();
    expect(
      await page
        .locator('.wall .card')
        .first()
        .evaluate((card) => getComputedStyle(card).filter),
    ).toContain('saturate(0)');
    expect(await page.getByText('No alerts').count()).toBe(0);
    await expectAccessible(page);
  }, 60_000);
});
