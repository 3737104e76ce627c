import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../test/conformance/open-sql.ts';
import { ensureFirstUsers } from './first-users.ts';
import { PasswordHasher } from './password-hasher.ts';
import { DEVELOPMENT_PASSWORD } from './password-policy.ts';
import { SqlUserRepository } from './sql-user-repository.ts';

const passwords = new PasswordHasher();
const development = { environment: 'development', adminUsername: null, adminPassword: null } as const;
const production = { ...development, environment: 'production' } as const;
const openUsers = async () => new SqlUserRepository(await openSqlite());

describe('the first users', () => {
  it('of a development server are one of each role, created once, with the password in the output', async () => {
    const users = await openUsers();
    const [line] = await ensureFirstUsers(users, passwords, development);
    expect(line).toContain(DEVELOPMENT_PASSWORD);
    expect((await users.all()).map((user) => user.role).sort()).toEqual(['Management', 'Operator', 'Supervisor']);
    const manager = await users.byLogin('manager1');
    expect(await passwords.matches(DEVELOPMENT_PASSWORD, manager?.passwordHash ?? null)).toBe(true);
    expect(await ensureFirstUsers(users, passwords, development)).toEqual([]);
  });

  it('in production are one Management user with a password that is shown once', async () => {
    const users = await openUsers();
    const [line] = await ensureFirstUsers(users, passwords, production);
    const password = /password (\S+) /.exec(line as string)?.[1] as string;
    const admin = await users.byLogin('admin');
    expect(admin?.role).toBe('Management');
    expect(await passwords.matches(password, admin?.passwordHash ?? null)).toBe(true);
    expect(await ensureFirstUsers(users, passwords, production)).toEqual([]);
  });

  it('are named by the environment if it sets ADMIN_USERNAME', async () => {
    const users = await openUsers();
    const named = { ...production, adminUsername: 'chief', adminPassword: 'Steady-Hand-9' };
    const [line] = await ensureFirstUsers(users, passwords, named);
    expect(line).not.toContain('Steady-Hand-9');
    expect((await users.all()).map((user) => user.username)).toEqual(['chief']);
  });

  it('prevent a start in production while one has the development password, however it was hashed', async () => {
    const seeded = await openUsers();
    await ensureFirstUsers(seeded, passwords, development);
    await expect(ensureFirstUsers(seeded, passwords, production)).rejects.toMatchObject({
      code: 'invalid_configuration',
    });

    const again = await openUsers();
    const passwordHash = await passwords.hash(DEVELOPMENT_PASSWORD);
    await again.create({
      username: 'operator1',
      email: 'o@plant.example',
      passwordHash,
      role: 'Operator',
      factoryId: null,
      department: null,
    });
    await expect(ensureFirstUsers(again, passwords, production)).rejects.toThrow('operator1');
  });
});
