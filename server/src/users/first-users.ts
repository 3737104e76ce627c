// The first people of a new installation, and the refusal to run production with the ones that everybody knows.

import { randomBytes } from 'node:crypto';
import { type Fault, newPasswordSchema, type Role, usernameSchema } from '@gonsters/contract';
import type { Config } from '../config.ts';
import { AppError, isAppError } from '../errors.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { UserRecord, UserRepository } from './user-repository.ts';

export const DEVELOPMENT_PASSWORD = 'Password123!';
/** Of that password, made once: a first start need not wait for bcrypt, and the hash is known wherever it turns up. */
const DEVELOPMENT_HASH = '$2b$12$cxPGX91do/ACPhU/Imuv.uhp9XLryLbhV8cQC8IJ3w6Ll52G4asKG';
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
  passwords: PasswordHasher,
  config: Pick<Config, 'environment' | 'adminUsername' | 'adminPassword'>,
): Promise<string[]> {
  const everybody = await users.all();
  if (config.environment === 'production') {
    for (const user of everybody) {
      if (await hasDevelopmentPassword(user, passwords)) {
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
  for (const { username, role } of DEVELOPMENT_USERS) {
    await makeUser(users, { username, passwordHash: DEVELOPMENT_HASH, role });
  }
  const names = DEVELOPMENT_USERS.map((user) => user.username).join(', ');
  return [`Development users ${names} with the password ${DEVELOPMENT_PASSWORD}: not for production`];
}

/** bcrypt is asked about the three well-known names only: a start must not take a second for every tenth user. */
async function hasDevelopmentPassword(user: UserRecord, passwords: PasswordHasher): Promise<boolean> {
  if (user.passwordHash === DEVELOPMENT_HASH) return true;
  const isWellKnown = DEVELOPMENT_USERS.some(({ username }) => username === user.username);
  return isWellKnown && (await passwords.matches(DEVELOPMENT_PASSWORD, user.passwordHash));
}

async function makeAdmin(
  users: UserRepository,
  passwords: PasswordHasher,
  config: Pick<Config, 'adminUsername' | 'adminPassword'>,
): Promise<string[]> {
  refuseUnfitAdmin(config);
  const username = config.adminUsername ?? 'admin';
  const password = config.adminPassword ?? `${randomBytes(15).toString('base64url')}Aa1`;
  const passwordHash = await passwords.hash(password);
  if (!(await makeUser(users, { username, passwordHash, role: 'Management' }))) return [];
  if (config.adminPassword !== null) return [`Management user ${username} was made`];
  return [`Management user ${username} was made with the password ${password} (shown only now; change it)`];
}

/** False where another node that starts at the same moment was quicker. */
async function makeUser(
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

/** What would be refused of everybody else is refused of the first one. */
function refuseUnfitAdmin({ adminUsername, adminPassword }: Pick<Config, 'adminUsername' | 'adminPassword'>): void {
  if (adminUsername === null || adminPassword === null) return;
  const checks = {
    ADMIN_USERNAME: usernameSchema.safeParse(adminUsername),
    ADMIN_PASSWORD: newPasswordSchema.safeParse(adminPassword),
  };
  const faults: Fault[] = Object.entries(checks).flatMap(([parameter, { error }]) =>
    (error?.issues ?? []).map((issue) => ({ parameter, error: issue.message })),
  );
  if (faults.length === 0) return;
  const summary = faults.map((fault) => `${fault.parameter}: ${fault.error}`).join('; ');
  throw new AppError('invalid_configuration', `The first user cannot be made. ${summary}`, { faults });
}
