// Roles that require a second factor, and sessions that their owner or Management ends.

import type { TotpBegun, UserSession } from '@gonsters/contract';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { totpCode, totpStep } from '../../src/users/second-factors/totp.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const PASSWORD = 'Password123!';
const FIREFOX = 'Mozilla/5.0 Firefox/140.0';
const clock = { ms: Date.UTC(2026, 0, 15), nowMs: () => clock.ms };
let core: StartedCore;
let manager: Tokens;

beforeAll(async () => {
  const env = { SECRETS_KEY: 's'.repeat(40), TRUST_PROXY: '127.0.0.1', JWT_ACCESS_TOKEN_EXPIRES: '86400' };
  core = await startCore(env, undefined, { clock });
  manager = await signIn('manager1');
});
afterAll(() => core.remove());

interface Tokens {
  access_token: string;
  refresh_token: string;
  user: { second_factor: object };
}
async function signIn(username: string, headers: Record<string, string> = {}): Promise<Tokens> {
  const reply = await core.send<Tokens>('POST', '/auth/login', { body: { username, password: PASSWORD }, headers });
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}
async function enrol(token: string): Promise<string> {
  const path = '/users/me/second-factors/totp';
  const { id, secret } = (await core.send<TotpBegun>('POST', path, { token, body: { name: 'Phone' } })).body;
  const code = totpCode(secret, totpStep(clock.ms));
  expect((await core.send('POST', `${path}/${id}/confirm`, { token, body: { code } })).status).toBe(200);
  return id;
}
const setPolicy = (token: string, Operator: string) =>
  core.send('PUT', '/auth/policy', {
    token,
    body: { second_factor: { Operator, Supervisor: 'optional', Management: 'optional' } },
  });
/** A live client, and why it ended or was refused. */
function connect(token: string) {
  const client = io(core.url, { auth: { token }, forceNew: true, reconnection: false, transports: ['websocket'] });
  onTestFinished(() => void client.disconnect());
  const heard: string[] = [];
  client.on('connected', () => heard.push('connected'));
  client.on('connect_error', (error) =>
    heard.push((error as Error & { data?: { code: string } }).data?.code ?? 'error'),
  );
  client.onAny((event: string, body: { code?: string }) => {
    if (body?.code !== undefined) heard.push(`${event} ${body.code}`);
  });
  client.on('disconnect', () => heard.push('disconnected'));
  return heard;
}
const sessionsOf = async (token: string, path = '/users/me/sessions') =>
  (await core.send<{ sessions: UserSession[] }>('GET', path, { token })).body.sessions;

test('a role that requires one restricts who has none, at once and until one is set up', async () => {
  expect((await setPolicy(manager.access_token, 'required')).body.code).toBe('conflict');
  await enrol(manager.access_token);
  const { access_token: token, refresh_token: refresh } = await signIn('operator1');
  const live = connect(token);
  await vi.waitFor(() => expect(live).toContain('connected'));

  expect(await setPolicy(manager.access_token, 'required')).toMatchObject({
    status: 200,
    body: { second_factor: { Operator: 'required', Supervisor: 'optional', Management: 'optional' } },
  });
  await vi.waitFor(() => expect(live).toContain('disconnected'));
  const refused = { status: 403, body: { code: 'second_factor_required_by_policy' } };
  for (const [method, path] of [
    ['GET', '/data/machines'],
    ['GET', '/api-keys'],
    ['PUT', '/auth/policy'],
    ['POST', '/data/ingest'],
  ]) {
    expect(await core.send(method as string, path as string, { token }), `${method} ${path}`).toMatchObject(refused);
  }
  const again = connect(token);
  await vi.waitFor(() => expect(again).toContain('second_factor_required_by_policy'));
  const state = { required: true, enrolled: false };
  expect((await signIn('operator1')).user.second_factor).toEqual(state);
  const renewed = await core.send<Tokens>('POST', '/auth/refresh', { token: refresh });
  expect(renewed.body.user.second_factor).toEqual(state);
  expect((await core.send('GET', '/auth/me', { token })).body).toMatchObject({ user: { second_factor: state } });
  expect((await core.send('GET', '/auth/policy', { token })).status).toBe(200);
  expect((await core.send('GET', '/users/me/second-factors', { token })).body).toMatchObject({ required: true });
  expect((await core.send('GET', '/data/machines', { token: manager.access_token })).status).toBe(200);

  const id = await enrol(token);
  expect((await core.send('GET', '/data/machines', { token })).status).toBe(200);
  const last = await core.send('DELETE', `/users/me/second-factors/${id}`, { token });
  expect(last).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect((await core.send('GET', '/auth/me', { token })).body).toMatchObject({
    user: { second_factor: { required: true, enrolled: true } },
  });

  expect((await setPolicy(manager.access_token, 'optional')).status).toBe(200);
  expect((await core.send('DELETE', `/users/me/second-factors/${id}`, { token })).status).toBe(200);
  const { entries } = (
    await core.send<{ entries: { action: string; details: object }[] }>('GET', '/audit?limit=100', {
      token: manager.access_token,
    })
  ).body;
  expect(entries.find(({ action }) => action === 'user.second_factor_policy')?.details).toMatchObject({
    Operator: 'optional',
  });
});

