// The frame around the screens: panels at every width, theme, language, a lost connection, the installed page.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, fillSignIn, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const HEIGHT = 900;

describe.skipIf(browser === null)('the frame', () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let machineId: string;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    machineId = await plant.addMachine('Press 1');
    for (let i = 2; i <= 20; i++) await plant.addMachine({ name: `Press ${i}`, location: `Hall ${i % 4}` });
    await plant.publish(machineId, { temperature: 120 });
  }, 60_000);

  const machines = (page: Page) => page.getByRole('complementary', { name: 'Machines' });
  const alerts = (page: Page) => page.getByRole('complementary', { name: 'Alerts' });
  const openAlerts = (page: Page) => page.getByRole('button', { name: /Show alert panel/ });
  const openMachines = (page: Page) => page.getByRole('button', { name: 'Show machine panel' });
  const resize = (page: Page, width: number) => page.setViewportSize({ width, height: HEIGHT });

  it('docks both panels on a desktop, one on a laptop, and brings back what a narrower window had no room for', async () => {
    const page = await plant.openPage('/', 'operator1', { viewport: { width: 1600, height: HEIGHT } });
    await machines(page).waitFor();
    await alerts(page).waitFor();
    await resize(page, 1200);
    await alerts(page).waitFor({ state: 'hidden' });
    await machines(page).waitFor();
    await openAlerts(page).getByText('critical, unacknowledged').waitFor({ state: 'attached' });
    await resize(page, 768);
    await machines(page).waitFor({ state: 'hidden' });
    await openMachines(page).waitFor();
    await resize(page, 390);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Machines' }).waitFor();
    await resize(page, 1600);
    await machines(page).waitFor();
    await alerts(page).waitFor();
  }, 60_000);

  it('keeps a panel closed that somebody closed, over resizes and reloads, and the focus where the panel went', async () => {
    const page = await plant.openPage('/', 'operator1', { viewport: { width: 1600, height: HEIGHT } });
    await alerts(page).getByRole('button', { name: 'Close panel' }).press('Enter');
    await alerts(page).waitFor({ state: 'hidden' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('open-alerts');
    await resize(page, 1024);
    await resize(page, 1600);
    await page.reload();
    await machines(page).waitFor();
    expect(await alerts(page).count()).toBe(0);
    await openAlerts(page).press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain('dock-right');
    await page.reload();
    await alerts(page).waitFor();
  }, 60_000);

  it('opens a panel as a sheet that keeps the focus, where there is no room for a dock', async () => {
    const page = await plant.openPage('/', 'operator1', { viewport: { width: 1024, height: HEIGHT } });
    await openAlerts(page).click();
    const sheet = page.getByRole('dialog', { name: 'Alerts' });
    await sheet.getByText('Press 1').first().waitFor();
    const inside = () => page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null);
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      expect(await inside()).toBe(true);
    }
    await expectAccessible(page);
    // Wider, it is a dock; narrower, a sheet again: a resize closes nothing.
    await resize(page, 1600);
    await sheet.waitFor({ state: 'detached' });
    await alerts(page).waitFor();
    await resize(page, 390);
    await sheet.waitFor();
    await expect.poll(async () => Math.round((await sheet.boundingBox())?.width ?? 0)).toBe(390);
    await resize(page, 768);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('open-alerts');
  }, 60_000);

  it('closes a sheet when one goes to another screen from it', async () => {
    const page = await plant.openPage('/', 'operator1', { viewport: { width: 768, height: HEIGHT } });
    await openMachines(page).click();
    const sheet = page.getByRole('dialog', { name: 'Machines' });
    await sheet
      .getByRole('link', { name: /Press 1\b/ })
      .first()
      .click();
    await sheet.waitFor({ state: 'detached' });
    await page.waitForURL(/\/machines\//);
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('#content') !== null)).toBe(true);
  }, 60_000);

  it('fits every width in both languages', async () => {
    const page = await plant.openPage('/', 'operator1', { viewport: { width: 1600, height: HEIGHT }, locale: 'id-ID' });
    await page.getByRole('link', { name: 'Armada' }).first().waitFor();
    for (const width of [1440, 1280, 1024, 900, 768, 390, 360]) {
      await resize(page, width);
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), {
          message: `overflow at ${width}`,
        })
        .toBe(0);
    }
  }, 60_000);

  it('shows the theme that was chosen from the first paint on, and follows the system until then', async () => {
    const page = await plant.openPage('/', 'operator1', { colorScheme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(background).not.toBe(light);
    const dark = await background();
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(background).toBe(light);
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    expect(await background()).toBe(dark);
    // Held back, the page stands with nothing but its head: what would be painted is dark already.
    await page.route('**/assets/index-*.js', async (route) => {
      await expect.poll(background).toBe(dark);
      expect(await page.evaluate(() => document.getElementById('root')?.childElementCount)).toBe(0);
      expect(
        await page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="color-scheme"]')?.content),
      ).toBe('dark');
      await route.continue();
    });
    await page.evaluate(async () => {
      for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
    });
    await page.reload();
    await page.locator('#content').waitFor();
    expect(await background()).toBe(dark);
    // Back at what the system says, one follows the system again.
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    expect(await page.evaluate(() => localStorage.getItem('gonsters.theme'))).toBeNull();
  }, 60_000);

  it('moves the focus to the new screen and reads its title out; the way back leads to where one was', async () => {
    const page = await plant.openPage('/', 'operator1', { viewport: { width: 1024, height: 420 } });
    await page.getByText('Press 20').first().waitFor();
    const scrolled = () =>
      page.evaluate(() => {
        window.scrollTo(0, 150);
        return window.scrollY;
      });
    await expect.poll(scrolled).toBe(150);
    await page
      .getByRole('navigation', { name: 'Main' })
      .first()
      .getByRole('link', { name: /Alerts/ })
      .press('Enter');
    await page.waitForURL(/\/alerts/);
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Alerts');
    await page.getByRole('status').filter({ hasText: 'Alerts · GONSTERS' }).waitFor({ state: 'attached' });
    await page.goBack();
    await page.getByText('Press 20').first().waitFor();
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(150);
    await page.keyboard.press('Shift+Tab');
    await page.goto(`${plant.http}/nowhere`);
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content');
  }, 60_000);

  it('does not jump while it loads', async () => {
    for (const options of [{ viewport: { width: 1440, height: HEIGHT } }, PHONE]) {
      const page = await plant.openPage('/', 'operator1', options);
      for (const path of ['/machines', `/machines/${machineId}`, '/history', '/settings']) {
        await page.goto(`${plant.http}${path}`);
        await page.locator('#content h1').first().waitFor();
        const shift = await page.evaluate(
          () =>
            new Promise<number>((resolve) => {
              let sum = 0;
              new PerformanceObserver((list) => {
                for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) sum += entry.value;
              }).observe({ type: 'layout-shift', buffered: true });
              requestIdleCallback(() => setTimeout(() => resolve(sum), 300));
            }),
        );
        expect(shift, `layout shift of ${path}`).toBeLessThanOrEqual(0.05);
      }
    }
  }, 90_000);

  it('shows the tabs and what is urgent on a phone', async () => {
    const page = await plant.openPage('/', 'operator1', PHONE);
    const tabs = page.locator('.tab-bar');
    expect(await tabs.getByRole('link').allInnerTexts()).toEqual(
      expect.arrayContaining(['Fleet', 'Machines', 'History', 'Settings'].map((name) => expect.stringContaining(name))),
    );
    for (const link of await tabs.getByRole('link').all()) {
      const box = await link.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
    await tabs.getByRole('link', { name: /1 critical/ }).click();
    await page.getByRole('heading', { name: 'Alerts', exact: true }).first().waitFor();
    await expectAccessible(page);
  }, 60_000);

  it('says that values have stopped although the connection stands', async () => {
    const page = await plant.openPage('/', 'operator1');
    await plant.publish(machineId, { temperature: 119 });
    await page.locator('.live').getByText('Live', { exact: true }).waitFor();
    // On its way no longer: it would count as news of the time that is set now.
    await machines(page).getByText('119.0').first().waitFor();
    const nowMs = Date.now();
    await page.clock.setFixedTime(nowMs + 5 * 60_000);
    await page.locator('.live').getByText('No new values for 5 min').waitFor();
    expect(await page.locator('.live-dot').count()).toBe(0);
    await page.clock.setFixedTime(Date.now());
    await plant.publish(machineId, { temperature: 118 });
    await page.locator('.live').getByText('Live', { exact: true }).waitFor();
  }, 60_000);

  it('keeps address, filters and panels over a reload', async () => {
    const page = await plant.openPage('/?q=Press+1&location=Hall+A', 'operator1');
    await machines(page).getByText('Press 1').first().waitFor();
    await page.reload();
    await machines(page).getByText('Press 1').first().waitFor();
    expect(new URL(page.url()).search).toBe('?q=Press+1&location=Hall+A');
  }, 60_000);
});

