// Who is told: channels, contact points with their code, routes with their preview, and gaps of duty.

import { createECDH, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startMailServer } from '../../server/test/support/mail-server.ts';
import { expectAccessible } from '../support/accessibility.ts';
import { findBrowser } from '../support/find-browser.ts';
import { closeAfterAll, openPlant, type Plant } from '../support/open-plant.ts';

const browser = findBrowser();
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DAY_MS = 86_400_000;

describe.skipIf(browser === null)('who is told', { timeout: 60_000 }, () => {
  const onEnd = closeAfterAll();
  let plant: Plant;
  beforeAll(async () => {
    plant = await openPlant(browser as string, onEnd, { NOTIFY_ALLOWED_NETWORKS: '127.0.0.0/8' });
    await plant.addMachine({ name: 'Press 1', sensor_type: 'press', location: 'Hall D' });
  });

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const dialog = (page: Page) => page.getByRole('dialog');
  const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
  const people = async () => {
    const body = (await plant.get('/notifications/people')) as { people: { id: string; name: string }[] };
    return new Map(body.people.map(({ id, name }) => [name, id]));
  };
  const addMail = async () => {
    const mails = await startMailServer();
    const settings = { url: mails.url, from: 'GONSTERS <alarms@plant.example>' };
    const name = `Mail ${crypto.randomUUID().slice(0, 8)}`;
    const { id } = (await plant.call('POST', '/notifications/channels', { kind: 'email', name, settings })) as {
      id: string;
    };
    return { mails, id, name };
  };

  it('sets up a mail server in the page, tests it, and says what it answered', async () => {
    const mails = await startMailServer();
    const page = await plant.openPage('/settings/notifications', 'manager1');
    await button(page, 'Add channel').click();
    await dialog(page)
      .getByRole('button', { name: /^E-mail/ })
      .click();
    const { hostname, port } = new URL(mails.url);
    await dialog(page).getByLabel('Name', { exact: true }).fill('Plant mail');
    await dialog(page).getByLabel('Mail server', { exact: true }).fill(hostname);
    await dialog(page).getByLabel('Port').fill(port);
    await dialog(page).getByLabel('Sender', { exact: true }).fill('alarms@plant.example');
    await button(page, 'Save').click();
    await page.getByText('Plant mail was saved').waitFor();
    await button(page, 'Test Plant mail').click();
    await dialog(page).getByLabel('Send a test to').fill('it@plant.example');
    await button(page, 'Send test').click();
    await dialog(page)
      .getByText(/Accepted after .* ms: .*queued as 1/)
      .waitFor();
    await mails.mail(({ to }) => to === 'it@plant.example');
  });

  it('adds a contact, which counts once the code from the mail was entered', async () => {
    const { mails, id, name } = await addMail();
    const page = await plant.openPage('/settings/told', 'operator1');
    await button(page, 'Add contact').click();
    await dialog(page).getByLabel('By which channel').selectOption(id);
    await dialog(page).getByLabel('Address').fill('op@plant.example');
    await button(page, 'Add and send code').click();
    const mail = await mails.mail(({ to }) => to === 'op@plant.example');
    const code = /\b(\d{6})\b/.exec(mail.text)?.[1] ?? '';
    const critical = card(page, 'Critical');
    await critical.getByText('not verified').waitFor();
    const digits = critical.getByLabel(`Code for ${name}, digit 1 of 6`);
    await digits.focus();
    // As from the clipboard: a whole code, wherever it is pasted.
    await digits.evaluate((field, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', `Code ${text}`);
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, code);
    await page.getByText(`${name} is verified and in use`).waitFor();
    await critical.getByText(/op@plant.example, verified/).waitFor();
    await critical.getByRole('button', { name: 'Test', exact: true }).click();
    await mails.mail(({ to, text }) => to === 'op@plant.example' && !text.includes(code));
    const reply = (await plant.get('/users/me/contacts', 'operator1')) as { normal: string[]; critical: null };
    expect(reply.normal).toHaveLength(1);

    await card(page, 'Quiet hours').getByRole('switch').check();
    await page.getByRole('img', { name: 'Quiet from 22:00 to 05:30' }).waitFor();
    await expect
      .poll(async () => ((await plant.get('/users/me/contacts', 'operator1')) as { quiet_hours: object }).quiet_hours)
      .toMatchObject({ from: '22:00', to: '05:30' });
    await expectAccessible(page);
  });

  it('makes a route, orders it with the keys, and shows who would be told', async () => {
    const page = await plant.openPage('/settings/notifications', 'supervisor1');
    for (const name of ['Hall D, critical', 'Anything at night']) {
      await button(page, 'Add route').click();
      await dialog(page).getByLabel('Name', { exact: true }).fill(name);
      await dialog(page).getByLabel('Who is told').selectOption('role');
      await dialog(page).getByLabel('A role', { exact: true }).selectOption('Management');
      await button(page, 'Save').click();
      await page.getByText(`${name} was saved.`).waitFor();
    }
    const routes = async () =>
      ((await plant.get('/notifications/routes')) as { routes: { name: string }[] }).routes.map(({ name }) => name);
    expect((await routes()).slice(0, 2)).toEqual(['Hall D, critical', 'Anything at night']);
    await page.getByRole('button', { name: /^Move Anything at night, place 2 of 2/ }).press('ArrowUp');
    await expect.poll(async () => (await routes())[0]).toBe('Anything at night');
    // Channels, and where people are reached, are Management's.
    expect(await button(page, 'Add channel').count()).toBe(0);
    // Who would be told is everybody's who edits routes; where they are reached is masked.
    await card(page, 'Who would be told if …?').waitFor();
    await expectAccessible(page);

    const managing = await plant.openPage('/settings/notifications', 'manager1');
    const preview = card(managing, 'Who would be told if …?');
    await preview.getByText('every Management').first().waitFor();
    await preview.getByText(/^The chain ends|^Nobody would be told at all/).waitFor();
    await card(managing, 'What they read')
      .getByText(/CRITICAL/)
      .first()
      .waitFor();
    await expectAccessible(managing);
  });

  it('says that nobody is on duty, and fills the gap', async () => {
    const ids = await people();
    const today = new Date().toISOString().slice(0, 10);
    const members = [ids.get('operator1'), null];
    const schedule = {
      name: 'Maintenance',
      zone: 'UTC',
      rotation: 'day',
      hand_over: '00:00',
      starts_on: today,
      members,
    };
    const { schedule: made } = (await plant.call('POST', '/notifications/schedules', schedule)) as {
      schedule: { id: string };
    };
    const gaps = async () => {
      const reply = (await plant.get(`/notifications/schedules/${made.id}`)) as { schedule: { gaps: unknown[] } };
      return reply.schedule.gaps.length;
    };
    const before = await gaps();
    const page = await plant.openPage('/settings/duty', 'supervisor1');
    await page.getByText(/^Maintenance: nobody is on duty/).waitFor();
    const week = page.getByRole('region', { name: /^Duties of Maintenance/ });
    await week
      .getByRole('button', { name: /^operator1/ })
      .or(week.getByRole('img', { name: /^operator1/ }))
      .first()
      .waitFor();
    await page.getByRole('status').getByRole('button', { name: 'Fill the gap' }).click();
    await dialog(page)
      .getByLabel('Who is on duty')
      .selectOption(ids.get('supervisor1') as string);
    await button(page, 'Put on duty').click();
    await page.getByText(/^supervisor1 is on duty from/).waitFor();
    await expect.poll(gaps).toBe(before - 1);
    await card(page, 'Duty schedules')
      .getByText(/^supervisor1, /)
      .waitFor();
    await expectAccessible(page);

    // Whoever is on duty may hand it over from the own page, and sees the week as a list on a phone.
    const phone = await plant.openPage('/settings/told', 'operator1', PHONE);
    await card(phone, 'Your duty').getByText('Maintenance').first().waitFor();
    await card(phone, 'Your duty')
      .getByRole('button', { name: /^Swap with somebody/ })
      .first()
      .click();
    await dialog(phone)
      .getByLabel('Who is on duty')
      .selectOption(ids.get('manager1') as string);
    await button(phone, 'Put on duty').click();
    await phone.getByText(/^manager1 is on duty from/).waitFor();
    const reply = (await plant.get(
      `/notifications/schedules/${made.id}/duties?from=${new Date().toISOString()}&to=${new Date(Date.now() + DAY_MS).toISOString()}`,
    )) as { duties: { name: string }[] };
    expect(reply.duties[0]?.name).toBe('manager1');
  });

  it('shows how another person is told to Management only, from the list of users', async () => {
    const page = await plant.openPage('/settings/users', 'manager1');
    await page.getByRole('link', { name: 'How operator1 is told' }).click();
    await page.getByText('Of operator1, Operator').waitFor();
    await page.getByRole('heading', { name: 'How you are told' }).waitFor();
    expect(await card(page, 'Your duty').count()).toBe(0);
  });

  it('makes this browser a contact upon a click, and shows what is pushed while nobody looks', async () => {
    const pushes: (string | undefined)[] = [];
    const service = createServer((request, response) => {
      pushes.push(request.headers['content-encoding']);
      request.resume();
      response.writeHead(201, { location: 'http://127.0.0.1/1' }).end();
    });
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    onTestFinished(() => void service.close());
    const { port } = service.address() as AddressInfo;
    const keys = createECDH('prime256v1');
    const subscription = {
      endpoint: `http://127.0.0.1:${port}/push`,
      keys: { p256dh: keys.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') },
    };
    const settings = { subject: 'mailto:it@plant.example' };
    await plant.call('POST', '/notifications/channels', { kind: 'web_push', name: 'Browsers', settings });
    const context = await plant.openBrowser();
    try {
      await context.grantPermissions(['notifications'], { origin: plant.http });
      // The push service of a browser is on the internet, which a test does without.
      await context.addInitScript((made) => {
        PushManager.prototype.subscribe = () => Promise.resolve({ toJSON: () => made } as unknown as PushSubscription);
      }, subscription);
      const page = await context.newPage();
      await plant.signIn(page, '/settings/told', 'supervisor1');
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      const session = await context.newCDPSession(page);
      const registration = new Promise<string>((resolve) => {
        session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
          if (first) resolve(first.registrationId);
        });
      });
      await session.send('ServiceWorker.enable');
      const data = JSON.stringify({
        title: 'CRITICAL',
        body: 'Press 1',
        tag: 'a',
        url: '/alerts?alert=a',
        critical: true,
      });
      await session.send('ServiceWorker.deliverPushMessage', {
        origin: plant.http,
        registrationId: await registration,
        data,
      });
      const shown = () =>
        page.evaluate(async () => {
          const notifications = await (await navigator.serviceWorker.ready).getNotifications();
          return notifications.map(({ title, body, tag }) => ({ title, body, tag }));
        });
      await expect.poll(shown).toEqual([{ title: 'CRITICAL', body: 'Press 1', tag: 'a' }]);

      // Asked for upon the click: the address of this browser is stored, and the code goes there.
      await page.getByRole('switch', { name: 'This browser' }).click();
      await card(page, 'Critical')
        .getByText(/^Chrome on /)
        .waitFor();
      await card(page, 'Critical').getByText('not verified').waitFor();
      expect(pushes).toEqual(['aes128gcm']);
      const reply = (await plant.get('/users/me/contacts', 'supervisor1')) as { contacts: { kind: string }[] };
      expect(reply.contacts.map(({ kind }) => kind)).toEqual(['web_push']);
    } finally {
      await context.close();
    }
  });
});
