// Sign-in with OpenID Connect against a real provider: who gets in, with which role and factory, and who is refused.

import type { OidcRefusal, OidcRule, Session, User } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { browse, type OidcAccount, type OidcServer, startOidcProvider } from '../support/start-oidc-provider.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const PAGE = 'https://plant.example';
const RULES: OidcRule[] = [
  { group: 'plant-managers', role: 'Management', factory_id: null },
  { group: 'maintenance', role: 'Supervisor', factory_id: 'F1' },
  { group: 'line', role: 'Operator', factory_id: 'F2' },
];

const clock = { ms: Date.now(), nowMs: () => clock.ms };
let provider: OidcServer;
let core: StartedCore;
beforeAll(async () => {
  provider = await startOidcProvider([`${PAGE}/api/v1/auth/oidc/callback`]);
  core = await startCore({ ...provider.env, PUBLIC_URL: PAGE }, undefined, { clock });
  await setRules(RULES);
});
afterAll(async () => {
  await core.remove();
  await provider.stop();
});

const setRules = async (rules: OidcRule[]) => {
  const reply = await core.as('Management', 'PUT', '/auth/oidc/rules', { body: { rules } });
  expect(reply, reply.text).toMatchObject({ status: 200, body: { rules } });
};
const refused = async () =>
  (await core.as<{ last_refused: OidcRefusal[] }>('Management', 'GET', '/auth/oidc/rules')).body.last_refused;
const usersOf = async () => (await core.as<{ users: User[] }>('Management', 'GET', '/users')).body.users;
const userNamed = async (name: string) => (await usersOf()).find(({ username }) => username === name) as User;
const audit = async (query: string) =>
  (await core.as<{ entries: Record<string, unknown>[] }>('Management', 'GET', `/audit?${query}`)).body.entries;

/** Without following where it leads. */
async function go(address: string, cookie = '') {
  const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
  const set = response.headers.get('set-cookie') ?? '';
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    set,
    text: await response.text(),
  };
}
const pairOf = (set: string) => set.split(';')[0] as string;

/** @returns the address to which the provider sends the browser back, and the cookie that the browser has */
async function atProvider(account: OidcAccount | null, query = '') {
  provider.account = account;
  // So that who was refused later is later.
  clock.ms += 1;
  const begun = await go(`${core.url}/api/v1/auth/oidc/start${query}`);
  expect(begun.location, begun.text).toContain(`${provider.issuer}/auth?`);
  const { url } = await browse(begun.location, ({ origin }) => origin === PAGE);
  return { url, cookie: pairOf(begun.set), begun };
}
/** @returns what the fragment of the page's address says */
async function back(url: URL, cookie: string, server = core.url) {
  const reply = await go(server + url.pathname + url.search, cookie);
  const [path, fragment] = reply.location.replace(PAGE, '').split('#');
  return { path, ...Object.fromEntries(new URLSearchParams(fragment)) } as Record<string, string | undefined>;
}
const sessionWith = (code: string | undefined, cookie: string) =>
  core.send<Session & { code: string }>('POST', '/auth/oidc/session', { body: { code }, headers: { cookie } });
async function signIn(account: OidcAccount) {
  const { url, cookie } = await atProvider(account);
  const { code, oidc_error } = await back(url, cookie);
  expect(oidc_error).toBeUndefined();
  const reply = await sessionWith(code, cookie);
  expect(reply.status, reply.text).toBe(200);
  return reply.body;
}
const errorOf = async (account: OidcAccount | null) => {
  const { url, cookie } = await atProvider(account);
  return (await back(url, cookie)).oidc_error;
};
const person = (name: string, groups: string[], more: Partial<OidcAccount> = {}): OidcAccount => ({
  ...{ sub: `sub-${name}`, preferred_username: name, email: `${name}@corp.example`, email_verified: true, groups },
  ...more,
});

