// The behaviour of every repository of gateways.

import { expect, test } from 'vitest';
import { SqlGatewayRepository } from '../../src/gateways/sql-gateway-repository.ts';
import type { OpenDatabase } from './open-sql.ts';

const ID = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';
const gateway = (name: string, username = `gw-${name}`) => ({
  name,
  username,
  passwordHash: 'a'.repeat(64),
  scope: 'machines' as const,
  machineIds: [ID],
  factoryId: null,
  timezone: 'UTC',
});

export function gatewayRepositorySuite(open: OpenDatabase): void {
  const start = async () => new SqlGatewayRepository(await open());

  test('creates an active gateway and returns it afterwards', async () => {
    const gateways = await start();
    const created = await gateways.create({ ...gateway('North'), factoryId: 'F1' });
    expect(created).toMatchObject({
      name: 'North',
      username: 'gw-North',
      scope: 'machines',
      needsReview: false,
      machineIds: [ID],
      factoryId: 'F1',
      isActive: true,
      lastSeenMs: null,
    });
    expect(await gateways.all()).toEqual([created]);
  });

  test('refuses a name in use, without regard to case, and a user name in use', async () => {
    const gateways = await start();
    await gateways.create(gateway('North'));
    await expect(gateways.create(gateway('NORTH', 'gw-x'))).rejects.toMatchObject({ code: 'name_taken' });
    await expect(gateways.create(gateway('South', 'gw-North'))).rejects.toMatchObject({ code: 'conflict' });
    const south = await gateways.create(gateway('South'));
    await expect(gateways.update(south.id, { name: 'north' })).rejects.toMatchObject({ code: 'name_taken' });
  });

  test('refuses a name that looks like another, or that has characters that cannot be seen', async () => {
    const gateways = await start();
    const north = await gateways.create(gateway('Hall 1'));
    await expect(gateways.create(gateway('Hall l'))).rejects.toMatchObject({ code: 'name_taken' });
    const south = await gateways.create(gateway('Hall 2'));
    await expect(gateways.update(south.id, { name: 'Ηall 1' })).rejects.toMatchObject({ code: 'name_taken' });
    await expect(gateways.update(south.id, { name: 'Hall\u200b 3' })).rejects.toMatchObject({
      code: 'validation_failed',
    });
    expect(await gateways.update(north.id, { name: 'HALL 1' })).toMatchObject({ name: 'HALL 1' });
    expect(await gateways.update(north.id, { name: 'HALL I' })).toMatchObject({ name: 'HALL I' });
  });

  test('changes only the fields of the patch', async () => {
    const gateways = await start();
    const created = await gateways.create({ ...gateway('North'), factoryId: 'F1' });
    const patched = await gateways.update(created.id, { name: 'South', factory_id: null });
    expect(patched).toEqual({ ...created, name: 'South', factoryId: null });
    const narrowed = await gateways.update(created.id, { scope: 'plant' });
    expect(narrowed).toEqual({ ...patched, scope: 'plant' });
    await gateways.update(created.id, { scope: 'machines' });
    const moved = await gateways.update(created.id, { timezone: 'Asia/Jakarta' });
    expect(moved).toEqual({ ...patched, timezone: 'Asia/Jakarta' });
    await gateways.update(created.id, { timezone: 'UTC' });
    const rotated = await gateways.update(created.id, { is_active: false, machine_ids: [] }, 'b'.repeat(64));
    expect(rotated).toEqual({ ...patched, isActive: false, machineIds: [], passwordHash: 'b'.repeat(64) });
    expect(await gateways.update(created.id, {})).toEqual(rotated);
    expect(await gateways.all()).toEqual([rotated]);
  });

  test('records when a gateway was seen', async () => {
    const gateways = await start();
    const created = await gateways.create(gateway('North'));
    await gateways.recordSeen(created.id, 1_700_000_000_000);
    expect(await gateways.all()).toEqual([{ ...created, lastSeenMs: 1_700_000_000_000 }]);
  });

  test('rejects changing or deleting a gateway that does not exist', async () => {
    const gateways = await start();
    await expect(gateways.update(ID, { name: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(gateways.delete(ID)).rejects.toMatchObject({ code: 'not_found' });
    const created = await gateways.create(gateway('North'));
    await gateways.delete(created.id);
    expect(await gateways.all()).toEqual([]);
  });
}