describe.skipIf(browser === null)('the page on its own', () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  let machineId: string;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
    machineId = await plant.addMachine('Press 1');
    await plant.publish(machineId, { temperature: 120 });
  }, 60_000);

  it('goes on by itself when the connection is back, and says that', async () => {
    const page = await plant.openPage('/', 'operator1');
    await page.getByText('Press 1').first().waitFor();
    await page.context().setOffline(true);
    await page.getByRole('alert').filter({ hasText: 'Offline since' }).waitFor();
    await page.context().setOffline(false);
    await page.getByText('Reconnected').waitFor();
    await page.locator('.banner').waitFor({ state: 'detached' });
    expect(await page.locator('body').getAttribute('class')).not.toContain('is-offline');
  }, 60_000);

  it('asks for the sign-in where the session has ended, and is then where one was', async () => {
    const page = await plant.openPage(`/machines/${machineId}?w=15`, 'operator1');
    await page.getByRole('heading', { name: 'Press 1' }).waitFor();
    const { users } = (await plant.get('/users')) as { users: { id: string; username: string }[] };
    const id = users.find((user) => user.username === 'operator1')?.id;
    await plant.call('PATCH', `/users/${id}`, { is_active: false });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await plant.call('PATCH', `/users/${id}`, { is_active: true });
    const { pathname } = new URL(page.url());
    await fillSignIn(page, 'operator1');
    await page.getByRole('heading', { name: 'Press 1' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(pathname);
  }, 60_000);

  it('is told of a new version, and reloads where a part of the old one is gone', async () => {
    const context = await plant.openBrowser({ serviceWorkers: 'block' });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(plant.http);
    await fillSignIn(page, 'operator1');
    await page.locator('#content').waitFor();
    let fresh = false;
    await page.route('**/assets/settings-screen-*.js', (route) => (fresh ? route.continue() : route.abort()));
    // Only its own question for the page, not the navigation that a reload is.
    await page.route(`${plant.http}/`, (route) =>
      route.request().isNavigationRequest()
        ? route.continue()
        : route.fulfill({
            contentType: 'text/html',
            body: '<script type="module" src="/assets/index-New12345.js"></script>',
          }),
    );
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByText('A new version is ready.').waitFor();
    const reloaded = page.waitForEvent('load');
    page.on('request', (request) => {
      fresh ||= request.isNavigationRequest();
    });
    await page.locator('.nav').getByRole('link', { name: 'Settings' }).click();
    await reloaded;
    await page.locator('#content').waitFor();
  }, 60_000);

  it('has a manifest whose icons are there', async () => {
    const page = await plant.openPage('/', 'operator1');
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
      return (await (await fetch(link?.href ?? '')).json()) as {
        display: string;
        icons: { src: string; sizes: string; purpose?: string }[];
        shortcuts: { url: string }[];
      };
    });
    expect(manifest.display).toBe('standalone');
    expect(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose ?? 'any'}`)).toEqual(
      expect.arrayContaining(['192x192 any', '512x512 any', '192x192 maskable', '512x512 maskable']),
    );
    for (const { src } of manifest.icons) expect((await fetch(`${plant.http}${src}`)).status).toBe(200);
    expect(manifest.shortcuts.map(({ url }) => url)).toContain('/?kiosk=1');
  }, 60_000);

  it('leads from a notification that is touched to its alert, in the tab that is no wall', async () => {
    const [alert] = (await plant.get('/alerts?state=open')).alerts as { id: string }[];
    const page = await plant.openPage('/', 'operator1');
    const context = page.context();
    await context.grantPermissions(['notifications'], { origin: plant.http });
    await page.evaluate(() => navigator.serviceWorker.ready);
    const wall = await context.newPage();
    await wall.goto(`${plant.http}/?kiosk=1`);
    await wall.locator('.wall').waitFor();
    const worker = context.serviceWorkers()[0];
    if (worker === undefined) throw new Error('No service worker runs');
    // Runs in the worker: the event is made by hand, what takes it is the worker that is shipped.
    await worker.evaluate(`(async () => {
      await registration.showNotification('Critical', { data: { url: '/alerts/${alert?.id}' } });
      const [notification] = await registration.getNotifications();
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
    })()`);
    await page.waitForURL(`**/alerts/${alert?.id}`);
    await page.getByRole('heading', { name: 'Press 1' }).waitFor();
    expect(new URL(wall.url()).search).toBe('?kiosk=1');
  }, 60_000);

  it('says so, since when, takes the colour out of the values, and opens from its cache', async () => {
    const page = await plant.openPage('/', 'operator1');
    await page.getByText('Press 1').first().waitFor();
    const kept = await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      const urls: string[] = [];
      for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) urls.push(new URL(request.url).pathname);
      }
      return urls;
    });
    expect(kept).toContain('/');
    expect(kept.filter((path) => /^\/(api|socket\.io|health|metrics|docs)/.test(path))).toEqual([]);
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);

    // The last of these tests: the server does not come back.
    await plant.server.end('SIGTERM');
    await page
      .getByRole('alert')
      .filter({ hasText: /Offline since \d\d:\d\d:\d\d .+ last ones received/ })
      .waitFor();
    await page.locator('.live').getByText('Offline').waitFor();
    expect(await page.locator('.live-dot').count()).toBe(0);
    expect(
      await page
        .locator('.card')
        .first()
        .evaluate((card) => getComputedStyle(card).filter),
    ).toContain('saturate(0)');
    await page.getByRole('button', { name: 'Try now' }).click();
    await expectAccessible(page);

    // The session of this tab is still good: the frame opens, says it is offline, and keeps trying.
    await page.reload();
    await page.getByRole('alert').filter({ hasText: 'Offline since' }).waitFor();
    // A new tab cannot ask whether the session holds, and says that.
    const other = await page.context().newPage();
    await other.goto(`${plant.http}/machines/${machineId}`);
    await other.getByRole('alert').filter({ hasText: 'The server cannot be reached' }).waitFor();
    await expectAccessible(other);
    expect(new URL(other.url()).pathname).toBe(`/machines/${machineId}`);
  }, 90_000);
});
