// People are told in their language, at their hours and of their factory, by a real server and a real mail server.

import type { ContactReply, MessageTemplateReply } from '@gonsters/contract';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Mail, type MailServer, startMailServer } from '../support/mail-server.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const PERSON = 'budi@plant.example';
const PASSWORD = 'Correct-Horse-7';
const BASE = 'https://hall.example';

async function start() {
  const mails = await startMailServer();
  const core = await startCore({
    ...{ SMTP_URL: mails.url, SMTP_FROM: 'GONSTERS <alarms@plant.example>', PUBLIC_URL: BASE },
    SECRETS_KEY: 'a-key-for-tests-of-forty-characters-long',
  });
  onTestFinished(() => core.remove());
  return { core, mails };
}

interface Somebody {
  id: string;
  token: string;
}

async function addUser(core: StartedCore, username: string, factory: string | null = null): Promise<Somebody> {
  const body = { username, email: `${username}@plant.example`, password: PASSWORD, role: 'Operator' };
  const made = await core.as<{ user: { id: string } }>('Management', 'POST', '/auth/register', {
    body: { ...body, ...(factory === null ? {} : { factory_id: factory }) },
  });
  expect(made.status, made.text).toBe(201);
  return { id: made.body.user.id, token: (await core.signIn(username, PASSWORD)).access_token };
}

/** Adds an address, and verifies it with the code that was mailed. */
async function verified(core: StartedCore, mails: MailServer, { token }: Somebody, address: string): Promise<string> {
  const body = { channel_id: 'email', address };
  const added = await core.send<ContactReply>('POST', '/users/me/contacts', { token, body });
  const { id } = added.body.contact;
  const mail = mails.mails.findLast(({ to }) => to === address);
  const code = /^\d{6}/.exec(mail?.subject ?? '')?.[0];
  const verify = await core.send('POST', `/users/me/contacts/${id}/verify`, { token, body: { code } });
  expect(verify.status, verify.text).toBe(200);
  mails.mails.length = 0;
  return id;
}

async function route(core: StartedCore, people: readonly string[]): Promise<string> {
  const tell = people.map((user_id) => ({ kind: 'person', user_id }));
  const body = { name: 'Presses', match: {}, chain: { steps: [{ wait_seconds: 0, tell }], stop_on_clear: false } };
  const reply = await core.as<{ route: { id: string } }>('Management', 'POST', '/notifications/routes', { body });
  expect(reply.status, reply.text).toBe(201);
  return reply.body.route.id;
}

const prefer = (core: StartedCore, { token }: Somebody, body: object) =>
  core.send('PUT', '/users/me/contacts/preferences', { token, body });

/** Quiet hours that contain the present, in UTC. */
function quietNow() {
  const at = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  return { from: at(Date.now() - 2 * 3_600_000), to: at(Date.now() + 2 * 3_600_000), zone: 'UTC' };
}

const hot = (core: StartedCore, id: string, temperature: number) =>
  core.ingest(id, [{ timestamp: new Date().toISOString(), temperature }]);
const about = (name: string) => (mail: Mail) => mail.subject.includes(name);

test('a person is told in Indonesian, also in quiet hours of what is critical, and acknowledges by name', async () => {
  const { core, mails } = await start();
  const budi = await addUser(core, 'budi');
  const contact = await verified(core, mails, budi, PERSON);
  await prefer(core, budi, { normal: [contact], critical: null, quiet_hours: quietNow(), language: 'id' });
  const routeId = await route(core, [budi.id]);
  const press = await core.addMachine('Press 4');
  await hot(core, press, 120);

  const mail = await mails.mail(about('Press 4'));
  expect(mail).toMatchObject({ to: PERSON });
  expect(mail.subject).toBe('KRITIS: Press 4: Suhu 120,0 °C di atas batas sangat tinggi 88,0 °C');
  expect(mail.text).toContain('Lokasi: Hall A');
  expect(mail.text).toContain('Dikirim pada jam tenang Anda, karena kritis.');
  expect(mail.text).toMatch(new RegExp(`${BASE}/machines/${press}/history\\?metric=temperature&from=.*Z&to=.*Z`));
  expect(mail.text).not.toContain('contact:');

  // What is not critical waits for the end of the quiet hours.
  await hot(core, await core.addMachine('Press 5'), 85);
  const alerts = await vi.waitFor(async () => {
    const { body } = await core.as<{ alerts: { id: string; machine_name: string }[] }>('Operator', 'GET', '/alerts');
    expect(body.alerts).toHaveLength(2);
    return body.alerts;
  });
  const idOf = (name: string) => alerts.find(({ machine_name }) => machine_name === name)?.id as string;
  const told = async (name: string) =>
    (
      await core.as<{ notifications: Record<string, unknown>[] }>(
        'Operator',
        'GET',
        `/alerts/${idOf(name)}/notifications`,
      )
    ).body.notifications;
  await vi.waitFor(async () => {
    const [waiting] = await told('Press 5');
    expect(waiting).toMatchObject({ state: 'queued', message_id: null, contact: PERSON, person: { name: 'budi' } });
    expect(Date.parse(waiting?.next_attempt_at as string)).toBeGreaterThan(Date.now() + 3_600_000);
  });

  const [, token] = new RegExp(`${BASE}/ack/(\\S+)`).exec(mail.text) as unknown as [string, string];
  const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: '' };
  const page = await fetch(`${core.url}/ack/${token}`);
  expect(await page.text()).toContain('for budi');
  expect((await fetch(`${core.url}/ack/${token}`, form)).status).toBe(200);
  const { body } = await core.as<{ alert: object }>('Operator', 'GET', `/alerts/${idOf('Press 4')}`);
  expect(body.alert).toMatchObject({ state: 'active_acked', acknowledged_by: 'budi' });
  const audit = await core.as<{ entries: object[] }>('Management', 'GET', '/audit?action=alert.acknowledge');
  expect(audit.body.entries).toMatchObject([
    { username: 'budi', target: idOf('Press 4'), details: { channel: 'email' } },
  ]);

  // Who leaves is not told any more, in no way: neither by a route nor by what waits.
  expect((await core.as('Management', 'DELETE', `/users/${budi.id}`)).status).toBe(200);
  const routes = await core.as<{ routes: { id: string; chain: { steps: { tell: unknown[] }[] } }[] }>(
    ...(['Management', 'GET', '/notifications/routes'] as const),
  );
  expect(routes.body.routes.find(({ id }) => id === routeId)?.chain.steps.flatMap(({ tell }) => tell)).toEqual([]);
  expect((await fetch(`${core.url}/ack/${token}`)).status).toBe(404);
  expect((await told('Press 4'))[0]).toMatchObject({ contact: PERSON, person: { name: 'A person who left' } });
});

