// An alarm from its first sound to the morning after: heard, acknowledged, shelved, found again, by role and by device.

import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';
import { hearSounds, type Tone, watchNotifications } from '../support/signal-stubs.ts';

const browser = findBrowser();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const HOUR = 3_600_000;
const NORMAL = { temperature: 70 };
const WARNING = { temperature: 83 };
const CRITICAL = { temperature: 95 };

describe.skipIf(browser === null)('alerts', () => {
  let plant: Plant;
  let machines = 0;
  const onEnd = closeAfterAll();
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd);
  }, 60_000);
  /** A machine of its own with one open alert. */
  async function alarm(values: Record<string, number>, location = 'Hall A') {
    const name = `Press ${String(++machines).padStart(3, '0')}`;
    const id = await plant.addMachine({ name, location });
    await plant.publish(id, values);
    return { id, name };
  }
  async function alertsOf(machineId: string) {
    const reply = await plant.get(`/alerts?machine_id=${machineId}`);
    return reply.alerts as { id: string; state: string; acknowledge_note: string; raised_at: string }[];
  }
  const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
  const dialog = (page: Page) => page.getByRole('dialog');
  const acknowledgeAll = async () => {
    const { alerts } = await plant.get('/alerts?state=unacknowledged&limit=500');
    for (const { id } of alerts as { id: string }[]) await plant.call('POST', `/alerts/${id}/acknowledge`, {});
  };

  it('that return tell the newest raise, how often they were raised and when first, in the name that the machine has now', async () => {
    const { id, name } = await alarm(CRITICAL);
    const page = await plant.openPage('/alerts', 'operator1');
    await row(page, name).getByText('95.0').first().waitFor();
    await plant.publish(id, { temperature: 60 });
    await row(page, name).getByText('Cleared, unacknowledged').waitFor();
    await plant.publish(id, { temperature: 82 });
    await row(page, name).getByRole('link', { name: 'Temperature high', exact: true }).waitFor();
    await row(page, name)
      .getByText(/first raised .*, raised 2 times/)
      .waitFor({ state: 'attached' });
    const renamed = `${name} renamed`;
    await plant.call('PATCH', `/data/machines/${id}`, { name: renamed, location: 'Hall Q' });
    await row(page, renamed).getByRole('link', { name: 'Temperature high', exact: true }).click();
    await page.getByRole('heading', { name: renamed, level: 1 }).waitFor();
    await page.getByRole('navigation', { name: 'Alerts' }).getByText('Hall Q').waitFor();
    await page.getByText('2 times').waitFor();
    const raises = page.getByRole('table', { name: 'Every raise' }).getByRole('row');
    await expect.poll(() => raises.allTextContents()).toHaveLength(3);
    expect((await raises.allTextContents()).slice(1)).toEqual([
      expect.stringMatching(/^2.*still on.*82\.0.*80\.0.*nobody yet$/),
      expect.stringMatching(/^1.*95\.0.*88\.0.*no, cleared by itself$/),
    ]);
    await page.getByRole('slider', { name: /2 raises/ }).waitFor();
    const told = page.getByRole('region', { name: 'Who was told' });
    await told.getByText('Raised again, 2.').waitFor();
    await expectAccessible(page);
    await page.goto(`${plant.http}/alerts?tab=history`);
    await row(page, renamed).getByText('×2').waitFor();
    const [alert] = await alertsOf(id);
    await plant.call('POST', `/alerts/${alert?.id}/acknowledge`, {});
  }, 180_000);

  it('of any metric have its label, unit, decimals, value, limit and peak, in the unit in which the plant shows it', async () => {
    await plant.call('POST', '/metrics', {
      ...{ name: 'vibration', label: 'Vibration', unit: 'mm/s', decimals: 2, limits: { high: 7.1 } },
    });
    const { id, name } = await alarm({ vibration: 7.5 });
    const page = await plant.openPage('/alerts', 'operator1');
    await row(page, name).getByRole('link', { name: 'Vibration high', exact: true }).waitFor();
    const cells = () => row(page, name).locator('td').allTextContents();
    await expect.poll(cells).toEqual(expect.arrayContaining(['7.50mm/s', '7.10', '7.50']));
    // The card of the panel, which follows the value.
    await page.goto(`${plant.http}/machines/${id}`);
    const panel = page.getByRole('complementary', { name: 'Alerts' }).locator('.alert').filter({ hasText: name });
    await panel.getByText('limit 7.10 · peak 7.50').waitFor();
    await plant.publish(id, { vibration: 7.62 });
    await panel.getByText('limit 7.10 · peak 7.62').waitFor();
    await plant.call('PATCH', '/metrics/vibration', { display_unit: 'cm/s' });
    await panel.getByText('limit 0.71 · peak 0.76').waitFor();
    expect(await panel.locator('.number').textContent()).toBe('0.76cm/s');
    await panel.getByRole('link', { name: /Vibration high/ }).click();
    await page.getByText('Vibration high', { exact: false }).first().waitFor();
    await page.getByRole('region', { name: 'Who was told' }).getByText('0.75 cm/s · limit 0.71 cm/s').waitFor();
    const [alert] = await alertsOf(id);
    await plant.call('POST', `/alerts/${alert?.id}/acknowledge`, {});
  }, 60_000);

  it('are acknowledged with a note, and lead to the chart at their moment', async () => {
    const { id, name } = await alarm(CRITICAL);
    const page = await plant.openPage('/alerts', 'operator1');
    await row(page, name).getByText('95.0').first().waitFor();
    const [alert] = await alertsOf(id);
    const link = row(page, name).getByRole('link', { name: `Chart of ${name} at that moment` });
    const target = new URL((await link.getAttribute('href')) ?? '', plant.http);
    expect([target.pathname, target.searchParams.get('at')]).toEqual([`/machines/${id}`, alert?.raised_at]);
    // An operator may not shelve, so nobody offers it.
    expect(await page.getByRole('button', { name: /Shelve/ }).count()).toBe(1);
    await page.getByRole('button', { name: /^Shelved/ }).waitFor();

    await row(page, name).getByRole('link', { name: 'Temperature high-high' }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/alerts/${alert?.id}`);
    // As links in messages name it.
    await page.goto(`${plant.http}/alerts?alert=${alert?.id}`);
    await page.getByRole('button', { name: 'Acknowledge with a note' }).click();
    expect(new URL(page.url()).pathname).toBe(`/alerts/${alert?.id}`);
    const asking = dialog(page).filter({ hasText: 'Note' });
    await asking.getByRole('button', { name: 'Maintenance called' }).click();
    await asking.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    const told = page.getByRole('region', { name: 'Who was told' });
    await told.getByText('Acknowledged by operator1').waitFor();
    await told.getByText('“Maintenance called”').waitFor();
    expect(await page.getByRole('button', { name: 'Acknowledge', exact: true }).count()).toBe(0);
    expect(await alertsOf(id)).toMatchObject([{ state: 'active_acked', acknowledge_note: 'Maintenance called' }]);
    await expectAccessible(page);
  }, 60_000);

  it('are acknowledged by the dozen, and what failed is said and stays selected', async () => {
    const some = [await alarm(WARNING, 'Bulk'), await alarm(WARNING, 'Bulk'), await alarm(CRITICAL, 'Bulk')];
    const [broken] = await alertsOf(some[1]?.id ?? '');
    const page = await plant.openPage('/alerts?alerts=unacknowledged', 'supervisor1', { serviceWorkers: 'block' });
    for (const { name } of some) await row(page, name).getByRole('checkbox').check();
    // The selection is in the address and outlives the filter and a reload.
    await page.getByRole('button', { name: /^Critical/ }).click();
    await page.getByText('3 selected').waitFor();
    await page.getByText('(2 not listed)').waitFor();
    await page.reload();
    const bar = page.getByRole('region', { name: 'Selection' });
    await bar.getByText('3 selected').waitFor();
    // The network fails for one of them.
    await page.route(`**/alerts/${broken?.id}/acknowledge`, (route) => route.abort());
    await bar.getByRole('button', { name: 'Acknowledge with a note' }).click();
    await dialog(page).getByLabel('Note').fill('Checked on the round');
    await dialog(page).getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await dialog(page).getByText('2 of 3 acknowledged, 1 failed:').waitFor();
    await dialog(page).getByText(`${some[1]?.name}: The server cannot be reached.`).waitFor();
    await expectAccessible(page);
    await dialog(page).getByRole('button', { name: 'Close' }).last().click();
    await bar.getByText('1 selected').waitFor();
    await page.unroute(`**/alerts/${broken?.id}/acknowledge`);
    await bar.getByRole('button', { name: 'Acknowledge with a note' }).click();
    await dialog(page).getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await bar.waitFor({ state: 'detached' });
    for (const { id } of some) expect((await alertsOf(id))[0]?.state).toBe('active_acked');
  }, 60_000);

  it('are shelved with a reason by who may, and come back', async () => {
    const { id, name } = await alarm(WARNING);
    const page = await plant.openPage('/alerts', 'supervisor1');
    await row(page, name)
      .getByRole('button', { name: `Shelve: ${name}` })
      .click();
    await dialog(page).getByRole('button', { name: 'Shelve', exact: true }).click();
    await dialog(page).getByText('Enter a reason.').waitFor();
    await dialog(page).getByRole('button', { name: '8 h' }).click();
    await dialog(page).getByLabel('Reason').fill('Sensor is being replaced');
    await expectAccessible(page);
    await dialog(page).getByRole('button', { name: 'Shelve', exact: true }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await row(page, name).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Shelved 1/ }).click();
    await page.getByText('return automatically').waitFor();
    expect(new URL(page.url()).searchParams.get('alerts')).toBe('shelved');
    await page.reload();
    await row(page, name)
      .getByText(/Shelved until .*: Sensor is being replaced/)
      .waitFor();
    await row(page, name)
      .getByRole('button', { name: `Unshelve: ${name}` })
      .click();
    await page.getByText('Nothing is shelved').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await row(page, name).waitFor();
    expect((await alertsOf(id))[0]).toMatchObject({ state: 'active_unacked', shelved_until: null });
  }, 60_000);

  it('of last night are found by time, state and machine, in the list and in the tab of the machine', async () => {
    const id = await plant.addMachine({ name: 'Night press' });
    // In a zone in which it is noon now, so that last night has ended and what comes now is not of it.
    const aheadHours = 12 - new Date().getUTCHours();
    const timezoneId = aheadHours === 0 ? 'UTC' : `Etc/GMT${aheadHours > 0 ? '-' : '+'}${Math.abs(aheadHours)}`;
    const localMs = Date.now() + aheadHours * HOUR;
    const night = new Date(localMs - (localMs % (24 * HOUR)) - HOUR - aheadHours * HOUR);
    const at = (minutes: number, values: object) => ({
      timestamp: new Date(night.getTime() + minutes * 60_000).toISOString(),
      ...values,
    });
    // What comes a day late is history; what comes now is acknowledged.
    await plant.publishAll(id, [at(0, NORMAL), at(1, CRITICAL), at(4, CRITICAL), at(5, NORMAL)]);
    await plant.publish(id, CRITICAL);
    await expect.poll(async () => (await alertsOf(id)).map(({ state }) => state)).toEqual(['active_unacked', 'closed']);
    const [live] = await alertsOf(id);
    await plant.call('POST', `/alerts/${live?.id}/acknowledge`, { note: 'Coolant refilled' });
    await plant.publish(id, NORMAL);
    const page = await plant.openPage('/alerts', 'operator1', { timezoneId });
    await page.getByRole('button', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Last night' }).click();
    await row(page, 'Night press').getByText('23:01:00').waitFor();
    await page.getByText('3 min', { exact: true }).waitFor();
    await page.getByLabel('State').selectOption({ label: 'Closed' });
    await page.getByRole('button', { name: 'Machine', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search machines' }).fill('night');
    await page.getByRole('button', { name: /Night press/ }).click();
    await page.reload();
    await row(page, 'Night press').waitFor();
    const address = new URL(page.url()).searchParams;
    expect([address.get('tab'), address.get('state'), address.get('machine')]).toEqual(['history', 'closed', id]);
    await page.getByText('End of the list: 1 alert').waitFor();
    await expectAccessible(page);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^alerts-.*\.csv$/);
    await page.getByRole('link', { name: 'Temperature high-high' }).click();
    const around = await page.getByRole('link', { name: 'Open in history' }).getAttribute('href');
    const history = new URL(around ?? '', plant.http).searchParams;
    expect(history.get('machines')).toBe(id);
    expect(Date.parse(history.get('from') ?? '')).toBe(night.getTime() + 60_000 - HOUR);
    await page.goto(`${plant.http}/machines/${id}/alerts`);
    const today = row(page, 'Night press').filter({ hasText: /Closed · manager1/ });
    await today.getByRole('link', { name: 'Temperature high-high' }).click();
    await page.getByRole('region', { name: 'Who was told' }).getByText('“Coolant refilled”').waitFor();
  }, 120_000);

  it('ring once, not with every reading; again for an escalation; every 30 s until acknowledged', async () => {
    await acknowledgeAll();
    const context = await plant.openBrowser();
    const tones = await hearSounds(context);
    const page = await context.newPage();
    try {
      await page.clock.install();
      await plant.signIn(page, '/', 'operator1');
      await page.getByRole('button', { name: 'Mute the alarm' }).first().waitFor();
      const { id, name } = await alarm(WARNING);
      const item = page.getByRole('complementary', { name: 'Alerts' }).getByRole('listitem').filter({ hasText: name });
      await item.waitFor();
      const heard = async () => (await tones(page)).map(({ hz }: Tone) => hz);
      await expect.poll(heard).toEqual([440]);
      await plant.publish(id, { temperature: 84 });
      await item.getByText('84.0').first().waitFor();
      expect(await heard()).toEqual([440]);

      await plant.publish(id, CRITICAL);
      await expect.poll(heard).toEqual([440, 880, 880, 880]);
      const [, first, second, third] = await tones(page);
      expect([second?.atS, third?.atS].map((s) => Math.round(((s ?? 0) - (first?.atS ?? 0)) * 1000))).toEqual([
        200, 400,
      ]);
      expect((await tones(page)).map(({ lengthS }) => Math.round(lengthS * 1000))).toEqual([150, 150, 150, 150]);
      await page.waitForFunction(() => document.title.startsWith('(1) '));
      await page.clock.fastForward(31_000);
      await expect.poll(heard).toHaveLength(7);

      // A second tab of the same browser is quiet, a reload rings nothing twice, muting is remembered.
      const second_ = await context.newPage();
      await second_.goto(`${plant.http}/`);
      await second_.getByText(name).first().waitFor();
      expect(await tones(second_)).toEqual([]);
      await second_.close();
      await page.getByRole('button', { name: 'Mute the alarm' }).first().click();
      await page.clock.fastForward(31_000);
      await page.reload();
      await page.getByRole('button', { name: 'Mute the alarm', pressed: true }).first().waitFor();
      expect(await tones(page)).toEqual([]);
      await page.getByRole('button', { name: 'Mute the alarm', pressed: true }).first().click();
      await item.getByRole('button', { name: 'Acknowledge', exact: false }).first().click();
      await item.getByText('operator1').waitFor();
      const before = (await heard()).length;
      await page.clock.fastForward(61_000);
      expect((await heard()).length).toBe(before);
      expect(await page.title()).not.toMatch(/^\(/);
    } finally {
      await context.close();
    }
  }, 60_000);

  it.each(['Enable', 'Enable sound: it is blocked by the browser'])(
    'say when the browser blocks their sound, and ring once it is unlocked by “%s”',
    async (button) => {
      await acknowledgeAll();
      const { name } = await alarm(CRITICAL);
      const context = await plant.openBrowser();
      const tones = await hearSounds(context, { blocked: true });
      const page = await context.newPage();
      try {
        await plant.signIn(page, '/', 'operator1');
        await page.getByText(name).first().waitFor();
        await page.getByText('Sound is blocked by the browser.', { exact: true }).waitFor();
        expect(await tones(page)).toEqual([]);
        await page.evaluate(() => Object.assign(window, { mayPlay: true }));
        // As long as a finger presses: the button must not become the one that mutes meanwhile.
        await page.getByRole('button', { name: button, exact: true }).click({ delay: 100 });
        await expect.poll(async () => (await tones(page)).map(({ hz }) => hz)).toEqual([880, 880, 880]);
        await page.getByText('Sound is blocked by the browser.', { exact: true }).waitFor({ state: 'detached' });
      } finally {
        await context.close();
      }
    },
    60_000,
  );

  it('notify who looks elsewhere, having asked upon a click only, and close when acknowledged', async () => {
    await acknowledgeAll();
    const context = await plant.openBrowser({ serviceWorkers: 'block' });
    const notifications = await watchNotifications(context);
    const page = await context.newPage();
    try {
      await plant.signIn(page, '/alerts', 'operator1');
      await page.getByRole('heading', { name: 'Performance' }).waitFor();
      expect(await notifications(page)).toMatchObject({ asked: 0 });
      await page.getByRole('button', { name: /^Sound/ }).click();
      await page
        .getByRole('group', { name: 'Browser notifications' })
        .getByRole('button', { name: 'Critical' })
        .click();
      await page.getByText('Shown while this page is in the background').waitFor();
      expect(await notifications(page)).toMatchObject({ asked: 1, shown: [] });
      await page.keyboard.press('Escape');
      await page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      const { id, name } = await alarm(CRITICAL);
      await expect
        .poll(async () => (await notifications(page)).shown)
        .toMatchObject([{ title: `Critical: ${name}`, closed: false }]);
      const [alert] = await alertsOf(id);
      expect((await notifications(page)).shown[0]).toMatchObject({ tag: alert?.id, url: `/alerts/${alert?.id}` });
      await plant.call('POST', `/alerts/${alert?.id}/acknowledge`, {});
      await expect.poll(async () => (await notifications(page)).shown).toMatchObject([{ closed: true }]);
    } finally {
      await context.close();
    }
  }, 60_000);

  it('are cards on a phone, before the figures, with all that one may do', async () => {
    const { name } = await alarm(CRITICAL);
    const page = await plant.openPage('/alerts', 'supervisor1', PHONE);
    const card = page.getByRole('listitem').filter({ hasText: name });
    await card.waitFor();
    const list = await page.getByRole('region', { name: 'Open' }).boundingBox();
    const figures = await page.getByRole('region', { name: 'Performance' }).boundingBox();
    expect(list?.y).toBeLessThan(figures?.y ?? 0);
    const button = await card.getByRole('button', { name: /^Acknowledge P/ }).boundingBox();
    expect(button?.height).toBeGreaterThanOrEqual(44);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Select', exact: true }).click();
    await card.getByRole('checkbox').check();
    await page.getByRole('region', { name: 'Selection' }).getByText('1 selected').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  }, 60_000);

  it('are printed in light colours, with every row, without the controls', async () => {
    for (let i = 0; i < 20; i++) await alarm(WARNING);
    const page = await plant.openPage('/alerts', 'operator1', { colorScheme: 'dark' });
    const rows = page.locator('.alert-line .alert-value, .alert-line .number');
    await rows.first().waitFor();
    const { alerts } = (await plant.get('/alerts?state=open&limit=500')) as { alerts: object[] };
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect(await theme()).toBe('light');
    await page.emulateMedia({ media: 'print' });
    await page.getByText(/^GONSTERS · printed .* by operator1$/).waitFor();
    for (const hidden of ['header', '.tab-bar', '.alert-actions']) {
      expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false);
    }
    await expect.poll(() => page.locator('.alert-line').count()).toBeGreaterThanOrEqual(alerts.length);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    expect(await theme()).toBe('dark');
    await acknowledgeAll();
  }, 60_000);

  it('are not said to be absent while nobody knows', async () => {
    const page = await plant.openPage('/alerts?alerts=warning', 'operator1');
    await page.getByRole('heading', { name: 'Performance' }).waitFor();
    await page.context().setOffline(true);
    await page.getByText(/Offline since/).waitFor();
    expect(await page.getByText('Nothing abnormal').count()).toBe(0);
  }, 60_000);
});