describe('who belongs', () => {
  test('comes in with the role and the factory of the first rule that matches', async () => {
    expect((await core.send('GET', '/auth/methods')).body).toEqual({
      ...{ status: 'success', password: true, registration: true, oidc: { name: 'Plant account' } },
    });
    const cases = [
      ['ana', ['line', 'plant-managers'], 'Management', null],
      ['ben', ['sport', 'maintenance', 'line'], 'Supervisor', 'F1'],
      ['cita', ['line'], 'Operator', 'F2'],
    ] as const;
    for (const [name, groups, role, factory] of cases) {
      const { user, access_token: token } = await signIn(person(name, [...groups]));
      expect(user).toMatchObject({ username: name, role, factory_id: factory, sign_in: 'oidc', is_admitted: true });
      expect((await core.send('GET', '/auth/me', { token })).body).toMatchObject({ user: { id: user.id } });
    }
    const [entry] = await audit('action=session.login');
    expect(entry).toMatchObject({ username: 'cita', details: { role: 'Operator', method: 'oidc' } });
    expect((await audit('action=user.create'))[0]).toMatchObject({ details: { username: 'cita', by: 'oidc' } });
  });

  test('is asked with PKCE, state and nonce, and returns to the path of the page', async () => {
    const { url, cookie, begun } = await atProvider(person('cita', ['line']), '?return_to=%2Falerts%3Fopen%3D1');
    const { searchParams } = new URL(begun.location);
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.get('redirect_uri')).toBe(`${PAGE}/api/v1/auth/oidc/callback`);
    for (const name of ['state', 'nonce', 'code_challenge']) expect(searchParams.get(name)).toMatch(/^[\w-]{43}$/);
    expect(begun.set).toMatch(/^__Host-gonsters_oidc=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/);
    expect(await back(url, cookie)).toMatchObject({ path: '/signed-in', return_to: '/alerts?open=1' });
    for (const elsewhere of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '\\/evil',
      '/a\tb',
      'alerts',
    ]) {
      const path = `/auth/oidc/start?return_to=${encodeURIComponent(elsewhere)}`;
      expect(await core.send('GET', path), elsewhere).toMatchObject({
        status: 400,
        body: { code: 'validation_failed' },
      });
    }
  });

  test('gets the rights of the groups anew at every sign-in, and older sessions with other rights end', async () => {
    const first = await signIn(person('dewi', ['line']));
    const second = await signIn(person('dewi', ['maintenance'], { preferred_username: 'renamed' }));
    expect(second.user).toMatchObject({ id: first.user.id, username: 'dewi', role: 'Supervisor', factory_id: 'F1' });
    expect((await core.send('GET', '/auth/me', { token: first.access_token })).status).toBe(401);
    const [entry] = await audit('action=user.update');
    expect(entry).toMatchObject({
      ...{ target: first.user.id, username: null },
      details: { username: 'dewi', role: 'Supervisor', factory_id: 'F1', by: 'oidc' },
    });
    expect(await errorOf(person('dewi', ['sport']))).toBe('no_rule');
  });

  test('has no password, and says so', async () => {
    const { user, access_token: token } = await signIn(person('eko', ['line']));
    const login = await core.send('POST', '/auth/login', { body: { username: 'eko', password: ' ' } });
    expect(login.body.code).toBe('invalid_credentials');
    const link = await core.as('Management', 'POST', `/users/${user.id}/password-link`);
    expect(link).toMatchObject({ status: 409, body: { message: expect.stringContaining('OpenID Connect') } });
    const body = { current_password: 'x', new_password: 'Sturdy-Gate-41' };
    const change = await core.send('POST', '/auth/password', { token, body });
    expect(change).toMatchObject({ status: 409, body: { message: expect.stringContaining('OpenID Connect') } });
    const flag = await core.as('Management', 'PATCH', `/users/${user.id}`, { body: { is_break_glass: true } });
    expect(flag.status).toBe(409);
  });
});

