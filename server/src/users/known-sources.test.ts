import { expect, test } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { KnownSources, newDevice } from './known-sources.ts';
import { SqlUserRepository } from './sql-user-repository.ts';

test('knows the addresses and browsers of each user, and no others', async () => {
  const database = await openSqlite();
  const users = new SqlUserRepository(database);
  const person = { passwordHash: 'h', role: 'Operator', factoryId: null, department: null } as const;
  const { id } = await users.create({ ...person, username: 'ann', email: 'ann@plant.example' });
  const known = new KnownSources(database);
  const kindFrom = async (address: string, device: string | null = null) =>
    (await known.sourceOf(id, { address, device })).kind;
  const laptop = newDevice();
  expect(await kindFrom('10.0.0.1', laptop)).toBe('stranger');
  await known.remember(id, { address: '10.0.0.1', device: laptop }, 1);
  expect(await kindFrom('10.0.0.1')).toBe('address');
  // As a server that listens on IPv6 sees it.
  expect(await kindFrom('::ffff:10.0.0.1')).toBe('address');
  expect(await kindFrom('10.0.0.2', laptop)).toBe('device');
  expect(await kindFrom('10.0.0.2', 'no device')).toBe('stranger');
  expect(
    (await known.sourceOf('00000000-0000-0000-0000-000000000000', { address: '10.0.0.1', device: laptop })).kind,
  ).toBe('stranger');

  // A device chooses the second half of its IPv6 address, and changes it.
  await known.remember(id, { address: '2001:db8:0:1:aa::1', device: null }, 2);
  expect(await kindFrom('2001:0db8::1:bb:0:0:2')).toBe('address');
  expect(await kindFrom('2001:db8:0:2::1')).toBe('stranger');
  await known.remember(id, { address: '::1', device: null }, 3);
  expect(await kindFrom('::1%lo')).toBe('address');

  for (let i = 0; i < 45; i++) await known.remember(id, { address: `10.1.0.${i}`, device: null }, 10 + i);
  expect(await kindFrom('10.0.0.1')).toBe('stranger');
  expect(await kindFrom('10.1.0.44')).toBe('address');
});
