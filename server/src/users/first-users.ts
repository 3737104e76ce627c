// Creates the first users of a new installation, and refuses to run in production with the well-known development password.

import { randomBytes } from 'node:crypto';
import { type Fault, issueSentence, issueText, newPasswordSchema, type Role, usernameSchema } from '@gonsters/contract';
import type { Config } from '../config.ts';
import { AppError, isAppError } from '../errors.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { DEVELOPMENT_PASSWORD, passwordFault } from './password-policy.ts';
import type { UserRecord, UserRepository } from './user-repository.ts';

/** Computed once, so that a first start need not wait for bcrypt and the hash is recognised without computing it. */
const DEVELOPMENT_HASH = '$2b$12$cxPGX91do/ACPhU/Imuv.uhp9XLryLbhV8cQC8IJ3w6Ll52G4asKG';
const DEVELOPMENT_USERS: readonly { username: string; role: Role }[] = [
  { username: 'manager1', role: 'Management' },
  { username: 'supervisor1', role: 'Supervisor' },
  { username: 'operator1', role: 'Operator' },
];

/**
 * Creates the first users if there are none. Safe when several nodes start at once.
 *
 * @returns lines to print for the person who starts the server
 * @throws AppError `invalid_configuration` in production while a user still has the development password
 */
export async function ensureFirstUsers(
  users: UserRepository,
  passwords: PasswordHasher,
  config: Pick<Config, 'environment' | 'adminUsername' | 'adminPassword'>,
): Promise<string[]> {
  const existing = await users.all();
  if (config.environment === 'production') {
    for (const user of existing) {
      if (await hasDevelopmentPassword(user, passwords)) {
        throw new AppError(
          'invalid_configuration',
          `The user ${user.username} still has the development password; change it before you start in production`,
        );
      }
    }
    return existing.length > 0 ? [] : createAdmin(users, passwords, config);
  }
  if (existing.length > 0) return [];
  if (config.adminUsername !== null) return createAdmin(users, passwords, config);
  for (const { username, role } of DEVELOPMENT_USERS) {
    await createUser(users, { username, passwordHash: DEVELOPMENT_HASH, role });
  }
  const names = DEVELOPMENT_USERS.map((user) => user.username).join(', ');
  return [`The development users ${names} have the password ${DEVELOPMENT_PASSWORD} (not for production).`];
}

/** Only the three well-known names are compared with bcrypt, which takes about 0.1 s per user. */
async function hasDevelopmentPassword(user: UserRecord, passwords: PasswordHasher): Promise<boolean> {
  if (user.passwordHash === DEVELOPMENT_HASH) return true;
  const isWellKnown = DEVELOPMENT_USERS.some(({ username }) => username === user.username);
  return isWellKnown && (await passwords.matches(DEVELOPMENT_PASSWORD, user.passwordHash));
}

async function createAdmin(
  users: UserRepository,
  passwords: PasswordHasher,
  config: Pick<Config, 'adminUsername' | 'adminPassword'>,
): Promise<string[]> {
  await refuseInvalidAdmin(config);
  const username = config.adminUsername ?? 'admin';
  const password = config.adminPassword ?? randomBytes(15).toString('base64url');
  const passwordHash = await passwords.hash(password);
  if (!(await createUser(users, { username, passwordHash, role: 'Management' }))) return [];
  if (config.adminPassword !== null) return [`The Management user ${username} was created.`];
  return [`The Management user ${username} was created with the password ${password} (shown only once; change it).`];
}

/** False if another node that starts at the same moment has created the user. */
async function createUser(
  users: UserRepository,
  user: { username: string; passwordHash: string; role: Role },
): Promise<boolean> {
  try {
    await users.create({ ...user, email: `${user.username}@gonsters.local`, factoryId: null, department: null });
    return true;
  } catch (error) {
    if (isAppError(error, 'name_taken')) return false;
    throw error;
  }
}

/** The first user must satisfy the same rules as every other. */
async function refuseInvalidAdmin({
  adminUsername,
  adminPassword,
}: Pick<Config, 'adminUsername' | 'adminPassword'>): Promise<void> {
  if (adminUsername === null || adminPassword === null) return;
  const checks = {
    ADMIN_USERNAME: usernameSchema.safeParse(adminUsername, { error: issueText }),
    ADMIN_PASSWORD: newPasswordSchema.safeParse(adminPassword, { error: issueText }),
  };
  const faults: Fault[] = Object.entries(checks).flatMap(([parameter, { error }]) =>
    (error?.issues ?? []).map((issue) => ({ parameter, error: issueSentence(issue, parameter) })),
  );
  const weak = await passwordFault(adminPassword, { username: adminUsername });
  if (weak !== null) faults.push({ parameter: 'ADMIN_PASSWORD', error: `ADMIN_PASSWORD ${weak}` });
  if (faults.length === 0) return;
  const summary = faults.map((fault) => fault.error).join('; ');
  throw new AppError('invalid_configuration', `The first user cannot be created: ${summary}`, { faults });
}