describe('who does not belong', () => {
  test('is refused without a rule, and Management sees the groups that arrived', async () => {
    const before = (await usersOf()).length;
    expect(await errorOf(person('farid', ['sport', 'choir']))).toBe('no_rule');
    expect((await refused())[0]).toMatchObject({ name: 'farid', groups: ['sport', 'choir'], reason: 'no_rule' });
    expect((await usersOf()).length).toBe(before);
    expect((await audit('action=session.login'))[0]).toMatchObject({
      ...{ outcome: 'refused', details: { login: 'farid', method: 'oidc', code: 'no_rule' } },
    });
    expect((await core.as('Supervisor', 'GET', '/auth/oidc/rules')).status).toBe(403);
    const { access_token: token } = await signIn(person('gita', ['maintenance']));
    expect((await core.send('PUT', '/auth/oidc/rules', { token, body: { rules: [] } })).status).toBe(403);
  });

  test('does not get the account of somebody else by its name or e-mail; Management may link it', async () => {
    expect(await errorOf(person('manager1', ['line']))).toBe('account_exists');
    const operator = await userNamed('operator1');
    const { email } = await userNamed('supervisor1');
    expect(await errorOf(person('other', ['line'], { email: email.toUpperCase() }))).toBe('account_exists');
    expect(await errorOf(person('other', ['line'], { email, email_verified: false }))).toBeUndefined();
    expect(await errorOf(person('operator1', ['line']))).toBe('account_exists');
    const [refusal] = await refused();
    expect(refusal).toMatchObject({ name: 'operator1', reason: 'account_exists', user_id: operator.id });
    const old = await core.signIn('operator1');
    const linked = await core.as('Management', 'POST', `/auth/oidc/refused/${refusal?.id}/link`);
    expect(linked, linked.text).toMatchObject({ status: 200, body: { user: { id: operator.id, sign_in: 'oidc' } } });
    expect((await core.send('GET', '/auth/me', { token: old.access_token })).status).toBe(401);
    await expect(core.signIn('operator1')).rejects.toThrow('401');
    expect((await signIn(person('operator1', ['line']))).user).toMatchObject({ id: operator.id, factory_id: 'F2' });
    expect((await audit('action=oidc.link'))[0]).toMatchObject({ target: operator.id });

    const ofManager = (await refused()).find(({ name }) => name === 'manager1');
    const last = await core.as('Management', 'POST', `/auth/oidc/refused/${ofManager?.id}/link`);
    expect(last).toMatchObject({ status: 409, body: { code: 'last_manager' } });
  });

  test('stays out after Management has deactivated the account', async () => {
    const { user, access_token: token } = await signIn(person('hadi', ['line']));
    await core.as('Management', 'PATCH', `/users/${user.id}`, { body: { is_active: false } });
    expect((await core.send('GET', '/auth/me', { token })).status).toBe(401);
    expect(await errorOf(person('hadi', ['plant-managers']))).toBe('deactivated');
  });

  test('comes back from the provider with a code of ours, never with its text', async () => {
    const { url, cookie } = await atProvider(null);
    expect(url.search).toContain('access_denied');
    const reply = await go(core.url + url.pathname + url.search, cookie);
    expect(reply).toMatchObject({ status: 302, location: `${PAGE}/sign-in#oidc_error=access_denied`, text: '' });
  });
});

describe('a sign-in that was tampered with', () => {
  test('fails with another state, another code, another browser, or a second time', async () => {
    const ines = person('ines', ['line']);
    const { url, cookie } = await atProvider(ines);
    expect((await back(url, '')).oidc_error).toBe('expired');
    const otherState = new URL(url);
    otherState.searchParams.set('state', 'x'.repeat(43));
    expect((await back(otherState, cookie)).oidc_error).toBe('expired');
    const [head, payload, signature] = cookie.split('.') as [string, string, string];
    expect((await back(url, `${head}.${payload}.${signature.slice(0, -4)}AAAA`)).oidc_error).toBe('expired');
    const other = await atProvider(ines);
    expect((await back(url, other.cookie)).oidc_error).toBe('expired');
    // The state and the browser are right, and the code is of another sign-in: its PKCE challenge and nonce do not match.
    const foreignCode = new URL(url);
    foreignCode.searchParams.set('code', other.url.searchParams.get('code') as string);
    expect((await back(foreignCode, cookie)).oidc_error).toMatch(/expired|provider_error/);
    // That attempt has used the state up.
    expect((await back(url, cookie)).oidc_error).toBe('expired');
    const invented = await atProvider(ines);
    invented.url.searchParams.set('code', 'invented');
    expect((await back(invented.url, invented.cookie)).oidc_error).toMatch(/expired|provider_error/);
  });

  test('gives one session, within a minute, to the browser that began it', async () => {
    const jaya = person('jaya', ['line']);
    const { url, cookie } = await atProvider(jaya);
    const { code } = await back(url, cookie);
    expect((await back(url, cookie)).oidc_error).toBe('expired');
    expect((await sessionWith(code, '')).status).toBe(410);
    expect((await sessionWith(`${code}x`, cookie)).body.code).toBe('link_expired');
    const replies = await Promise.all([sessionWith(code, cookie), sessionWith(code, cookie)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 410]);

    const late = await atProvider(jaya);
    const { code: lateCode } = await back(late.url, late.cookie);
    clock.ms += 60_001;
    expect((await sessionWith(lateCode, late.cookie)).status).toBe(410);
    const slow = await atProvider(jaya);
    clock.ms += 600_001;
    expect((await back(slow.url, slow.cookie)).oidc_error).toBe('expired');
  });
});

