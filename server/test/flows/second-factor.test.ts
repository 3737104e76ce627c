// A second factor: enrolment, sign-in, and what is refused.

import type { SecondFactorsReply, TotpBegun, UserSession } from '@gonsters/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { totpCode, totpStep } from '../../src/users/second-factors/totp.ts';
import { SoftwareAuthenticator } from '../support/software-authenticator.ts';
import { type Reply, type StartedCore, startCore } from './support/start-core.ts';

const PASSWORD = 'Sturdy-Gate-41';
const ORIGIN = 'https://plant.example';
const clock = { ms: Date.UTC(2026, 0, 15), nowMs: () => clock.ms };

let core: StartedCore;
let count = 0;
/** A new user for each test. */
let username: string;
let userId: string;

beforeAll(async () => {
  const env = {
    PUBLIC_URL: ORIGIN,
    SECRETS_KEY: 's'.repeat(40),
    TRUST_PROXY: '127.0.0.1',
    JWT_ACCESS_TOKEN_EXPIRES: '86400',
    JWT_REFRESH_TOKEN_EXPIRES: '604800',
  };
  core = await startCore(env, undefined, { clock });
});
afterAll(() => core.remove());
beforeEach(async () => {
  // The delays of the test before are over.
  clock.ms += 1_200_000;
  username = `person-${count++}`;
  const body = { username, email: `${username}@plant.example`, password: PASSWORD };
  userId = (await core.send<{ user: { id: string } }>('POST', '/auth/register', { body })).body.user.id;
});

interface Tokens {
  access_token: string;
  refresh_token: string;
  user: { second_factor: { required: boolean; enrolled: boolean } };
}
interface Required {
  code: string;
  second_factor: { token: string; methods: string[] };
}
const MINE = '/users/me/second-factors';
const from = (address: string) => ({ 'x-forwarded-for': address });
const login = (password = PASSWORD, headers = {}) =>
  core.send<Tokens & Required>('POST', '/auth/login', { body: { username, password }, headers });
const answer = (body: object, headers = {}) =>
  core.send<Tokens & { code: string }>('POST', '/auth/second-factor', { body, headers });
const pendingToken = async (headers = {}) => (await login(PASSWORD, headers)).body.second_factor.token;
const codeOf = (secret: string, offset = 0) => totpCode(secret, totpStep(clock.ms) + offset);

/** Signs in without a second factor, and adds an authenticator app. */
async function enrol() {
  const session = (await login()).body;
  const token = session.access_token;
  const begun = await core.send<TotpBegun>('POST', `${MINE}/totp`, { token, body: { name: 'Phone' } });
  expect(begun.status, begun.text).toBe(201);
  const { id, secret } = begun.body;
  const path = `${MINE}/totp/${id}/confirm`;
  const confirmed = await core.send<{ recovery_codes: string[] }>('POST', path, {
    token,
    body: { code: codeOf(secret) },
  });
  expect(confirmed.status, confirmed.text).toBe(200);
  clock.ms += 60_000;
  return { ...begun.body, token, refresh: session.refresh_token, codes: confirmed.body.recovery_codes };
}

async function addPasskey(token: string, key = new SoftwareAuthenticator(ORIGIN)) {
  const asked = await core.send<{ options: { challenge: string } }>('POST', `${MINE}/passkeys/options`, { token });
  expect(asked.status, asked.text).toBe(200);
  const body = { name: 'Key', response: key.register(asked.body.options) };
  const added = await core.send<{ factor: { id: string }; recovery_codes: string[] | null }>(
    'POST',
    `${MINE}/passkeys`,
    { token, body },
  );
  return { key, asked: asked.body.options, body, added };
}
const askPasskey = async (token: string) =>
  core.send<{ options: { challenge: string; allowCredentials: { id: string }[] } }>(
    'POST',
    '/auth/second-factor/options',
    { body: { token } },
  );

