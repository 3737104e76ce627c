import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StartedCore, startCore, USERS } from './support/start-core.ts';

const PASSWORD = 'Sturdy-Gate-41';

const SECRET = 'long enough for every HMAC: '.padEnd(64, 'x');

let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ JWT_SECRET_KEY: SECRET });
});
afterAll(() => core.remove());

const me = (token: string) => core.send('GET', '/auth/me', { token });
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as Record<string, unknown>;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (claims: Record<string, unknown>, secret = SECRET, alg = 'HS256') =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(Buffer.from(secret));

describe('an access token', () => {
  it('has the claims of the specification', async () => {
    const { access_token } = await core.signIn('manager1');
    expect(claimsOf(access_token)).toMatchObject({
      sub: expect.any(String),
      username: 'manager1',
      email: expect.stringContaining('@'),
      role: 'Management',
      permissions: expect.arrayContaining(['read:audit']),
      factory_id: null,
      department: null,
      iss: 'gonsters-backend-api',
      aud: 'gonsters-dashboard',
      type: 'access',
      jti: expect.any(String),
    });
    const { iat, exp } = claimsOf(access_token) as { iat: number; exp: number };
    expect(exp - iat).toBe(3600);
  });

  it('is accepted as issued, and if it is signed again with the same key', async () => {
    const { access_token } = await core.signIn('operator1');
    expect((await me(access_token)).status).toBe(200);
    expect((await me(await sign(claimsOf(access_token)))).status).toBe(200);
  });

  it.each<[string, (claims: Record<string, unknown>, token: string) => string | Promise<string>]>([
    ['without a signature', (claims) => `${encode({ alg: 'none' })}.${encode(claims)}.`],
    [
      'with another role written into it',
      (claims, token) => token.replace(/\.[^.]+\./, `.${encode({ ...claims, role: 'Management' })}.`),
    ],
    ['signed with a foreign key', (claims) => sign(claims, SECRET.toUpperCase())],
    ['signed with another algorithm', (claims) => sign(claims, SECRET, 'HS512')],
    ['of another issuer', (claims) => sign({ ...claims, iss: 'somebody' })],
    ['for another audience', (claims) => sign({ ...claims, aud: 'somebody' })],
    ['of another type', (claims) => sign({ ...claims, type: 'refresh' })],
    ['of an unknown role', (claims) => sign({ ...claims, role: 'Owner' })],
    ['without an expiry', ({ exp: _, ...claims }) => sign(claims)],
    ['without a session', ({ sid: _, ...claims }) => sign(claims)],
    ['that is none', () => 'not-a-token'],
  ])('%s is refused', async (_what, make) => {
    const { access_token } = await core.signIn('operator1');
    const reply = await me(await make(claimsOf(access_token), access_token));
    expect(reply).toMatchObject({ status: 401, body: { status: 'error', code: 'unauthenticated' } });
  });

  it('has a code of its own when it has expired', async () => {
    const { access_token } = await core.signIn('operator1');
    const reply = await me(await sign({ ...claimsOf(access_token), exp: Math.floor(Date.now() / 1000) - 1 }));
    expect(reply).toMatchObject({ status: 401, body: { code: 'token_expired' } });
  });

  it('cannot be replaced by a refresh token', async () => {
    const { refresh_token } = await core.signIn('operator1');
    expect((await me(refresh_token)).status).toBe(401);
  });
});

