// Setting the plant up: thresholds, people, gateways, what was rejected, who did what; and who may do none of it.

import { connectAsync } from 'mqtt';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, fillSignIn, openPlant, type Plant } from '../support/open-plant.ts';
import { SETTINGS_SECTIONS } from '../support/settings-sections.ts';

const browser = findBrowser();
const PASSWORD = 'Sturdy-Gate-41';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(browser === null)('the settings', { timeout: 60_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd, { AUTO_PROVISION: 'approve' });
    await plant.addMachine({ name: 'Press 1', sensor_type: 'press' });
  });

  const control = (page: Page, label: string) => page.getByLabel(label, { exact: true });
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const dialog = (page: Page) => page.getByRole('dialog');
  const settings = async () => ((await plant.get('/config')) as { config: Record<string, string> }).config;
  const set = (name: string, value: string) =>
    plant.call('POST', '/config/update', { setting_name: name, setting_value: value });
  const addUser = async (username: string, role = 'Operator') => {
    const body = { username, email: `${username}@plant.example`, password: PASSWORD, role };
    return ((await plant.call('POST', '/auth/register', body)) as { user: { id: string } }).user.id;
  };
  /** Somebody who is not one of the people of a development server. */
  const openAs = async (username: string, path: string, password = PASSWORD) => {
    const page = await (await plant.openBrowser()).newPage();
    await page.goto(`${plant.http}${path}`);
    await fillSignIn(page, username, password);
    await page.locator('#content').waitFor();
    return page;
  };

  it('tells what is wrong at once, and stores limits so that no step contradicts the other', async () => {
    const page = await plant.openPage('/settings', 'manager1');
    const watching = await plant.openPage('/settings/thresholds', 'supervisor1');
    await control(page, 'Inactivity timeout, s').fill('5400');
    await page.getByText('= 1 hour 30 minutes').waitFor();
    await page.getByText('1 change').waitFor();
    await button(page, 'Save').click();
    await page.getByText('1 setting saved').waitFor();
    await page.getByText('by manager1').first().waitFor();
    expect(await button(page, 'Save').count()).toBe(0);
    // Limits are changed where they live.
    await page.getByRole('link', { name: 'Change the limits of Temperature' }).click();
    const form = page.locator('.describe');
    await control(page, 'Low').fill('85');
    await form.getByText('Must be above the limit before it.').waitFor();
    expect(await button(page, 'Save').isDisabled()).toBe(true);
    await control(page, 'High').fill('warm');
    await form.getByText('Must be a number').waitFor();
    await control(page, 'High').fill('120,5');
    await form.getByText('high + 10 % = 132.55\u00a0°C').waitFor();
    await button(page, 'Save').click();
    await page.getByText('Temperature was saved').waitFor();
    expect(await settings()).toMatchObject({
      min_temperature_threshold: '85',
      max_temperature_threshold: '120.5',
      inactivity_timeout: '5400',
    });
    // A user who may only read sees the values, and no controls.
    await watching.getByText('120.5').waitFor();
    expect(await watching.locator('.setting-row input').count()).toBe(0);
    await watching.getByRole('link', { name: 'Open Temperature' }).waitFor();
  });

  it('shows a change made elsewhere at once, and leaves it to the person which one counts', async () => {
    await set('alert_deadband_percent', '2');
    const page = await plant.openPage('/settings/thresholds', 'manager1');
    const deadband = control(page, 'Deadband, %');
    await set('alert_deadband_percent', '3');
    await expect.poll(() => deadband.inputValue()).toBe('3');
    await deadband.fill('7');
    await set('alert_deadband_percent', '4');
    await page.getByText('Changed to 4 % by manager1 in the meantime.').waitFor();
    expect(await deadband.inputValue()).toBe('7');
    await button(page, 'Use this value').click();
    expect(await deadband.inputValue()).toBe('4');
    expect(await page.getByText('Unsaved changes').count()).toBe(0);
  });

  it('offers no address for mails that nobody would send, in either language', async () => {
    const page = await plant.openPage('/settings/thresholds', 'manager1');
    await control(page, 'Inactivity timeout, s').waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/e-?mail/i);
    await page.evaluate(() => localStorage.setItem('gonsters.language', 'id'));
    await page.reload();
    await page.getByRole('heading', { name: 'Batas waktu diam' }).waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/e-?mail|surel/i);
  });

  it('says which of several changes were not stored, and keeps them', async () => {
    const page = await plant.openPage('/settings/thresholds', 'manager1');
    await page.route('**/config/update', async (route) => {
      const { setting_name: name } = route.request().postDataJSON() as { setting_name: string };
      if (name !== 'alert_on_delay_seconds') return route.continue();
      // As the server refuses what it knows better.
      const errors = [{ field: 'setting_value', error: 'Must be quieter', value: '9' }];
      return route.fulfill({ status: 400, json: { status: 'error', code: 'invalid_setting', message: 'No', errors } });
    });
    await control(page, 'Delays, s on').fill('9');
    await control(page, 'Delays, s off').fill('8');
    await button(page, 'Save').click();
    await page.getByText('1 setting saved, 1 not').waitFor();
    await page.getByText('Must be quieter').waitFor();
    expect(await control(page, 'Delays, s on').inputValue()).toBe('9');
    expect(await settings()).toMatchObject({ alert_off_delay_seconds: '8', alert_on_delay_seconds: '0' });

    // Leaving asks first.
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await dialog(page).getByText('1 change would be lost.').waitFor();
    await button(page, 'Stay here').click();
    expect(new URL(page.url()).pathname).toBe('/settings/thresholds');
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await button(page, 'Discard and leave').click();
    await page.getByRole('heading', { name: 'Users' }).waitFor();
  });

  it('offers an operator nothing that he may not do', async () => {
    const page = await plant.openPage('/settings/users', 'operator1');
    await page.getByText('Your role has no access to this').waitFor();
    const links = await page.getByRole('navigation', { name: 'Settings' }).getByRole('link').allTextContents();
    expect(links).toEqual([
      ...['Metrics', 'Machine types', 'Thresholds', 'Shifts and duty', 'Incoming data'],
      ...['How you are told', 'API keys', 'Your account', 'Security'],
    ]);
    await expectAccessible(page);
    await page.getByRole('link', { name: 'View thresholds' }).click();
    await page.getByText('Only Management can change these').waitFor();
    await page.getByRole('link', { name: 'Machine types' }).click();
    await page.getByRole('heading', { name: 'press' }).waitFor();
    expect(await page.locator('#content form input:enabled').count()).toBe(0);
  });

  it('lets a supervisor set the limits of a machine type, and finds machines with their own', async () => {
    const machineId = await plant.addMachine({ name: 'Own 7', sensor_type: 'mill' });
    await plant.call('PUT', `/data/machines/${machineId}/limits`, { speed: { high: 900 } });
    await plant.call('PUT', '/data/sensor-types/mill/limits', { temperature: { high: 120 } });
    const page = await plant.openPage('/settings/types?sensor=mill', 'supervisor1');
    await button(page, 'List Temperature').click();
    await button(page, 'Edit Temperature').click();
    await page.locator('.describe').getByLabel('High this type', { exact: true }).fill('130');
    await button(page, 'Save').click();
    await page.getByText('mill was saved, in force on 1 machine').waitFor();
    expect(await plant.get('/data/sensor-types/mill/limits')).toMatchObject({ limits: { temperature: { high: 130 } } });
    await page.getByRole('link', { name: /Own 7/ }).click();
    await page.waitForURL(`**/machines/${machineId}/info**`);
  });

  it('adds a person, who signs in, and ends the sessions of whom it switches off', async () => {
    const page = await plant.openPage('/settings/users', 'manager1');
    await button(page, 'Add user').first().click();
    await control(page, 'User name').fill('budi');
    await control(page, 'E-mail').fill('operator1@gonsters.local');
    await control(page, 'Initial password').fill('short');
    await button(page, 'Add user').last().click();
    await dialog(page).getByText('Does not meet every rule yet.').waitFor();
    await control(page, 'Initial password').fill('Password123');
    await button(page, 'Add user').last().click();
    await dialog(page).getByText('Is too common').waitFor();
    // What was entered is not thrown away unasked.
    await page.keyboard.press('Escape');
    await dialog(page).getByText('Discard what was entered?').waitFor();
    await button(page, 'Keep editing').click();
    await control(page, 'Initial password').fill(PASSWORD);
    await button(page, 'Add user').last().click();
    await dialog(page).getByText('This e-mail address is in use.').waitFor();
    await expectAccessible(page);
    await control(page, 'E-mail').fill('budi@plant.example');
    await control(page, 'Role').selectOption('Supervisor');
    await button(page, 'Add user').last().click();
    await page.getByText('budi can sign in now').waitFor();

    const budi = await openAs('budi', '/settings/account');
    await budi.getByText('budi@plant.example').waitFor();
    await button(page, 'Change budi').click();
    await page.getByRole('switch', { name: /May sign in/ }).uncheck();
    await dialog(page).getByText('Saving signs budi out at once').waitFor();
    await button(page, 'Save').click();
    await page.getByText('budi changed and signed out').waitFor();
    await budi.locator('input[autocomplete="current-password"]').waitFor();
    await budi.context().close();

    await button(page, 'Change budi').click();
    await button(page, 'Delete').click();
    await dialog(page).getByText('Delete budi?').waitFor();
    await button(page, 'Delete').click();
    await page.getByText('budi deleted and signed out').waitFor();
    await button(page, 'Change budi').waitFor({ state: 'detached' });
  });

  it('keeps the last of Management, and makes nobody lock himself out by mistake', async () => {
    const page = await plant.openPage('/settings/users?find=manager1', 'manager1');
    await button(page, 'Change manager1').click();
    expect(await dialog(page).getByRole('button', { name: 'Delete' }).count()).toBe(0);
    await control(page, 'Role').selectOption('Operator');
    expect(await button(page, 'Save').isDisabled()).toBe(true);
    await page.getByLabel('I understand that I may not be able to undo this myself').check();
    await button(page, 'Save').click();
    await dialog(page).getByText('This is the last active user with the role Management').waitFor();
  });

  it('shows the credentials of a gateway once, and they work', async () => {
    const machineId = await plant.addMachine('Filler 3');
    const page = await plant.openPage('/settings/gateways', 'manager1');
    await button(page, 'Add gateway').click();
    await control(page, 'Name').fill('Line 3');
    await button(page, 'Add gateway').last().click();
    await dialog(page).getByText('Must not be empty').first().waitFor();
    await page.getByLabel('May publish for').selectOption('Chosen machines');
    await page.getByLabel('Find a machine to add').fill('filler');
    await page.getByRole('button', { name: /Filler 3/ }).click();
    await button(page, 'Remove Filler 3').waitFor();
    await button(page, 'Add gateway').last().click();
    await dialog(page).getByText('Credentials of Line 3').waitFor();
    const [username, password, address, example] = await dialog(page).locator('code').allTextContents();
    expect(example).toContain(`-t 'factory/plant/machine/${machineId}/telemetry'`);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await button(page, 'Done').waitFor();
    await page.getByLabel('I have stored the password').check();
    await button(page, 'Done').click();
    await dialog(page).waitFor({ state: 'detached' });
    // Until the page is left, it is in the program to paste.
    expect(await page.getByText(password as string).count()).toBe(1);

    const client = await connectAsync(address as string, {
      username: username as string,
      password: password as string,
    });
    await client.publishAsync(`factory/plant/machine/${machineId}/telemetry`, '{"temperature":21.5}', { qos: 1 });
    await client.endAsync();
    const { machine } = (await plant.get(`/data/machines/${machineId}`)) as { machine: { latest: unknown } };
    expect(machine.latest).toMatchObject({ temperature: 21.5 });
    await page.reload();
    await button(page, 'Details of Line 3').click();
    await page.getByText(/^Disconnected /).waitFor();
    await page.getByText('Sends for 1 machine: Filler 3').waitFor();
    expect(await page.getByText(password as string).count()).toBe(0);

    await button(page, 'Change Line 3').click();
    await button(page, 'New password').click();
    await button(page, 'New password').click();
    await dialog(page).getByText('Credentials of Line 3').waitFor();
    await expect(
      connectAsync(
        address as string,
        { username: username as string, password: password as string, reconnectPeriod: 0 },
        false,
      ),
    ).rejects.toThrow();
    await page.reload();
    await page.getByRole('heading', { name: 'Refused connections' }).waitFor();
    await page.getByText('Wrong user name or password').click();
    await page.getByText(/^Client id mqttjs_\w+, user name /).waitFor();
    await expectAccessible(page);
  });

  it('says on every screen that the certificate of the broker expires soon', async () => {
    const page = await plant.openPage('/alerts', 'manager1');
    let expiresMs = Date.now() + 22 * 86_400_000;
    await page.route('**/api/v1/gateways', async (route) => {
      const response = await route.fetch();
      const json = (await response.json()) as { broker: { certificate_expires_at: string } };
      json.broker.certificate_expires_at = new Date(expiresMs).toISOString();
      await route.fulfill({ response, json });
    });
    const shownAfterReload = async () => {
      const asked = page.waitForResponse('**/api/v1/gateways');
      await page.reload();
      await asked;
    };
    await shownAfterReload();
    await page.getByRole('heading', { name: 'Alerts' }).first().waitFor();
    expect(await page.getByText('The certificate of the MQTT broker').count()).toBe(0);
    expiresMs = Date.now() + 20 * 86_400_000;
    await shownAfterReload();
    await page.getByText(/The certificate of the MQTT broker expires on .+ Replace its files/).waitFor();
    expiresMs = Date.now() - 1000;
    await shownAfterReload();
    await page.getByText('gateways that check it cannot connect').waitFor();
  });

  it('shows the token of a gateway once, and it works until it is revoked', async () => {
    const machineId = await plant.addMachine('Filler 4');
    await plant.call('POST', '/gateways', { name: 'Line 4', scope: 'plant' });
    const send = async (token: string) => {
      const headers = { 'x-api-key': token, 'content-type': 'application/json' };
      const body = JSON.stringify({ machine_id: machineId, temperature: 21.5 });
      return (await fetch(`${plant.http}/api/v1/data/ingest`, { method: 'POST', headers, body })).status;
    };
    const page = await plant.openPage('/settings/gateways', 'manager1');
    await button(page, 'Change Line 4').click();
    await dialog(page).getByText('None. A device').waitFor();
    await button(page, 'New token').click();
    await button(page, 'New token').click();
    await dialog(page).getByText('Token of Line 4').waitFor();
    const [token = '', header] = await dialog(page).locator('code').allTextContents();
    expect(header).toBe(`X-Api-Key: ${token}`);
    await expectAccessible(page);
    await page.getByLabel('I have stored the secret').check();
    await button(page, 'Done').click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await send(token)).toBe(201);
    await button(page, 'Change Line 4').click();
    await dialog(page)
      .getByText(`${token.slice(0, 17)}…`)
      .waitFor();
    await expectAccessible(page);
    await button(page, 'Revoke token').click();
    await button(page, 'Revoke token').click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await send(token)).toBe(401);
  });

  it('makes, renews and revokes API keys, each user their own', async () => {
    const ask = async (key: string) => {
      const reply = await fetch(`${plant.http}/api/v1/data/machines`, { headers: { 'x-api-key': key } });
      return reply.status;
    };
    const page = await plant.openPage('/settings/api-keys', 'supervisor1');
    await button(page, 'Add API key').click();
    await button(page, 'Add API key').last().click();
    await dialog(page).getByText('Choose at least one permission.').waitFor();
    await control(page, 'Name').fill('Report');
    await page.getByLabel('read:machines', { exact: true }).check();
    await page.getByLabel('write:machines', { exact: true }).check();
    await page.getByLabel('write:machines', { exact: true }).uncheck();
    await control(page, 'Valid for').selectOption('Until it is revoked');
    await expectAccessible(page);
    await button(page, 'Add API key').last().click();
    await dialog(page).getByText('I have stored the secret').waitFor();
    const [first = ''] = await dialog(page).locator('code').allTextContents();
    await page.getByLabel('I have stored the secret').check();
    await button(page, 'Done').click();
    expect(await ask(first)).toBe(200);
    await button(page, 'Change Report').click();
    await button(page, 'New secret').click();
    await button(page, 'New secret').click();
    await dialog(page).getByText('I have stored the secret').waitFor();
    const [second = ''] = await dialog(page).locator('code').allTextContents();
    await page.getByLabel('I have stored the secret').check();
    await button(page, 'Done').click();
    expect([await ask(first), await ask(second)]).toEqual([200, 200]);

    const managing = await plant.openPage('/settings/api-keys', 'manager1');
    await managing.getByText('of supervisor1').waitFor();
    await button(managing, 'Change Report').click();
    await dialog(managing).getByText('read:machines').waitFor();
    expect(await button(managing, 'New secret').count()).toBe(0);
    await button(managing, 'Revoke').click();
    await button(managing, 'Revoke').click();
    await managing.getByText('No API keys yet').waitFor();
    expect(await ask(second)).toBe(401);
  });

  it('shows what was rejected and why, and accepts a machine that nobody has described', async () => {
    const machineId = await plant.addMachine('Odd 1');
    const unknownId = crypto.randomUUID();
    await plant.publish(machineId, { temperature: 1e9 });
    await plant.publish(unknownId, { temperature: 61 });
    const page = await plant.openPage('/settings/ingest', 'manager1');
    await page.getByRole('button', { name: /^Out of range/ }).click();
    await page.waitForURL(/reason=out_of_range/);
    await page.getByText('Temperature: 1000000000').waitFor();
    await page
      .locator('summary')
      .filter({ hasText: machineId.slice(0, 8) })
      .click();
    await page.locator('pre').getByText('"temperature":1000000000').waitFor();
    const name = `Machine ${unknownId.slice(0, 8)}`;
    await page.getByRole('button', { name: `Accept ${name}` }).click();
    await page.getByText(`${name} was added with 1 reading`).waitFor();
    const { machine } = (await plant.get(`/data/machines/${unknownId}`)) as { machine: { latest: unknown } };
    expect(machine.latest).toMatchObject({ temperature: 61 });
  });

  it('keeps only the rejected payloads in sight in the page, and open what somebody opened', async () => {
    const machineId = await plant.addMachine('Odd 2');
    await Promise.all(Array.from({ length: 120 }, () => plant.publish(machineId, { temperature: 1e9 })));
    const page = await plant.openPage('/settings/ingest?reason=out_of_range', 'manager1');
    await page.locator('summary').first().click();
    await page.locator('pre').waitFor();
    const lowest = async () => {
      await page.mouse.wheel(0, 4_000);
      return Number(await page.locator('.entry-place').last().getAttribute('aria-posinset'));
    };
    await expect.poll(lowest).toBeGreaterThanOrEqual(120);
    expect(await page.locator('details').count()).toBeLessThan(80);
    expect(await page.locator('pre').count()).toBe(0);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.locator('pre').waitFor();
  });

  it('knows who did what, found by action, person and time', async () => {
    await set('page_origin', 'https://night.example');
    await set('page_origin', 'nonsense').catch(() => {});
    const page = await plant.openPage('/settings/audit', 'manager1');
    await page.getByLabel('Action', { exact: true }).selectOption('config.update');
    await page.waitForURL(/action=config\.update/);
    await page.getByText('Address in links: — → https://night.example').waitFor();
    const refused = page.locator('details').filter({ hasText: 'refused' }).first();
    await refused.locator('summary').click();
    await refused.getByText('invalid_setting').waitFor();
    await refused.getByText('127.0.0.1').waitFor();
    await page.getByLabel('User name').fill('nobody');
    await page.getByText('No entry matches').waitFor();
    await button(page, 'Clear filters').click();
    await page.locator('details').first().waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('goes back to the defaults after naming what that changes', async () => {
    await set('max_pressure_threshold', '140');
    const page = await plant.openPage('/settings/reset', 'manager1');
    await page.getByText('Pressure, high').waitFor();
    await button(page, 'Reset').click();
    await dialog(page).getByText('140 kPa').waitFor();
    await expectAccessible(page);
    await dialog(page).getByRole('button', { name: 'Reset', exact: true }).click();
    await page.getByText('Every setting has its default', { exact: true }).waitFor();
    expect(await settings()).toMatchObject({ max_pressure_threshold: '150.0', page_origin: '' });
  });

  it('changes one’s own password and ends the sessions on other devices', async () => {
    await addUser('rini');
    const here = await openAs('rini', '/settings/security');
    const there = await openAs('rini', '/');
    await control(here, 'Current password').fill('Not-the-one-1');
    await control(here, 'New password').fill('Other-Gate-42');
    await button(here, 'Change password').click();
    await here.getByText('This is not your current password.').waitFor();
    await control(here, 'Current password').fill(PASSWORD);
    await button(here, 'Change password').click();
    await here.getByText('Password changed; every other session has ended').waitFor();
    await there.locator('input[autocomplete="current-password"]').waitFor();
    await here.reload();
    await here.getByRole('link', { name: 'Your account' }).click();
    await here.getByText('rini@plant.example').waitFor();
    await button(here, 'Dark').click();
    expect(await here.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    await here.context().close();
    await there.context().close();
  });

  /** Through the list of sections, as people go. */
  const eachSection = async (page: Page, check: (section: string) => Promise<void>) => {
    for (const section of SETTINGS_SECTIONS) {
      await page.locator(`.settings-nav a[href$="/settings/${section}"]`).click();
      await page.waitForURL(`**/settings/${section}`);
      await page.locator('#content .card').first().waitFor();
      await page.locator('#content [aria-busy="true"]').first().waitFor({ state: 'detached' });
      await check(section);
    }
  };

  it('can be read by everybody, in light and dark', { timeout: 120_000 }, async () => {
    const page = await plant.openPage('/settings', 'manager1', { viewport: { width: 1280, height: 800 } });
    await eachSection(page, () => expectAccessible(page));
  });

  it('fits a phone, with targets for a thumb', { timeout: 120_000 }, async () => {
    const page = await plant.openPage('/settings', 'manager1', PHONE);
    await eachSection(page, async (section) => {
      const { overflow, small } = await page.evaluate(() => ({
        overflow: document.documentElement.scrollWidth - window.innerWidth,
        small: [
          ...document.querySelectorAll(
            '.settings a, .settings button, .settings summary, .settings input:not([hidden])',
          ),
        ]
          .map((element) => element.closest('label, .input') ?? element)
          .filter((element) => element.getClientRects().length > 0 && getComputedStyle(element).display !== 'inline')
          .filter((element) => element.getBoundingClientRect().height < 40)
          .map((element) => element.outerHTML),
      }));
      expect(overflow, section).toBeLessThanOrEqual(0);
      expect(small, section).toEqual([]);
    });
    await expectAccessible(page);
  });
});