describe('an authenticator app', () => {
  it('is added with its first code, and then asked at every sign-in', async () => {
    const { secret, uri, codes, token } = await enrol();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(uri).toContain(`otpauth://totp/GONSTERS:${username}?secret=${secret}`);
    expect(codes).toHaveLength(10);
    const mine = await core.send<SecondFactorsReply>('GET', MINE, { token });
    expect(mine.body).toMatchObject({
      factors: [{ kind: 'totp', name: 'Phone', last_used_at: null }],
      ...{ recovery_codes_left: 10, required: false },
      passkeys: { available: true, reason: null, origin: ORIGIN },
    });

    const asked = await login();
    expect(asked).toMatchObject({
      status: 401,
      body: { code: 'second_factor_required', second_factor: { methods: ['totp', 'recovery_code'] } },
    });
    const { token: pending } = asked.body.second_factor;
    expect(pending.length).toBeGreaterThanOrEqual(22);
    expect(await answer({ token: pending, code: '12345' })).toMatchObject({
      status: 401,
      body: { code: 'invalid_second_factor' },
    });
    const signedIn = await answer({ token: pending, code: codeOf(secret) });
    expect(signedIn).toMatchObject({
      status: 200,
      body: { user: { username, second_factor: { enrolled: true, required: false } } },
    });
    const sessions = await core.send<{ sessions: UserSession[] }>('GET', '/users/me/sessions', {
      token: signedIn.body.access_token,
    });
    expect(sessions.body.sessions[0]).toMatchObject({ method: 'password_totp', is_current: true });
  });

  it('is accepted one step early or late, and each code once', async () => {
    const { secret } = await enrol();
    const tryCode = async (offset: number, at = pendingToken()) =>
      (await answer({ token: await at, code: codeOf(secret, offset) })).status;
    expect(await tryCode(-2)).toBe(401);
    expect(await tryCode(2)).toBe(401);
    expect(await tryCode(-1)).toBe(200);
    expect(await tryCode(-1)).toBe(401);
    expect(await tryCode(1)).toBe(200);
    // A step before the last one that was used.
    expect(await tryCode(0)).toBe(401);
    const [one, other] = [await pendingToken(), await pendingToken()];
    clock.ms += 90_000;
    const code = codeOf(secret);
    const both = await Promise.all([answer({ token: one, code }), answer({ token: other, code })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('does not count before its first code, nor with a wrong one', async () => {
    const { access_token: token } = (await login()).body;
    const { id, secret } = (await core.send<TotpBegun>('POST', `${MINE}/totp`, { token, body: { name: 'Phone' } }))
      .body;
    const confirm = (code: string) => core.send('POST', `${MINE}/totp/${id}/confirm`, { token, body: { code } });
    expect(await confirm(codeOf(secret, 5))).toMatchObject({ status: 400, body: { errors: [{ field: 'code' }] } });
    expect((await login()).status).toBe(200);
    expect((await confirm(codeOf(secret))).status).toBe(200);
    expect((await confirm(codeOf(secret))).status).toBe(404);
  });

  it('ends the other sessions of its user when it is the first', async () => {
    const other = (await login()).body.access_token;
    const { token } = await enrol();
    expect((await core.send('GET', '/auth/me', { token: other })).status).toBe(401);
    expect((await core.send('GET', '/auth/me', { token })).status).toBe(200);
  });
});

describe('a recovery code', () => {
  it('signs in once', async () => {
    const { codes, token } = await enrol();
    const [code] = codes as [string];
    const first = await answer({ token: await pendingToken(), code: code.toLowerCase() });
    expect(first.status).toBe(200);
    expect((await answer({ token: await pendingToken(), code })).status).toBe(401);
    expect((await core.send<SecondFactorsReply>('GET', MINE, { token })).body.recovery_codes_left).toBe(9);
  });

  it('is replaced by new ones', async () => {
    const { codes, token } = await enrol();
    const renewed = await core.send<{ recovery_codes: string[] }>('POST', `${MINE}/recovery-codes`, { token });
    expect(renewed.body.recovery_codes).toHaveLength(10);
    expect((await answer({ token: await pendingToken(), code: codes[0] })).status).toBe(401);
    expect((await answer({ token: await pendingToken(), code: renewed.body.recovery_codes[0] })).status).toBe(200);
  });
});

describe('a passkey', () => {
  it('is added and signs in', async () => {
    const { access_token: token } = (await login()).body;
    const { key, asked, added } = await addPasskey(token);
    expect(asked).toMatchObject({
      rp: { id: 'plant.example' },
      authenticatorSelection: { userVerification: 'preferred' },
    });
    expect(added).toMatchObject({ status: 201, body: { factor: { kind: 'passkey', name: 'Key' } } });
    expect(added.body.recovery_codes).toHaveLength(10);
    const pending = await login();
    expect(pending.body.second_factor.methods).toEqual(['passkey', 'recovery_code']);
    const { options } = (await askPasskey(pending.body.second_factor.token)).body;
    expect(options.allowCredentials).toMatchObject([{ id: key.id.toString('base64url') }]);
    const signedIn = await answer({ token: pending.body.second_factor.token, passkey: key.authenticate(options) });
    expect(signedIn.status, signedIn.text).toBe(200);
    // An authenticator that holds one is not asked for another.
    const again = await core.send<{ options: { excludeCredentials: unknown[] } }>('POST', `${MINE}/passkeys/options`, {
      token,
    });
    expect(again.body.options.excludeCredentials).toHaveLength(1);
  });

  it('is not added for another origin, with another challenge, or twice', async () => {
    const { access_token: token } = (await login()).body;
    for (const key of [
      new SoftwareAuthenticator('https://evil.example'),
      new SoftwareAuthenticator('https://evil.example', 'plant.example'),
    ]) {
      expect((await addPasskey(token, key)).added).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'response' }] },
      });
    }
    const { body, key, added } = await addPasskey(token);
    expect(added.status).toBe(201);
    expect((await core.send('POST', `${MINE}/passkeys`, { token, body })).status).toBe(400);
    expect((await addPasskey(token, key)).added.status).toBe(409);
  });

  it('is refused with a wrong origin, a challenge that was used, a foreign key or a copied one', async () => {
    const { access_token: token } = (await login()).body;
    const { key, added } = await addPasskey(token);
    expect(added.status).toBe(201);
    const pending = await pendingToken();
    const ask = async () => (await askPasskey(pending)).body.options;
    const send = async (passkey: object) => (await answer({ token: pending, passkey })).status;

    const foreign = new SoftwareAuthenticator(ORIGIN);
    expect(await send(foreign.authenticate(await ask()))).toBe(401);
    const disguised = {
      ...foreign.authenticate(await ask()),
      id: key.id.toString('base64url'),
      rawId: key.id.toString('base64url'),
    };
    expect(await send(disguised)).toBe(401);
    const answered = key.authenticate(await ask());
    expect(await send({ ...answered, response: { ...(answered.response as object), signature: 'AAAA' } })).toBe(401);
    // The challenge is spent, also by a wrong answer.
    expect(await send(answered)).toBe(401);

    clock.ms += 60_000;
    expect(await send(key.authenticate(await ask()))).toBe(200);
    const used = key.uses;
    const next = await pendingToken();
    const options = (await askPasskey(next)).body.options;
    key.uses = used - 1;
    expect((await answer({ token: next, passkey: key.authenticate(options) })).status).toBe(401);
  });
});

