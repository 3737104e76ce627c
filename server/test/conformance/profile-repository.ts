// The behaviour of every repository of profiles.

import { KEPT_PROFILE_VERSIONS, profileDraftSchema } from '@gonsters/contract';
import { expect, test } from 'vitest';
import { SqlGatewayRepository } from '../../src/gateways/sql-gateway-repository.ts';
import { SqlProfileRepository } from '../../src/gateways/sql-profile-repository.ts';
import type { OpenDatabase } from './open-sql.ts';

const NOBODY = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';
const draft = (topic: string) => profileDraftSchema.parse({ rules: [{ topic, values: [{ path: '@.t' }] }] });

export function profileRepositorySuite(open: OpenDatabase): void {
  const start = async () => {
    const database = await open();
    const gateways = new SqlGatewayRepository(database);
    const create = (name: string) =>
      gateways.create({
        ...{
          name,
          username: `gw-${name}`,
          passwordHash: '',
          scope: 'plant' as const,
          machineIds: [],
          factoryId: null,
          timezone: 'UTC',
        },
      });
    return { profiles: new SqlProfileRepository(database), gateways, create };
  };
  const change = (gatewayId: string, topic: string | null) => ({
    ...{ gatewayId, draft: topic === null ? null : draft(topic), restores: null },
    ...{ updatedAtMs: 1_700_000_000_123, updatedBy: 'supervisor1' },
  });

  test('numbers the changes of each gateway, and answers the newest of each', async () => {
    const { profiles, create } = await start();
    const north = await create('North');
    const south = await create('South');
    const first = await profiles.append(change(north.id, 'a/{machine}'), null);
    const second = await profiles.append({ ...change(north.id, null), restores: 0 }, 1);
    const other = await profiles.append(change(south.id, 'b'), 0);
    expect(first).toEqual({ ...change(north.id, 'a/{machine}'), version: 1 });
    expect([second.version, other.version]).toEqual([2, 1]);
    const newest = await profiles.newest();
    expect(newest.sort((a, b) => b.version - a.version)).toEqual([second, other]);
    expect(await profiles.versions(north.id)).toEqual([second, first]);
  });

  test('refuses a change of an older version, and of a gateway that does not exist', async () => {
    const { profiles, create } = await start();
    const { id } = await create('North');
    await profiles.append(change(id, 'a'), 0);
    await expect(profiles.append(change(id, 'b'), 0)).rejects.toMatchObject({ code: 'conflict' });
    await expect(profiles.append(change(NOBODY, 'b'), null)).rejects.toMatchObject({ code: 'not_found' });
    const both = await Promise.allSettled([profiles.append(change(id, 'c'), 1), profiles.append(change(id, 'd'), 1)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await profiles.versions(id)).toHaveLength(2);
  });

  test('keeps the newest versions, and none of a deleted gateway', async () => {
    const { profiles, gateways, create } = await start();
    const { id } = await create('North');
    for (let i = 0; i < KEPT_PROFILE_VERSIONS + 2; i++) await profiles.append(change(id, `a/${i}`), i);
    const versions = await profiles.versions(id);
    expect(versions.map(({ version }) => version)).toEqual(
      Array.from({ length: KEPT_PROFILE_VERSIONS }, (_, i) => KEPT_PROFILE_VERSIONS + 2 - i),
    );
    await gateways.delete(id);
    expect(await profiles.newest()).toEqual([]);
  });
}
