// A chat is linked by opening a link; one's own messages; who would be told, for a Supervisor; the zone of messages; the drill.

import type {
  ContactReply,
  ContactsReply,
  DrillReply,
  OwnMessagesReply,
  RoutePreview,
  ShiftCalendar,
} from '@gonsters/contract';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTelegram, TELEGRAM_TOKEN } from '../support/chat-services.ts';
import { type StartedCore, startCore, USERS } from './support/start-core.ts';

const MINE = '/users/me/contacts';
const soon = { timeout: 15_000, interval: 30 };
let telegram: Awaited<ReturnType<typeof startTelegram>>;
let core: StartedCore;
let channel: string;
let updates = 0;
const ends: (() => void)[] = [];

const manage = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
  core.as<T>('Management', method, path, { body });
const own = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
  core.as<T>('Operator', method, path, { body });
/** What the bot has said in a chat. */
const saidIn = (chat: number) =>
  telegram.requests
    .filter(({ path, json }) => path.endsWith('/sendMessage') && `${json.chat_id}` === `${chat}`)
    .map(({ json }) => String(json.text));
function write(chat: number, text: string, type = 'private'): void {
  updates += 1;
  telegram.updates.push({ update_id: updates, message: { chat: { id: chat, type }, text } } as { update_id: number });
}
/** Somebody writes to the bot. @returns what it answers */
async function ask(chat: number, text: string, type?: string): Promise<string> {
  const before = saidIn(chat).length;
  write(chat, text, type);
  return vi.waitFor(() => {
    expect(saidIn(chat).length).toBeGreaterThan(before);
    return saidIn(chat).at(-1) ?? '';
  }, soon);
}
const addByLink = () => own<ContactReply>('POST', MINE, { channel_id: channel, address: '', by_link: true });
const codeOf = (reply: ContactReply) => new URL(reply.link ?? '').searchParams.get('start') ?? '';
const idOf = async (name: string) => {
  const { body } = await manage<{ people: { id: string; name: string }[] }>('GET', '/notifications/people');
  return body.people.find((person) => person.name === name)?.id ?? '';
};

beforeAll(async () => {
  telegram = await startTelegram((end) => {
    ends.push(end);
  });
  core = await startCore({
    ...{ SECRETS_KEY: 'a key of the plant, thirty-two bytes long', NOTIFY_ALLOWED_NETWORKS: '127.0.0.1' },
    ...{ PUBLIC_URL: 'https://hall.example', JWT_ACCESS_TOKEN_EXPIRES: '86400' },
  });
  const settings = { token: TELEGRAM_TOKEN, api_url: telegram.url };
  const added = await manage<{ id: string }>('POST', '/notifications/channels', {
    ...{ kind: 'telegram', name: 'Bot of the plant', settings },
  });
  expect(added.status, added.text).toBe(201);
  channel = added.body.id;
  await vi.waitFor(async () => {
    const { body } = await own<ContactsReply>('GET', MINE);
    expect(body.channels).toMatchObject([{ id: channel, has_link: true }]);
  }, soon);
});
afterAll(async () => {
  await core.remove();
  for (const end of ends) end();
});

test('opening the link verifies the chat, once, and nobody else can use it', async () => {
  const added = await addByLink();
  expect(added.status, added.text).toBe(201);
  expect(added.body).toMatchObject({
    contact: { address: '', awaits_link: true, is_verified: false, code_expires_at: expect.any(String) },
    link: expect.stringMatching(/^https:\/\/t\.me\/plant_bot\?start=[\w-]{22}$/),
    sent: null,
  });
  const { id } = added.body.contact;
  // A second request has another link for the same contact point; the first one ends.
  const again = await addByLink();
  expect(again.body.contact.id).toBe(id);
  expect(await ask(41, `/start ${codeOf(added.body)}`)).toMatch(/expired or was used/);
  expect((await own('POST', `${MINE}/${id}/verify`, { code: '123456' })).status).toBe(409);
  // In a group everybody would read along.
  expect(await ask(-42, `/start ${codeOf(again.body)}`, 'group')).toMatch(/The id of this chat is -42/);
  expect(await ask(43, `/start ${codeOf(again.body)}`)).toMatch(/Alerts for operator1 arrive in this chat/);
  const { body } = await own<ContactsReply>('GET', MINE);
  expect(body).toMatchObject({
    contacts: [{ id, address: '43', is_verified: true, awaits_link: false, code_expires_at: null }],
    normal: [id],
  });
  expect(await ask(44, `/start ${codeOf(again.body)}`)).toMatch(/expired or was used/);
  // The same chat once more is the same contact.
  const third = await addByLink();
  expect(await ask(43, `/start ${codeOf(third.body)}`)).toMatch(/is a contact of operator1 already/);
  expect((await own<ContactsReply>('GET', MINE)).body.contacts).toHaveLength(1);
  const audit = await manage<{ entries: object[] }>('GET', '/audit?action=contact.verify');
  expect(audit.body.entries).toMatchObject([
    { username: 'operator1', outcome: 'success', details: { contact: id, address: '43' } },
    { outcome: 'refused' },
  ]);
  expect(audit.text).not.toContain(codeOf(again.body));
});