describe('the token between password and second factor', () => {
  it('works once, for five minutes, and for nothing else', async () => {
    const { secret, token: session } = await enrol();
    const pending = await pendingToken();
    expect((await core.send('GET', '/auth/me', { token: pending })).status).toBe(401);
    expect((await core.send('POST', '/auth/refresh', { body: { refresh_token: pending } })).status).toBe(401);
    expect((await answer({ token: session, code: codeOf(secret) })).status).toBe(400);
    expect((await answer({ token: pending, code: codeOf(secret) })).status).toBe(200);
    clock.ms += 60_000;
    expect(await answer({ token: pending, code: codeOf(secret) })).toMatchObject({
      status: 401,
      body: { code: 'second_factor_expired' },
    });
    const late = await pendingToken();
    clock.ms += 300_000;
    expect(await answer({ token: late, code: codeOf(secret) })).toMatchObject({
      status: 401,
      body: { code: 'second_factor_expired' },
    });
  });

  it('is of one account only', async () => {
    const first = await enrol();
    const mine = await pendingToken();
    username = `${username}-other`;
    await core.send('POST', '/auth/register', {
      body: { username, email: `${username}@plant.example`, password: PASSWORD },
    });
    const second = await enrol();
    expect((await answer({ token: mine, code: codeOf(second.secret) })).status).toBe(401);
    expect((await answer({ token: mine, code: second.codes[0] })).status).toBe(401);
    expect((await answer({ token: mine, code: codeOf(first.secret) })).status).toBe(200);
  });

  it('ends with a new password, which does not take the second factor away', async () => {
    const { secret } = await enrol();
    const pending = await pendingToken();
    const link = await core.as<{ token: string }>('Management', 'POST', `/users/${userId}/password-link`);
    const next = 'Brand-New-77';
    expect(
      (await core.send('POST', '/auth/password-reset', { body: { token: link.body.token, new_password: next } }))
        .status,
    ).toBe(200);
    expect((await answer({ token: pending, code: codeOf(secret) })).body.code).toBe('second_factor_expired');
    const asked = await login(next);
    expect(asked.body.code).toBe('second_factor_required');
    expect((await answer({ token: asked.body.second_factor.token, code: codeOf(secret) })).status).toBe(200);
  });
});

