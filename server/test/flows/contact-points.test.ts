// The contact points of people, over HTTP, with a real mail server: codes, limits, order, quiet hours, and people who leave.

import type { ContactPoint, ContactReply, ContactsReply } from '@gonsters/contract';
import { expect, onTestFinished, test } from 'vitest';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { type Reply, type StartedCore, startCore } from './support/start-core.ts';

const ADDRESS = 'budi@plant.example';
/** PostgreSQL needs one, so that every node has the same. */
const SECRETS_KEY = 'a-key-for-tests-of-forty-characters-long';
const MINE = '/users/me/contacts';
const MINUTE_MS = 60_000;

async function start() {
  const mails = await startMailServer();
  let nowMs = Date.now();
  const clock = { nowMs: () => nowMs };
  const env = {
    SMTP_URL: mails.url,
    SMTP_FROM: 'alarms@plant.example',
    JWT_ACCESS_TOKEN_EXPIRES: '86400',
    SECRETS_KEY,
  };
  const core = await startCore(env, undefined, { clock });
  onTestFinished(() => core.remove());
  const advance = (ms: number) => {
    nowMs += ms;
  };
  return { core, mails, advance };
}

const add = (core: StartedCore, address: string, path = MINE, role: 'Operator' | 'Management' = 'Operator') =>
  core.as<ContactReply>(role, 'POST', path, { body: { channel_id: 'email', address } });
const codeIn = (mails: MailServer, nth: number) => /^\d{6}/.exec(mails.mails[nth]?.subject ?? '')?.[0] as string;
const listOf = async (core: StartedCore, path = MINE, role: 'Operator' | 'Management' = 'Operator') =>
  (await core.as<ContactsReply>(role, 'GET', path)).body;
const errorsOf = (reply: Reply<unknown>) => (reply.body as { errors?: { field: string; error: string }[] }).errors;

test('an address is proved by the code that is sent to it, and is then used', async () => {
  const { core, mails } = await start();
  expect(await listOf(core)).toMatchObject({
    contacts: [],
    ...{ normal: [], critical: null, quiet_hours: null, language: null },
    channels: [{ id: 'email', kind: 'email', needs_contact: true }],
  });
  const added = await add(core, ADDRESS);
  expect(added).toMatchObject({
    status: 201,
    body: {
      contact: { address: ADDRESS, is_verified: false, verified_at: null, code_expires_at: expect.any(String) },
      sent: { result: 'accepted', response: expect.stringContaining('queued as 1') },
    },
  });
  const { id } = added.body.contact;
  const code = codeIn(mails, 0);
  expect(mails.mails[0]).toMatchObject({ to: ADDRESS, text: expect.stringContaining(code) });
  expect(added.text).not.toContain(code);
  const verify = (given: string) => core.as('Operator', 'POST', `${MINE}/${id}/verify`, { body: { code: given } });
  const wrong = code === '000000' ? '111111' : '000000';
  const refused = await verify(wrong);
  expect([refused.status, errorsOf(refused)?.[0]?.error]).toEqual([400, expect.stringContaining('4 more times')]);
  expect(await verify(code)).toMatchObject({ status: 200, body: { contact: { is_verified: true } } });
  expect(await verify(code)).toMatchObject({ status: 200 });
  expect(await listOf(core)).toMatchObject({ normal: [id], contacts: [{ id, code_expires_at: null }] });

  expect(await core.as('Operator', 'POST', `${MINE}/${id}/test`)).toMatchObject({
    status: 200,
    body: { sent: { result: 'accepted' } },
  });
  expect(mails.mails[1]).toMatchObject({ to: ADDRESS, subject: 'Test message of GONSTERS' });
  const { body } = await core.as<{ entries: { action: string; details: object }[] }>('Management', 'GET', '/audit');
  const entries = body.entries.filter(({ action }) => action.startsWith('contact.'));
  expect(entries.map(({ action }) => action)).toEqual([
    ...['contact.test', 'contact.verify', 'contact.verify', 'contact.verify', 'contact.create'],
  ]);
  expect(JSON.stringify(entries)).not.toContain(code);

  // It survives a restart, and is removed.
  await core.restart();
  expect(await listOf(core)).toMatchObject({ normal: [id] });
  expect((await core.as('Operator', 'DELETE', `${MINE}/${id}`)).status).toBe(200);
  expect(await listOf(core)).toMatchObject({ normal: [], contacts: [] });
  expect((await core.as('Operator', 'DELETE', `${MINE}/${id}`)).status).toBe(404);
});

test('a code can be tried five times, for ten minutes, and another one replaces it', async () => {
  const { core, mails, advance } = await start();
  const { id } = (await add(core, ADDRESS)).body.contact;
  const verify = (code: string) => core.as('Operator', 'POST', `${MINE}/${id}/verify`, { body: { code } });
  const first = codeIn(mails, 0);
  const wrong = first === '123456' ? '654321' : '123456';
  for (let i = 0; i < 5; i++) expect((await verify(wrong)).status).toBe(400);
  expect(errorsOf(await verify(first))?.[0]?.error).toContain('cannot be entered any more');
  expect((await listOf(core)).contacts[0]).toMatchObject({ code_expires_at: null, is_verified: false });

  expect((await core.as('Operator', 'POST', `${MINE}/${id}/send-code`)).status).toBe(200);
  const second = codeIn(mails, 1);
  advance(10 * MINUTE_MS);
  expect((await verify(second)).status).toBe(400);
  expect((await core.as('Operator', 'POST', `${MINE}/${id}/send-code`)).status).toBe(200);
  if (second !== codeIn(mails, 2)) expect((await verify(second)).status).toBe(400);
  expect((await verify(codeIn(mails, 2))).status).toBe(200);
  expect((await core.as('Operator', 'POST', `${MINE}/${id}/send-code`)).status).toBe(409);
});