test('a person of a factory is told of its machines and of those of every factory, and of no others', async () => {
  const { core, mails } = await start();
  const [budi, citra] = [await addUser(core, 'budi', 'F1'), await addUser(core, 'citra')];
  await verified(core, mails, budi, PERSON);
  await verified(core, mails, citra, 'citra@plant.example');
  await route(core, [budi.id, citra.id]);
  const machine = async (name: string, factory: string | null) => {
    const body = { name, location: 'Hall A', sensor_type: 'press', factory_id: factory };
    return (await core.as<{ machine_id: string }>('Management', 'POST', '/data/machine', { body })).body.machine_id;
  };
  await hot(core, await machine('Foreign', 'F2'), 120);
  await mails.mail((mail) => mail.to === 'citra@plant.example' && mail.subject.includes('Foreign'));
  await hot(core, await machine('Own', 'F1'), 120);
  await hot(core, await machine('Common', null), 120);
  await mails.mail((mail) => mail.to === PERSON && mail.text.includes('Own'));
  await mails.mail((mail) => mail.to === PERSON && mail.text.includes('Common'), 30_000);
  expect(mails.mails.filter(({ to }) => to === PERSON).map(({ text }) => text)).not.toContainEqual(
    expect.stringContaining('Foreign'),
  );
  // Nor does anybody else of the factory see who was told of it.
  const { body } = await core.as<{ alerts: { id: string; machine_name: string }[] }>('Management', 'GET', '/alerts');
  const foreign = body.alerts.find(({ machine_name }) => machine_name === 'Foreign')?.id;
  const reply = await core.send('GET', `/alerts/${foreign}/notifications`, { token: budi.token });
  expect(reply.status).toBe(404);
});

test('Management changes the words of messages, sees them before, and a wrong variable is refused with its place', async () => {
  const { core, mails } = await start();
  const as = (method: string, path: string, body?: object) =>
    core.as<MessageTemplateReply>('Management', method, `/notifications/templates/${path}`, { body });
  const before = await as('GET', 'en');
  expect(before.body).toMatchObject({ is_default: true, updated_by: null, template: before.body.default });
  expect(before.body.variables.map(({ name }) => name)).toContain('machine');
  expect((await core.as('Supervisor', 'GET', '/notifications/templates/en')).status).toBe(403);
  expect((await as('GET', 'de')).status).toBe(400);

  const wrong = await as('PUT', 'en', { subject: '{{machine}}', body: 'Look\nat {{machin}}, {{__proto__}}' });
  expect(wrong).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  expect((wrong.body as unknown as { errors: { field: string; error: string }[] }).errors).toMatchObject([
    { field: 'body', error: expect.stringMatching(/line 2, column 4: {{machin}} is no variable/) },
    { field: 'body', error: expect.stringMatching(/line 2, column 16/) },
  ]);
  const template = {
    subject: '[{{location}}] {{sentence}}',
    body: 'Call 110!\n{{sentence}}\nNote: {{acknowledge_note}}',
  };
  expect(await as('POST', 'preview', { language: 'en', ...template })).toMatchObject({
    status: 200,
    body: { subject: expect.stringMatching(/^\[Hall A\] Press 4: Temperature 91\.6 °C/), text: expect.any(String) },
  });
  expect(await as('PUT', 'en', template)).toMatchObject({
    status: 200,
    body: { is_default: false, updated_by: 'manager1', template },
  });

  await core.as('Management', 'POST', '/config/update', {
    body: { setting_name: 'alert_email', setting_value: PERSON },
  });
  await hot(core, await core.addMachine('Press 9', 'Hall B'), 120);
  const mail = await mails.mail(about('Press 9'));
  expect(mail.subject).toBe('[Hall B] Press 9: Temperature 120.0 °C above high-high limit 88.0 °C');
  expect(mail.text.trim()).toBe('Call 110!\nPress 9: Temperature 120.0 °C above high-high limit 88.0 °C');
  const { body } = await core.as<{ alerts: { id: string }[] }>('Operator', 'GET', '/alerts');
  const shown = await as('POST', 'preview', {
    ...{ language: 'id', kind: 'still_active', alert_id: body.alerts[0]?.id },
    ...{ subject: '{{headline}}', body: '{{headline}}' },
  });
  expect(shown.body).toMatchObject({ subject: expect.stringMatching(/^Masih aktif \(.*\): Press 9: Suhu 120,0 °C/) });
  expect((await as('DELETE', 'en')).body).toMatchObject({ is_default: true, template: before.body.default });
});