describe('the provider', () => {
  test('may be down: passwords work, the reason is told, and it is used again when it is back', async () => {
    await provider.stop();
    clock.ms += 60_001;
    const begun = await go(`${core.url}/api/v1/auth/oidc/start`);
    expect(begun).toMatchObject({ status: 302, location: `${PAGE}/sign-in#oidc_error=provider_unavailable` });
    const ready = await core.send('GET', '//health/ready');
    expect(ready).toMatchObject({
      status: 200,
      body: {
        status: 'degraded',
        parts: { oidc: 'degraded' },
        reasons: { oidc: expect.stringContaining('Plant account') },
      },
    });
    await core.signIn('supervisor1');
    const beside = await startCore({ ...provider.env, PUBLIC_URL: PAGE });
    onTestFinished(() => beside.remove());
    await beside.signIn('manager1');
    await provider.startAgain();
    await signIn(person('kirana', ['line']));
    await expect.poll(async () => (await core.send('GET', '//health/ready')).body.parts).toMatchObject({ oidc: 'up' });
  });

  test('is not told an address from a request: without a known address of the page nobody is sent there', async () => {
    const open = await startCore({ ...provider.env, HOST: '0.0.0.0' });
    onTestFinished(() => open.remove());
    const address = open.url.replace('0.0.0.0', '127.0.0.1');
    const begun = await go(`${address}/api/v1/auth/oidc/start`);
    expect(begun.location).toBe('/sign-in#oidc_error=page_address_unknown');
  });
});

test('a session ends when its first refresh token does, so that the groups are looked at again', async () => {
  let session: { refresh_token: string } = await signIn(person('lestari', ['line']));
  const refresh = () => core.send<Session>('POST', '/auth/refresh', { body: { refresh_token: session.refresh_token } });
  clock.ms += 80_000_000;
  const renewed = await refresh();
  expect(renewed.status).toBe(200);
  session = renewed.body;
  clock.ms += 6_400_001;
  expect((await refresh()).status).toBe(401);
});

test('with OIDC_ONLY only break-glass accounts use a password, and each of their sign-ins is audited', async () => {
  const only = await startCore({ ...provider.env, PUBLIC_URL: PAGE, OIDC_ONLY: 'true' });
  onTestFinished(() => only.remove());
  const login = (username: string, password = 'Password123!') =>
    only.send('POST', '/auth/login', { body: { username, password } });
  expect((await only.send('GET', '/auth/methods')).body).toMatchObject({ password: false, registration: false });
  expect(await login('operator1')).toMatchObject({ status: 403, body: { code: 'password_sign_in_off' } });
  // While nobody was named, every Management account with a password counts.
  expect((await login('manager1')).status).toBe(200);
  const added = { username: 'glass', email: 'glass@plant.example', password: 'Sturdy-Gate-41', role: 'Management' };
  const { body } = await only.as<{ user: User }>('Management', 'POST', '/auth/register', { body: added });
  const flag = { body: { is_break_glass: true } };
  const flagged = await only.as('Management', 'PATCH', `/users/${body.user.id}`, flag);
  expect(flagged.body).toMatchObject({ user: { is_break_glass: true, sign_in: 'password' } });
  expect((await login('manager1')).body.code).toBe('password_sign_in_off');
  expect((await login('manager1', 'Wrong-one-1')).body.code).toBe('invalid_credentials');
  expect((await login('glass', added.password)).status).toBe(200);
  const entries = await only.as<{ entries: unknown[] }>('Management', 'GET', '/audit?action=session.break_glass');
  expect(entries.body.entries[0]).toMatchObject({ username: 'glass', details: { role: 'Management' } });
  // When the named one is gone, the others can sign in again.
  expect((await only.as('Management', 'DELETE', `/users/${body.user.id}`)).status).toBe(200);
  expect((await login('manager1')).status).toBe(200);
});