test('nobody can be sent many codes: neither by one person nor by several', async () => {
  const { core, mails, advance } = await start();
  const { id } = (await add(core, ADDRESS)).body.contact;
  const again = () => core.as('Operator', 'POST', `${MINE}/${id}/send-code`);
  expect((await again()).status).toBe(200);
  expect((await again()).status).toBe(200);
  const refused = await again();
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
  // Removing and adding it, another spelling, and another person change nothing.
  await core.as('Operator', 'DELETE', `${MINE}/${id}`);
  expect((await add(core, ADDRESS.toUpperCase())).status).toBe(429);
  expect((await add(core, ADDRESS, MINE, 'Management')).status).toBe(429);
  expect((await listOf(core)).contacts).toEqual([]);
  advance(15 * MINUTE_MS);
  expect((await add(core, ADDRESS)).status).toBe(201);
  // One person, many addresses.
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++) {
    const added = await add(core, `stranger${i}@plant.example`);
    statuses.push(added.status);
    if (added.status === 201) await core.as('Operator', 'DELETE', `${MINE}/${added.body.contact.id}`);
  }
  expect(statuses.filter((status) => status === 201).length).toBe(6);
  expect(statuses.at(-1)).toBe(429);
  expect(mails.mails).toHaveLength(10);
});

test('what is wrong is refused with its field, and what is of another person is not found', async () => {
  const { core } = await start();
  const bad = async (body: unknown, field: string) => {
    const reply = await core.as('Operator', 'POST', MINE, { body });
    expect([reply.status, errorsOf(reply)?.[0]?.field], reply.text).toEqual([400, field]);
  };
  await bad({ channel_id: 'email', address: 'nobody' }, 'address');
  await bad({ channel_id: 'email', address: '' }, 'address');
  await bad({ channel_id: 'pigeon', address: ADDRESS }, 'channel_id');
  const { id } = (await add(core, ADDRESS)).body.contact;
  expect((await add(core, 'Budi@Plant.example')).status).toBe(409);
  expect((await core.as('Operator', 'POST', `${MINE}/${id}/test`)).status).toBe(409);
  const preferences = { normal: [id], critical: null, quiet_hours: null, language: null };
  const put = (body: unknown, role: 'Operator' | 'Supervisor' = 'Operator') =>
    core.as(role, 'PUT', `${MINE}/preferences`, { body });
  const of = await put(preferences, 'Supervisor');
  expect([of.status, errorsOf(of)?.[0]?.field]).toEqual([400, 'normal[0]']);
  expect((await core.as('Supervisor', 'POST', `${MINE}/${id}/verify`, { body: { code: '123456' } })).status).toBe(404);
  for (const quiet of [
    { from: '22:00', to: '22:00', zone: 'UTC' },
    { from: '24:00', to: '06:00', zone: 'UTC' },
    { from: '22:00', to: '06:00', zone: 'Mars/Base' },
  ]) {
    expect((await put({ ...preferences, quiet_hours: quiet })).status).toBe(400);
  }
  const wanted = {
    ...preferences,
    critical: [],
    quiet_hours: { from: '22:00', to: '06:00', zone: 'Asia/Jakarta' },
    language: 'id',
  };
  expect(await put(wanted)).toMatchObject({ status: 200, body: wanted });
  expect(await listOf(core)).toMatchObject(wanted);
});

test('Management sees and adds the contact points of others; the code goes to the address', async () => {
  const { core, mails } = await start();
  const users = (await core.as<{ users: { id: string; username: string }[] }>('Management', 'GET', '/users')).body
    .users;
  const id = users.find(({ username }) => username === 'operator1')?.id as string;
  const path = `/users/${id}/contacts`;
  expect((await core.as('Supervisor', 'GET', path)).status).toBe(403);
  const added = await add(core, ADDRESS, path, 'Management');
  expect(added.status).toBe(201);
  expect((await listOf(core)).contacts).toMatchObject([{ address: ADDRESS, is_verified: false }]);
  const verified = await core.as('Operator', 'POST', `${MINE}/${added.body.contact.id}/verify`, {
    body: { code: codeIn(mails, 0) },
  });
  expect(verified.status).toBe(200);
  expect((await listOf(core, path, 'Management')).normal).toHaveLength(1);

  // Who leaves has none any more, and has none when he comes back.
  await core.as('Management', 'PATCH', `/users/${id}`, { body: { is_active: false } });
  expect((await core.as('Management', 'GET', path)).status).toBe(404);
  await core.as('Management', 'PATCH', `/users/${id}`, { body: { is_active: true } });
  expect(await listOf(core, path, 'Management')).toMatchObject({ contacts: [] as ContactPoint[], normal: [] });
});
