// What every store of people does.

import { expect, test } from 'vitest';
import { SqlUserRepository } from '../../src/users/sql-user-repository.ts';
import type { NewUser } from '../../src/users/user-repository.ts';
import type { OpenDatabase } from './open-sql.ts';

const ID = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';
const person = (username: string, more: Partial<NewUser> = {}): NewUser => ({
  username,
  email: `${username}@factory.example`,
  passwordHash: '$2b$12$hash',
  role: 'Operator',
  factoryId: null,
  department: null,
  ...more,
});

export function userRepositorySuite(open: OpenDatabase): void {
  const start = async () => new SqlUserRepository(await open());

  test('creates an active person and finds them by id, name or address in any case', async () => {
    const users = await start();
    const anna = await users.create(
      person('Änna', { email: 'Anna@Factory.example', factoryId: 'F1', department: 'QA' }),
    );
    expect(anna).toMatchObject({
      username: 'Änna',
      email: 'Anna@Factory.example',
      role: 'Operator',
      factoryId: 'F1',
      department: 'QA',
      isActive: true,
      lastLoginMs: null,
    });
    for (const login of ['Änna', 'äNNA', 'anna@factory.EXAMPLE']) expect(await users.byLogin(login)).toEqual(anna);
    expect(await users.byId(anna.id)).toEqual(anna);
    expect(await users.all()).toEqual([anna]);
  });

  test.each(['nobody', '', 'anna\0', 'anna\0x', '%', "' or 1=1 --"])('finds nobody for %j', async (login) => {
    const users = await start();
    await users.create(person('anna'));
    expect(await users.byLogin(login)).toBeNull();
    expect(await users.byId(login)).toBeNull();
  });

  test('refuses a name or an address that is in use, in any case', async () => {
    const users = await start();
    await users.create(person('anna'));
    await expect(users.create(person('ANNA', { email: 'x@y.example' }))).rejects.toMatchObject({ code: 'name_taken' });
    await expect(users.create(person('ben', { email: 'ANNA@factory.example' }))).rejects.toMatchObject({
      code: 'email_taken',
    });
    expect(await users.all()).toHaveLength(1);
  });

  test('changes only what a patch names', async () => {
    const users = await start();
    const anna = await users.create(person('anna', { department: 'QA', factoryId: 'F1' }));
    expect(await users.update(anna.id, { role: 'Supervisor', department: null })).toEqual({
      ...anna,
      role: 'Supervisor',
      department: null,
    });
    await users.update(anna.id, { is_active: false });
    expect(await users.byId(anna.id)).toEqual({ ...anna, role: 'Supervisor', department: null, isActive: false });
    await expect(users.update(ID, { department: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(users.delete(ID)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('keeps the last active Management user, whatever is tried', async () => {
    const users = await start();
    const boss = await users.create(person('boss', { role: 'Management' }));
    const former = await users.create(person('former', { role: 'Management' }));
    await users.update(former.id, { is_active: false });
    for (const attempt of [
      () => users.update(boss.id, { role: 'Operator' }),
      () => users.update(boss.id, { is_active: false }),
      () => users.delete(boss.id),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'last_manager' });
    }
    expect(await users.byId(boss.id)).toEqual(boss);
    await users.update(boss.id, { department: 'Board' });
    await users.delete(former.id);
  });

  test('lets one of two managers go who leave at the same moment', async () => {
    const users = await start();
    const a = await users.create(person('aaa', { role: 'Management' }));
    const b = await users.create(person('bbb', { role: 'Management' }));
    const results = await Promise.allSettled([users.update(a.id, { role: 'Operator' }), users.delete(b.id)]);
    expect(results.map((each) => each.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await users.all()).filter((each) => each.role === 'Management')).toHaveLength(1);
  });

  test('records a sign-in and a new password', async () => {
    const users = await start();
    const anna = await users.create(person('anna'));
    await users.recordLogin(anna.id, 1_700_000_000_123);
    await users.setPassword(anna.id, '$2b$12$other');
    expect(await users.byId(anna.id)).toEqual({
      ...anna,
      lastLoginMs: 1_700_000_000_123,
      passwordHash: '$2b$12$other',
    });
  });
}
