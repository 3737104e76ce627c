// The behaviour of every repository of users.

import { expect, test } from 'vitest';
import { SqlUserRepository } from '../../src/users/sql-user-repository.ts';
import type { NewUser } from '../../src/users/user-repository.ts';
import type { OpenDatabase } from './open-sql.ts';

const ID = '0b0e7c1e-6a0a-4a55-8d3c-6f1f5b6e7a01';
const newUser = (username: string, more: Partial<NewUser> = {}): NewUser => ({
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

  test('creates an active user and finds it by id, name or address, without regard to case', async () => {
    const users = await start();
    const anna = await users.create(
      newUser('Änna', { email: 'Anna@Factory.example', factoryId: 'F1', department: 'QA' }),
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
    expect(await users.byId(ID)).toBeNull();
    expect(await users.all()).toEqual([anna]);
  });

  test.each(['nobody', '', 'anna\0', 'anna\0x', '%', "' or 1=1 --"])('finds no user for %j', async (login) => {
    const users = await start();
    await users.create(newUser('anna'));
    expect(await users.byLogin(login)).toBeNull();
  });

  test('refuses a name that looks like another, also when both are added at the same moment', async () => {
    const users = await start();
    await users.create(newUser('manager1'));
    for (const [i, name] of ['rnanager1', 'mаnager1', 'managerl', 'MANAGERI', 'ｍanager1'].entries()) {
      await expect(users.create(newUser(name, { email: `${i}@factory.example` }))).rejects.toMatchObject({
        code: 'name_taken',
      });
    }
    const both = [newUser('lina', { email: 'a@factory.example' }), newUser('1ina', { email: 'b@factory.example' })];
    const outcomes = await Promise.allSettled(both.map((user) => users.create(user)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await users.all()).toHaveLength(2);
  });

  test('refuses a name or an address in use, without regard to case', async () => {
    const users = await start();
    await users.create(newUser('anna'));
    await expect(users.create(newUser('ANNA', { email: 'x@y.example' }))).rejects.toMatchObject({ code: 'name_taken' });
    await expect(users.create(newUser('ben', { email: 'ANNA@factory.example' }))).rejects.toMatchObject({
      code: 'email_taken',
    });
    expect(await users.all()).toHaveLength(1);
  });

  test('changes only the fields of the patch', async () => {
    const users = await start();
    const anna = await users.create(newUser('anna', { department: 'QA', factoryId: 'F1' }));
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

  test('refuses every change that removes the last active Management user', async () => {
    const users = await start();
    const boss = await users.create(newUser('boss', { role: 'Management' }));
    const former = await users.create(newUser('former', { role: 'Management' }));
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

  test('accepts one of two simultaneous removals of the last two Management users', async () => {
    const users = await start();
    const a = await users.create(newUser('aaa', { role: 'Management' }));
    const b = await users.create(newUser('bbb', { role: 'Management' }));
    const results = await Promise.allSettled([users.update(a.id, { role: 'Operator' }), users.delete(b.id)]);
    expect(results.map((each) => each.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await users.all()).filter((each) => each.role === 'Management')).toHaveLength(1);
  });

  test('records a sign-in and a new password', async () => {
    const users = await start();
    const anna = await users.create(newUser('anna'));
    await users.recordLogin(anna.id, 1_700_000_000_123);
    await users.setPassword(anna.id, '$2b$12$other');
    expect(await users.byId(anna.id)).toEqual({
      ...anna,
      lastLoginMs: 1_700_000_000_123,
      passwordHash: '$2b$12$other',
    });
  });
}
