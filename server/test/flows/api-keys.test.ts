// API keys: what a program may do with one, and when it ends.

import { MAX_API_KEYS } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore();
});
afterAll(() => core.remove());

interface Issued {
  key: { id: string; name: string; permissions: string[]; is_active: boolean; last_used: string | null };
  secret: string;
}
type Asking = 'Operator' | 'Supervisor' | 'Management';

const addKey = async (role: Asking, permissions: string[], more: Record<string, unknown> = {}) => {
  const reply = await core.as<Issued>(role, 'POST', '/api-keys', { body: { name: 'Report', permissions, ...more } });
  expect(reply.status).toBe(201);
  return reply.body;
};
const get = (secret: string, path: string) => core.send('GET', path, { headers: { 'x-api-key': secret } });
const idOfUser = async (username: string) => {
  const { users } = (await core.as<{ users: { id: string; username: string }[] }>('Management', 'GET', '/users')).body;
  return users.find((each) => each.username === username)?.id as string;
};

/** The access token of a new user. */
const signUp = async (username: string, role: Asking) => {
  const body = { username, role, email: `${username}@plant.example`, password: 'Sturdy-Gate-41' };
  expect((await core.as('Management', 'POST', '/auth/register', { body })).status).toBe(201);
  return (await core.signIn(username, body.password)).access_token;
};
const makeKey = (token: string, permissions: string[]) =>
  core.send<Issued>('POST', '/api-keys', { token, body: { name: 'k', permissions } });

describe('an API key', () => {
  it('is accepted by the routes of its permissions, as Bearer or X-Api-Key, and by no other', async () => {
    const { secret } = await addKey('Supervisor', ['read:machines', 'read:machines', 'write:machines']);
    expect((await get(secret, '/data/machines')).status).toBe(200);
    expect((await core.send('GET', '/data/machines', { token: secret })).status).toBe(200);
    expect(await get(secret, '/config')).toMatchObject({
      status: 403,
      body: { code: 'forbidden', message: 'The API key has no permission read:config' },
    });
    for (const path of ['/auth/me', '/api-keys']) {
      expect(await get(secret, path), path).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    expect((await get(secret, '//health')).status).toBe(200);
    expect((await get(`${secret}x`, '//health')).status).toBe(200);
    const { keys } = (await core.as<{ keys: Issued['key'][] }>('Supervisor', 'GET', '/api-keys')).body;
    expect(keys).toMatchObject([
      { permissions: ['read:machines', 'write:machines'], is_active: true, last_used: expect.any(String) },
    ]);
  });

  it('is named in the audit log, beside its owner', async () => {
    const { secret } = await addKey('Supervisor', ['write:machines']);
    const body = { name: 'Added by a program', location: 'Hall A', sensor_type: 'press' };
    expect((await core.send('POST', '/data/machine', { token: secret, body })).status).toBe(201);
    const { body: page } = await core.as('Management', 'GET', '/audit?action=machine.create&limit=1');
    expect(page.entries).toMatchObject([{ username: 'supervisor1', details: { api_key: 'Report' } }]);
  });

  it('cannot have more permissions than its owner, at no time', async () => {
    const refused = await core.as('Operator', 'POST', '/api-keys', {
      body: { name: 'x', permissions: ['read:machines', 'write:users'] },
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'permissions[1]', value: 'write:users' }] },
    });
    const token = await signUp('foreman', 'Supervisor');
    const { secret } = (await makeKey(token, ['read:machines', 'read:reports', 'write:machines'])).body;
    const id = await idOfUser('foreman');
    const add = () => core.send('POST', '/data/machine', { token: secret, body: {} });
    expect((await add()).status).toBe(400);
    await core.as('Management', 'PATCH', `/users/${id}`, { body: { role: 'Operator' } });
    expect((await add()).status).toBe(403);
    expect((await get(secret, '/data/machines')).status).toBe(200);
    await core.as('Management', 'PATCH', `/users/${id}`, { body: { is_active: false } });
    expect((await get(secret, '/data/machines')).status).toBe(401);
    await core.as('Management', 'PATCH', `/users/${id}`, { body: { is_active: true, role: 'Supervisor' } });
    expect((await add()).status).toBe(400);
  });

  it('ends when it expires, is rotated or revoked, and when its owner is deleted', async () => {
    const token = await signUp('leaver', 'Operator');
    const make = async () => (await makeKey(token, ['read:machines'])).body;
    const [rotated, revoked, kept] = [await make(), await make(), await make()];
    const again = await core.send<Issued>('POST', `/api-keys/${rotated.key.id}/rotate`, {
      token,
      body: { overlap_hours: 0 },
    });
    expect((await get(rotated.secret, '/data/machines')).status).toBe(401);
    expect((await get(again.body.secret, '/data/machines')).status).toBe(200);
    const overlapping = await core.send<Issued>('POST', `/api-keys/${rotated.key.id}/rotate`, { token });
    expect((await get(again.body.secret, '/data/machines')).status).toBe(200);
    expect((await get(overlapping.body.secret, '/data/machines')).status).toBe(200);
    expect((await core.send('DELETE', `/api-keys/${revoked.key.id}`, { token })).status).toBe(200);
    expect((await get(revoked.secret, '/data/machines')).status).toBe(401);
    await core.as('Management', 'DELETE', `/users/${await idOfUser('leaver')}`);
    expect((await get(kept.secret, '/data/machines')).status).toBe(401);
  });

  it('of another user is seen and revoked by Management only', async () => {
    const { key, secret } = await addKey('Operator', ['read:machines']);
    expect((await core.as('Supervisor', 'DELETE', `/api-keys/${key.id}`)).status).toBe(404);
    expect((await core.as('Supervisor', 'GET', '/api-keys?all=true')).status).toBe(403);
    expect((await core.as('Management', 'POST', `/api-keys/${key.id}/rotate`)).status).toBe(404);
    const all = await core.as<{ keys: { id: string; username: string }[] }>('Management', 'GET', '/api-keys?all=true');
    expect(all.body.keys).toContainEqual(expect.objectContaining({ id: key.id, username: 'operator1' }));
    expect(all.text).not.toContain(secret);
    expect((await core.as('Management', 'DELETE', `/api-keys/${key.id}`)).status).toBe(200);
    expect((await core.as('Management', 'DELETE', `/api-keys/${key.id}`)).status).toBe(404);
    expect((await get(secret, '/data/machines')).status).toBe(401);
  });

  it('is limited in number', async () => {
    const token = await signUp('collector', 'Operator');
    for (let i = 0; i < MAX_API_KEYS; i++) expect((await makeKey(token, ['read:alerts'])).status).toBe(201);
    expect(await makeKey(token, ['read:alerts'])).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});