test('messages to oneself name the alert, and no one reads those of others', async () => {
  const person = await idOf(USERS.Operator);
  const steps = [{ wait_seconds: 0, tell: [{ kind: 'person', user_id: person }] }];
  const body = { name: 'To the operator', match: {}, chain: { steps, stop_on_clear: false } };
  expect((await manage('POST', '/notifications/routes', body)).status).toBe(201);
  // Messages write times by the clocks of the shift calendar.
  const calendar: ShiftCalendar = {
    ...{ zone: 'Asia/Makassar', pattern: '2x12', starts_on: '2026-01-01', crews: ['A', 'B'], cycle: [], holidays: [] },
    shifts: [
      { name: 'Day', from: '06:00', to: '18:00' },
      { name: 'Night', from: '18:00', to: '06:00' },
    ],
  };
  const set = await manage('PUT', '/notifications/calendar', calendar);
  expect(set.status, set.text).toBe(200);
  const machine = await core.addMachine('Press 7');
  await core.ingest(machine, [{ timestamp: new Date().toISOString(), temperature: 120 }]);
  const told = await vi.waitFor(async () => {
    const reply = await own<OwnMessagesReply>('GET', '/users/me/notifications');
    expect(reply.body.notifications[0]?.state).toBe('sent');
    return reply.body.notifications;
  }, soon);
  expect(told).toMatchObject([
    {
      kind: 'raised',
      alerts: [{ machine_id: machine, machine_name: 'Press 7', metric: 'temperature', limit_kind: 'high_high' }],
      ...{ alert_count: 1, channel, channel_name: 'Bot of the plant', contact: '43', notice: null },
      response: expect.stringMatching(/^Message \d+ was sent$/),
      sent_at: expect.any(String),
    },
  ]);
  expect(saidIn(43).at(-1)).toContain('Asia/Makassar');
  for (const role of ['Supervisor', 'Management'] as const) {
    const reply = await core.as<OwnMessagesReply>(role, 'GET', '/users/me/notifications');
    expect(reply.body.notifications).toEqual([]);
  }
});

test('a Supervisor asks who would be told, and sees no address', async () => {
  const machine = await core.addMachine('Press 8');
  const question = { machine_id: machine, metric: 'temperature', severity: 'critical' };
  const preview = (role: 'Supervisor' | 'Management') =>
    core.as<RoutePreview>(role, 'POST', '/notifications/preview', { body: question });
  const tells = { person: { name: 'operator1' }, channel_id: channel };
  const step = { targets: [{ kind: 'person', name: 'operator1' }], gap: null, gap_reasons: [] };
  expect((await preview('Management')).body.steps).toMatchObject([{ ...step, tells: [{ ...tells, contact: '43' }] }]);
  expect((await preview('Supervisor')).body.steps).toMatchObject([{ ...step, tells: [{ ...tells, contact: '…' }] }]);
  expect((await own('POST', '/notifications/preview', question)).status).toBe(403);
});

test('a drill reaches whoever is on duty, and says who cannot be reached and why', async () => {
  const nights = { rotation: 'day', starts_on: '2020-01-01', zone: 'Asia/Makassar' };
  const members = async (name: string, members: readonly (string | null)[]) => {
    const reply = await manage('POST', '/notifications/schedules', { name, ...nights, members });
    expect(reply.status, reply.text).toBe(201);
  };
  await members('A: reachable', [await idOf(USERS.Operator)]);
  await members('B: unreachable', [await idOf(USERS.Supervisor)]);
  await members('C: nobody', [null]);
  const { body } = await manage<DrillReply>('POST', '/notifications/drill');
  expect(body.told).toMatchObject([
    { schedule: 'A: reachable', person: { name: 'operator1' }, contact: '43', note: null, reason: null },
    {
      ...{ schedule: 'B: unreachable', person: { name: 'supervisor1' }, contact: null },
      ...{ note: expect.any(String), reason: { code: 'no_contact', params: { person: 'supervisor1' } } },
    },
    { schedule: 'C: nobody', person: null, reason: { code: 'nobody_on_duty', params: { schedule: 'C: nobody' } } },
  ]);
  await vi.waitFor(() => expect(saidIn(43).at(-1)).toMatch(/This is a drill\. manager1 tests/), soon);
  await vi.waitFor(async () => {
    const { body: messages } = await own<OwnMessagesReply>('GET', '/users/me/notifications');
    expect(messages.notifications[0]).toMatchObject({ kind: 'notice', notice: 'drill', alerts: [], state: 'sent' });
  }, soon);
  // In a route the same reason is given by its code.
  const { body: schedules } = await manage<{ schedules: { id: string; name: string }[] }>(
    'GET',
    '/notifications/schedules',
  );
  const nobody = schedules.schedules.find(({ name }) => name.startsWith('C'))?.id;
  const steps = [{ wait_seconds: 0, tell: [{ kind: 'duty', schedule_id: nobody }] }];
  const route = { name: 'Only nights', match: { locations: ['Roof'] }, chain: { steps, stop_on_clear: false } };
  const added = await manage<{ route: { id: string } }>('POST', '/notifications/routes', route);
  await manage('PUT', '/notifications/routes/order', {
    ids: [added.body.route.id, ...(await otherRoutes(added.body.route.id))],
  });
  const machine = await core.addMachine('Fan 1', 'Roof');
  const preview = await manage<RoutePreview>('POST', '/notifications/preview', {
    ...{ machine_id: machine, metric: 'temperature', severity: 'critical' },
  });
  expect(preview.body).toMatchObject({
    nobody: true,
    steps: [{ gap: 'Nobody is on duty (on duty: C: nobody)', gap_reasons: [{ code: 'nobody_on_duty' }] }],
  });
});

async function otherRoutes(not: string): Promise<string[]> {
  const { body } = await manage<{ routes: { id: string; is_default: boolean }[] }>('GET', '/notifications/routes');
  return body.routes.filter(({ id, is_default: isDefault }) => !isDefault && id !== not).map(({ id }) => id);
}