describe('guessing', () => {
  it('of codes by a stranger who knows the password is slowed, and does not keep the owner out', async () => {
    const { secret } = await enrol();
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) {
      const asked = await login(PASSWORD, from('203.0.113.9'));
      statuses.push(
        asked.status === 429
          ? 429
          : (await answer({ token: asked.body.second_factor.token, code: '000000' }, from('203.0.113.9'))).status,
      );
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    // Answers at the same moment are counted as well.
    const token = await pendingToken(from('203.0.113.10'));
    const many = await Promise.all(
      Array.from({ length: 12 }, () => answer({ token, code: '000000' }, from('203.0.113.10'))),
    );
    expect(many.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect((await answer({ token: await pendingToken(), code: codeOf(secret) })).status).toBe(200);
  });
});

describe('changes of the own second factors', () => {
  it('need the password ten minutes after the sign-in', async () => {
    const { id, token } = await enrol();
    clock.ms += 600_000;
    for (const [method, path, body] of [
      ['POST', `${MINE}/totp`, { name: 'Other' }],
      ['POST', `${MINE}/passkeys/options`, {}],
      ['POST', `${MINE}/recovery-codes`, {}],
      ['DELETE', `${MINE}/${id}`, {}],
    ] as const) {
      expect(await core.send(method, path, { token, body })).toMatchObject({
        status: 403,
        body: { code: 'sign_in_again' },
      });
      const wrong = await core.send(method, path, { token, body: { ...body, password: 'Wrong-one-1' } });
      expect(wrong).toMatchObject({ status: 400, body: { errors: [{ field: 'password' }] } });
    }
    const removed = await core.send('DELETE', `${MINE}/${id}`, { token, body: { password: PASSWORD } });
    expect(removed.status, removed.text).toBe(200);
    expect((await login()).status).toBe(200);
    expect((await core.send('POST', `${MINE}/recovery-codes`, { token, body: { password: PASSWORD } })).status).toBe(
      409,
    );
  });

  it('are made by Management for somebody who has lost everything, which ends the sessions', async () => {
    const { token, id } = await enrol();
    expect((await core.as('Supervisor', 'DELETE', `/users/${userId}/second-factors`)).status).toBe(403);
    const users = await core.as<{ users: { id: string; second_factors: number }[] }>('Management', 'GET', '/users');
    expect(users.body.users.find((user) => user.id === userId)?.second_factors).toBe(1);
    const reset = await core.as('Management', 'DELETE', `/users/${userId}/second-factors`);
    expect(reset).toMatchObject({ status: 200, body: { removed: 1 } });
    expect((await core.send('GET', '/auth/me', { token })).status).toBe(401);
    expect((await core.send('DELETE', `${MINE}/${id}`, { token: (await login()).body.access_token })).status).toBe(404);
    const me = await core.as<{ user: { id: string } }>('Management', 'GET', '/auth/me');
    expect((await core.as('Management', 'DELETE', `/users/${me.body.user.id}/second-factors`)).status).toBe(409);
  });

  it('never show a secret again, and are in the audit log without one', async () => {
    const { secret, codes, token, id } = await enrol();
    const pending = await pendingToken();
    await answer({ token: pending, code: codes[0] });
    const replies: Reply[] = [
      await core.send('GET', MINE, { token }),
      await core.as('Management', 'GET', '/audit?limit=500'),
      await core.as('Management', 'GET', '/users'),
      await core.as('Management', 'GET', `/users/${userId}/sessions`),
    ];
    for (const { status, text } of replies) {
      expect(status).toBe(200);
      for (const hidden of [secret, pending, ...codes]) expect(text).not.toContain(hidden);
    }
    await core.send('DELETE', `${MINE}/${id}`, { token });
    const { entries } = (
      await core.as<{ entries: { action: string; target: string; details: object }[] }>(
        'Management',
        'GET',
        '/audit?limit=100',
      )
    ).body;
    const ofUser = entries.filter((entry) => entry.target === userId).map((entry) => entry.action);
    expect(ofUser).toEqual(
      expect.arrayContaining(['user.second_factor_add', 'session.login', 'user.second_factor_delete']),
    );
    expect(entries.find((entry) => entry.target === userId && entry.action === 'session.login')?.details).toMatchObject(
      { method: 'password_recovery_code' },
    );
  });
});
