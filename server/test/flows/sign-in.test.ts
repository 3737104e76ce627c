// Who gets in: strangers who guess keep nobody out, weak passwords are refused, and in production nobody lets themselves in.

import { expect, onTestFinished, test } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const PRODUCTION = {
  NODE_ENV: 'production',
  JWT_SECRET_KEY: 'x'.repeat(40),
  ADMIN_USERNAME: 'chief',
  ADMIN_PASSWORD: 'Steady-Hand-9',
};

async function start(env: Record<string, string> = {}, overrides: Parameters<typeof startCore>[2] = {}) {
  const core = await startCore({ TRUST_PROXY: '127.0.0.1', ...env }, undefined, overrides);
  onTestFinished(() => core.remove());
  return core;
}
const from = (address: string, device?: string) => ({
  'x-forwarded-for': address,
  ...(device === undefined ? {} : { cookie: device }),
});
const tryPassword = (core: StartedCore, username: string, password: string, headers: Record<string, string>) =>
  core.send('POST', '/auth/login', { body: { username, password }, headers });
const cookieOf = (reply: { headers: Headers }) => (reply.headers.get('set-cookie') ?? '').split(';')[0] as string;

test('a stranger who tries wrong passwords for ten minutes keeps nobody out', async () => {
  const clock = { ms: Date.UTC(2026, 0, 15), nowMs: () => clock.ms };
  const core = await start({}, { clock });
  const right = 'Password123!';
  const first = await tryPassword(core, 'manager1', right, from('10.1.0.1'));
  expect(first.headers.get('set-cookie')).toMatch(/^gonsters_device=[\w-]{22}; .*HttpOnly; SameSite=Strict$/);
  const laptop = cookieOf(first);
  for (let minute = 0; minute < 10; minute++) {
    clock.ms += 60_000;
    for (const address of ['203.0.113.7', '203.0.113.8']) {
      await Promise.all([1, 2, 3].map(() => tryPassword(core, 'manager1', 'Wrong-one-1', from(address))));
    }
    expect((await tryPassword(core, 'manager1', right, from('10.1.0.1'))).status).toBe(200);
    expect((await tryPassword(core, 'manager1', right, from(`10.9.0.${minute}`, laptop))).status).toBe(200);
  }
  expect((await tryPassword(core, 'manager1', 'Wrong-one-1', from('203.0.113.7'))).status).toBe(429);
  // The same browser behind the same address as the stranger.
  expect((await tryPassword(core, 'manager1', right, from('203.0.113.7', laptop))).status).toBe(200);
});

test('a password that is common, or contains the name of the user, is refused wherever one is chosen', async () => {
  const core = await start();
  const user = { username: 'katarina', email: 'k@plant.example' };
  const register = (password: string) => core.send('POST', '/auth/register', { body: { ...user, password } });
  for (const password of ['Password123!', 'password123', 'qwertyuiop', 'iloveyou1', 'Katarina-1987']) {
    expect(await register(password)).toMatchObject({ status: 400, body: { errors: [{ field: 'password' }] } });
  }
  expect((await register('only lower case words')).status).toBe(201);
  const { access_token: token } = await core.signIn('katarina', 'only lower case words');
  const body = { current_password: 'only lower case words', new_password: 'letmein1' };
  expect(await core.send('POST', '/auth/password', { token, body })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'new_password', error: 'new_password is too common' }] },
  });
  await expect(startCore({ ...PRODUCTION, ADMIN_PASSWORD: 'Password123!' })).rejects.toMatchObject({
    code: 'invalid_configuration',
  });
});

test('in production nobody registers unless that is switched on, and then Management has to admit them', async () => {
  const body = { username: 'newcomer', email: 'n@plant.example', password: 'Sturdy-Gate-41' };
  const closed = await start(PRODUCTION);
  expect(await closed.send('POST', '/auth/register', { body })).toMatchObject({
    status: 403,
    body: { code: 'registration_disabled' },
  });

  const open = await start({ ...PRODUCTION, ALLOW_REGISTRATION: 'true' });
  const registered = await open.send<{ user: { id: string } }>('POST', '/auth/register', { body });
  expect(registered).toMatchObject({ status: 201, body: { user: { is_admitted: false } } });
  const refused = await tryPassword(open, 'newcomer', body.password, {});
  expect(refused).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
  expect(await tryPassword(open, 'newcomer', 'Wrong-one-1', {})).toMatchObject({
    status: 401,
    body: { code: 'invalid_credentials' },
  });
  const { access_token: token } = await open.signIn('chief', PRODUCTION.ADMIN_PASSWORD);
  const admitted = { is_admitted: true };
  const path = `/users/${registered.body.user.id}`;
  expect((await open.send('PATCH', path, { token, body: admitted })).body).toMatchObject({ user: admitted });
  await open.signIn('newcomer', body.password);
});

test('a lost password is replaced with a link that works once, for a day, and ends every session', async () => {
  const clock = { ms: Date.UTC(2026, 0, 15), nowMs: () => clock.ms };
  const core = await start({}, { clock });
  const operator = await core.signIn('operator1');
  const users = (await core.as<{ users: { id: string; username: string }[] }>('Management', 'GET', '/users')).body
    .users;
  const path = `/users/${users.find((user) => user.username === 'operator1')?.id}/password-link`;
  const link = async () => (await core.as<{ token: string }>('Management', 'POST', path)).body.token;
  const reset = (token: string, password: string) =>
    core.send('POST', '/auth/password-reset', { body: { token, new_password: password } });

  expect((await core.as('Supervisor', 'POST', path)).status).toBe(403);
  const first = await link();
  const second = await link();
  expect((await reset(first, 'Brand-New-77')).body.code).toBe('link_expired');
  expect((await reset(second, 'operator1-x')).body.code).toBe('validation_failed');
  expect(await reset(second, 'Brand-New-77')).toMatchObject({ status: 200, body: { username: 'operator1' } });
  expect(await reset(second, 'Brand-New-78')).toMatchObject({ status: 410, body: { code: 'link_expired' } });
  expect((await core.send('GET', '/auth/me', { token: operator.access_token })).status).toBe(401);
  await core.signIn('operator1', 'Brand-New-77');

  expect((await core.as('Management', 'POST', path, { body: { mail: true } })).body.code).toBe('conflict');
  const audit = (await core.as<{ entries: { action: string }[] }>('Management', 'GET', '/audit?limit=100')).body
    .entries;
  const actions = audit.map((entry) => entry.action);
  expect(actions).toEqual(expect.arrayContaining(['user.password_link', 'user.password_reset']));

  const late = await link();
  clock.ms += 86_400_000;
  expect((await reset(late, 'Brand-New-79')).body.code).toBe('link_expired');
});
