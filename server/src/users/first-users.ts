// The first people of a new installation, and the refusal to run production with the ones that everybody knows.

import { randomBytes } from 'node:crypto';
import type { Role } from '@gonsters/contract';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Passwords } from './passwords.ts';
import type { UserRepository } from './user-repository.ts';

export const DEVELOPMENT_PASSWORD = 'Password123!';
const DEVELOPMENT_USERS: readonly { username: string; role: Role }[] = [
  { username: 'manager1', role: 'Management' },
  { username: 'supervisor1', role: 'Supervisor' },
  { username: 'operator1', role: 'Operator' },
];

/**
 * Makes them where there is nobody yet.
 *
 * @returns lines that the person who starts the server must read
 * @throws AppError `invalid_configuration` in production while somebody still has the development password
 */
export async function ensureFirstUsers(
  users: UserRepository,
  passwords: Passwords,
  config: Pick<Config, 'environment' | 'adminUsername' | 'adminPassword'>,
): Promise<string[]> {
  const everybody = await users.all();
  if (config.environment === 'production') {
    for (const user of everybody.filter((each) => DEVELOPMENT_USERS.some((one) => one.username === each.username))) {
      if (await passwords.matches(DEVELOPMENT_PASSWORD, user.passwordHash)) {
        throw new AppError(
          'invalid_configuration',
          `User ${user.username} still has the development password; production does not start with it`,
        );
      }
    }
    return everybody.length > 0 ? [] : makeAdmin(users, passwords, config);
  }
  if (everybody.length > 0) return [];
  if (config.adminUsername !== null) return makeAdmin(users, passwords, config);
  const passwordHash = await passwords.hash(DEVELOPMENT_PASSWORD);
  for (const { username, role } of DEVELOPMENT_USERS) {
    const email = `${username}@gonsters.local`;
    await users.create({ username, email, passwordHash, role, factoryId: null, department: null });
  }
  const names = DEVELOPMENT_USERS.map((user) => user.username).join(', ');
  return [`Development users ${names} with the password ${DEVELOPMENT_PASSWORD}: not for production`];
}

async function makeAdmin(
  users: UserRepository,
  passwords: Passwords,
  config: Pick<Config, 'adminUsername' | 'adminPassword'>,
): Promise<string[]> {
  const username = config.adminUsername ?? 'admin';
  const password = config.adminPassword ?? `${randomBytes(15).toString('base64url')}Aa1`;
  await users.create({
    username,
    email: `${username}@gonsters.local`,
    passwordHash: await passwords.hash(password),
    role: 'Management',
    factoryId: null,
    department: null,
  });
  if (config.adminPassword !== null) return [`Management user ${username} was made`];
  return [`Management user ${username} was made with the password ${password} (shown only now; change it)`];
}
