// The behaviour of every repository of access keys.

import { expect, test } from 'vitest';
import { SqlAccessKeyRepository } from '../../src/access-keys/sql-access-key-repository.ts';
import { SqlGatewayRepository } from '../../src/gateways/sql-gateway-repository.ts';
import { SqlUserRepository } from '../../src/users/sql-user-repository.ts';
import type { OpenDatabase } from './open-sql.ts';

const NOBODY = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';
const AT_MS = 1_700_000_000_000;
const key = (kind: 'user' | 'gateway', id: string, publicId: string) => ({
  owner: { kind, id },
  name: 'Report',
  publicId,
  secretHash: 'a'.repeat(64),
  permissions: ['read:machines' as const],
  createdAtMs: AT_MS,
  expiresAtMs: AT_MS + 1000,
});

export function accessKeyRepositorySuite(open: OpenDatabase): void {
  const start = async () => {
    const database = await open();
    const users = new SqlUserRepository(database);
    const gateways = new SqlGatewayRepository(database);
    const person = {
      email: 'o@plant.example',
      passwordHash: '',
      role: 'Supervisor',
      factoryId: null,
      department: null,
    } as const;
    const user = await users.create({ username: 'owner', ...person, factoryId: 'F1' });
    await users.create({ ...person, username: 'manager', email: 'm@plant.example', role: 'Management' });
    const gateway = await gateways.create({
      ...{ name: 'North', username: 'gw-north', passwordHash: '', factoryId: null, timezone: 'UTC' },
      ...{ scope: 'plant', machineIds: [] },
    });
    return { keys: new SqlAccessKeyRepository(database), users, gateways, user, gateway };
  };

  test('creates keys of users and gateways and returns them with their owners', async () => {
    const { keys, users, user, gateway } = await start();
    const own = await keys.create(key('user', user.id, 'one'));
    expect(own).toEqual({
      ...key('user', user.id, 'one'),
      id: expect.any(String),
      owner: { kind: 'user', id: user.id, username: 'owner', role: 'Supervisor', factoryId: 'F1', isActive: true },
      ...{ formerHash: null, formerUntilMs: null, rotatedAtMs: null, lastUsedMs: null },
    });
    const token = await keys.create({
      ...key('gateway', gateway.id, 'two'),
      createdAtMs: AT_MS + 1,
      expiresAtMs: null,
    });
    expect(token).toMatchObject({ owner: { kind: 'gateway', id: gateway.id }, expiresAtMs: null });
    expect(await keys.all()).toEqual([own, token]);
    await users.update(user.id, { role: 'Operator', is_active: false });
    expect((await keys.all())[0]?.owner).toMatchObject({ role: 'Operator', isActive: false });
  });

  test('refuses an owner that does not exist, and a second token of a gateway', async () => {
    const { keys, gateway } = await start();
    await expect(keys.create(key('user', NOBODY, 'one'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(keys.create(key('gateway', NOBODY, 'one'))).rejects.toMatchObject({ code: 'not_found' });
    await keys.create(key('gateway', gateway.id, 'one'));
    await expect(keys.create(key('gateway', gateway.id, 'two'))).rejects.toMatchObject({ code: 'conflict' });
  });

  test('keeps the former secret of a rotated key, and records when it was used', async () => {
    const { keys, user } = await start();
    const created = await keys.create(key('user', user.id, 'one'));
    const rotation = {
      secretHash: 'b'.repeat(64),
      formerUntilMs: AT_MS + 5,
      rotatedAtMs: AT_MS + 2,
      expiresAtMs: null,
    };
    const rotated = await keys.rotate(created.id, rotation);
    expect(rotated).toEqual({ ...created, ...rotation, formerHash: created.secretHash });
    await keys.recordUsed(created.id, AT_MS + 3);
    expect(await keys.all()).toEqual([{ ...rotated, lastUsedMs: AT_MS + 3 }]);
  });

  test('rejects rotating or deleting a key that does not exist', async () => {
    const { keys, user } = await start();
    const { id } = await keys.create(key('user', user.id, 'one'));
    await keys.delete(id);
    await expect(keys.delete(id)).rejects.toMatchObject({ code: 'not_found' });
    const rotation = { secretHash: '', formerUntilMs: 0, rotatedAtMs: 0, expiresAtMs: null };
    await expect(keys.rotate(id, rotation)).rejects.toMatchObject({ code: 'not_found' });
    await keys.recordUsed(id, AT_MS);
    expect(await keys.all()).toEqual([]);
  });

  test('deletes the keys of a user or gateway that is deleted', async () => {
    const { keys, users, gateways, user, gateway } = await start();
    await keys.create(key('user', user.id, 'one'));
    await keys.create(key('gateway', gateway.id, 'two'));
    await users.delete(user.id);
    await gateways.delete(gateway.id);
    expect(await keys.all()).toEqual([]);
  });
}