describe('a session', () => {
  const refresh = (token: string) =>
    core.send<{ access_token: string; refresh_token: string }>('POST', '/auth/refresh', { token });

  it('continues with a new pair of tokens, by header or by body', async () => {
    const first = await core.signIn('operator1');
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    const third = await core.send('POST', '/auth/refresh', { body: { refresh_token: second.body.refresh_token } });
    expect(third.status).toBe(200);
    expect((await me(third.body.access_token as string)).status).toBe(200);
  });

  it('ends when a used refresh token is used again', async () => {
    const first = await core.signIn('operator1');
    const second = (await refresh(first.refresh_token)).body;
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 401, body: { code: 'token_revoked' } });
    expect((await refresh(second.refresh_token)).status).toBe(401);
    expect(await me(second.access_token)).toMatchObject({ status: 401, body: { code: 'token_revoked' } });
  });

  it('accepts one of two simultaneous requests with the same refresh token', async () => {
    const { refresh_token } = await core.signIn('operator1');
    const statuses = (await Promise.all([refresh(refresh_token), refresh(refresh_token)])).map((each) => each.status);
    expect(statuses.sort()).toEqual([200, 401]);
  });

  it('does not continue with an access token or without a token', async () => {
    const { access_token } = await core.signIn('operator1');
    expect((await refresh(access_token)).status).toBe(401);
    expect((await core.send('POST', '/auth/refresh', {})).status).toBe(401);
  });

  it('stays ended after sign-out and a restart', async () => {
    const { access_token, refresh_token } = await core.signIn('supervisor1');
    const other = await core.signIn('supervisor1');
    expect((await core.send('POST', '/auth/logout', { token: access_token })).status).toBe(200);
    expect((await me(access_token)).body.code).toBe('token_revoked');
    await core.restart();
    expect((await me(access_token)).body.code).toBe('token_revoked');
    expect((await refresh(refresh_token)).status).toBe(401);
    expect((await me(other.access_token)).status).toBe(200);
  });

  it.each([
    ['a new role', { role: 'Supervisor' }],
    ['being switched off', { is_active: false }],
  ])('ends with %s', async (_what, patch) => {
    const username = `temp-${Object.keys(patch)[0]}`;
    const body = { username, email: `${username}@plant.example`, password: PASSWORD };
    const { user } = (await core.send<{ user: { id: string } }>('POST', '/auth/register', { body })).body;
    const session = await core.signIn(username, PASSWORD);
    const manager = (await core.signIn('manager1')).access_token;
    expect((await core.send('PATCH', `/users/${user.id}`, { token: manager, body: patch })).status).toBe(200);
    expect((await me(session.access_token)).body.code).toBe('token_revoked');
    expect((await refresh(session.refresh_token)).status).toBe(401);
    const again = await core.send('POST', '/auth/login', { body: { username, password: PASSWORD } });
    expect(again.status).toBe('is_active' in patch ? 401 : 200);
  });

  it('ends with its user', async () => {
    const body = { username: 'leaver', email: 'leaver@plant.example', password: PASSWORD };
    const { user } = (await core.send<{ user: { id: string } }>('POST', '/auth/register', { body })).body;
    const { access_token } = await core.signIn('leaver', PASSWORD);
    const manager = (await core.signIn('manager1')).access_token;
    expect((await core.send('DELETE', `/users/${user.id}`, { token: manager })).status).toBe(200);
    expect((await me(access_token)).status).toBe(401);
  });

  it('survives a change of the password only if it made the change', async () => {
    const body = { username: 'changer', email: 'changer@plant.example', password: PASSWORD };
    await core.send('POST', '/auth/register', { body });
    const here = (await core.signIn('changer', PASSWORD)).access_token;
    const there = (await core.signIn('changer@plant.example', PASSWORD)).access_token;
    const change = (current: string) =>
      core.send('POST', '/auth/password', {
        token: here,
        body: { current_password: current, new_password: 'Brand-New-77' },
      });
    expect(await change('Wrong-one-1')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'current_password' }] },
    });
    expect((await change(PASSWORD)).status).toBe(200);
    expect((await me(here)).status).toBe(200);
    expect((await me(there)).body.code).toBe('token_revoked');
    await core.signIn('changer', 'Brand-New-77');
  });
});

describe('signing in', () => {
  it('has the same reply for an unknown name and a wrong password', async () => {
    const unknown = await core.send('POST', '/auth/login', { body: { username: 'ghost', password: 'Wrong-one-1' } });
    const wrong = await core.send('POST', '/auth/login', {
      body: { username: USERS.Operator, password: 'Wrong-one-1' },
    });
    expect(unknown.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
    expect([...unknown.headers.keys()]).toEqual([...wrong.headers.keys()]);
  });

  it('takes as long for an unknown name as for a wrong password', async () => {
    const timeOf = async (username: string) => {
      const startedAt = performance.now();
      await core.send('POST', '/auth/login', { body: { username, password: 'Wrong-one-1' } });
      return performance.now() - startedAt;
    };
    let [unknownMs, wrongMs] = [0, 0];
    for (let i = 0; i < 3; i++) {
      unknownMs += await timeOf(`ghost-${i}`);
      wrongMs += await timeOf(USERS[i === 0 ? 'Supervisor' : 'Operator']);
    }
    // Without the work for a hash of nobody's it would be a fiftieth.
    expect(unknownMs / wrongMs).toBeGreaterThan(0.4);
    expect(unknownMs / wrongMs).toBeLessThan(2.5);
  });

  it('delays guesses for one account, and not sign-ins of others', async () => {
    const guess = () => core.send('POST', '/auth/login', { body: { username: 'victim', password: 'Wrong-one-1' } });
    const statuses = (await Promise.all(Array.from({ length: 12 }, guess))).map((reply) => reply.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    const refused = await guess();
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await core.signIn('operator1');
  });

  it('accepts many right passwords at the same moment', async () => {
    const sessions = await Promise.all(Array.from({ length: 8 }, () => core.signIn('operator1')));
    expect(new Set(sessions.map((session) => session.access_token)).size).toBe(8);
  });
});

describe('the signing secret', () => {
  it('is generated once, readable by the owner only, if none is configured', async () => {
    // Of the embedded engines: where others share what is stored, it must be given.
    const own = new StartedCore(await mkdtemp(join(tmpdir(), 'gonsters-http-')), {}, undefined);
    try {
      await own.start();
      const { access_token } = await own.signIn('operator1');
      const file = join(own.dataDir, 'jwt-secret');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const secret = await readFile(file, 'utf8');
      await own.restart();
      expect(await readFile(file, 'utf8')).toBe(secret);
      expect((await own.send('GET', '/auth/me', { token: access_token })).status).toBe(200);
    } finally {
      await own.remove();
    }
  });
});