test('a restricted manager has no rights where nobody needs to be signed in', async () => {
  const body = { username: 'deputy', email: 'd@plant.example', password: 'Sturdy-Gate-41', role: 'Management' };
  const add = (token: string, username: string) =>
    core.send('POST', '/auth/register', { token, body: { ...body, username, email: `${username}@plant.example` } });
  expect((await add(manager.access_token, 'deputy')).status).toBe(201);
  const login = { username: 'deputy', password: body.password };
  const deputy = (await core.send<Tokens>('POST', '/auth/login', { body: login })).body;
  const policy = { Operator: 'optional', Supervisor: 'optional', Management: 'required' };
  const set = (second_factor: object) =>
    core.send('PUT', '/auth/policy', { token: manager.access_token, body: { second_factor } });
  expect((await set(policy)).status).toBe(200);
  expect(await add(deputy.access_token, 'accomplice')).toMatchObject({ status: 403, body: { code: 'forbidden_role' } });
  expect((await set({ ...policy, Management: 'optional' })).status).toBe(200);
  expect((await add(deputy.access_token, 'colleague')).status).toBe(201);
});

test('sessions are listed with their origin, and ended by their owner or by Management, sockets included', async () => {
  const laptop = await signIn('supervisor1', { 'user-agent': FIREFOX, 'x-forwarded-for': '10.1.0.7' });
  clock.ms += 60_000;
  const phone = await signIn('supervisor1', { 'user-agent': `Phone ${'x'.repeat(500)}` });
  clock.ms += 60_000;
  const renewed = (await core.send<Tokens>('POST', '/auth/refresh', { token: laptop.refresh_token })).body;
  const listed = await sessionsOf(renewed.access_token);
  const mine = listed.find((session) => session.is_current) as UserSession;
  // The one that was used last is first.
  expect(listed[0]).toBe(mine);
  expect(mine).toMatchObject({ method: 'password', address: '10.1.0.7', user_agent: FIREFOX });
  expect(Date.parse(mine.last_used_at) - Date.parse(mine.created_at)).toBe(120_000);
  const other = (await sessionsOf(phone.access_token)).find((session) => session.is_current) as UserSession;
  expect(other.user_agent).toHaveLength(300);

  const live = connect(phone.access_token);
  await vi.waitFor(() => expect(live).toContain('connected'));
  const end = (token: string, path: string) => core.send<{ ended: number }>('DELETE', path, { token });
  const operator = await signIn('operator1');
  expect((await end(operator.access_token, `/users/me/sessions/${other.id}`)).status).toBe(404);
  expect((await end(renewed.access_token, `/users/me/sessions/${other.id}`)).body).toMatchObject({ ended: 1 });
  await vi.waitFor(() => expect(live).toContain('disconnected'));
  expect((await core.send('GET', '/auth/me', { token: phone.access_token })).body.code).toBe('token_revoked');
  expect((await core.send('POST', '/auth/refresh', { token: phone.refresh_token })).status).toBe(401);
  expect((await end(renewed.access_token, `/users/me/sessions/${other.id}`)).status).toBe(404);

  await signIn('supervisor1');
  await end(renewed.access_token, '/users/me/sessions');
  expect(await sessionsOf(renewed.access_token)).toHaveLength(1);

  const me = await core.send<{ user: { id: string } }>('GET', '/auth/me', { token: renewed.access_token });
  const path = `/users/${me.body.user.id}/sessions`;
  expect((await core.send('GET', path, { token: operator.access_token })).status).toBe(403);
  const [seen] = await sessionsOf(manager.access_token, path);
  expect(seen).toMatchObject({ id: mine.id, is_current: false });
  expect((await end(manager.access_token, `${path}/${other.id}`)).status).toBe(404);
  expect((await end(manager.access_token, `${path}/${mine.id}`)).status).toBe(200);
  expect((await core.send('GET', '/auth/me', { token: renewed.access_token })).status).toBe(401);
  await signIn('supervisor1');
  expect((await end(manager.access_token, path)).body).toMatchObject({ ended: 1 });
  const audit = await core.send<{ entries: { action: string; target: string }[] }>('GET', '/audit?limit=100', {
    token: manager.access_token,
  });
  const ended = audit.body.entries.filter(
    ({ action, target }) => action === 'session.end' && target === me.body.user.id,
  );
  expect(ended.length).toBeGreaterThanOrEqual(4);
});
