// Which new passwords are refused besides those that are too short or too long: common ones, and those that contain the name of
// the user (ASVS 5.0, 6.2.4 and 6.2.11). There are no rules about kinds of characters, because they make people choose worse passwords.

import type { Fault } from '@gonsters/contract';
import { AppError } from '../errors.ts';

export const DEVELOPMENT_PASSWORD = 'Password123!';
/** Shorter names occur in many passwords by chance. */
const SHORTEST_NAME = 4;

/** Nearly 50,000 passwords from published leaks. They are loaded when the first password is chosen, and kept. */
let common: Promise<ReadonlySet<string>> | null = null;

async function loadCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set([...dictionary['passwords-common'], DEVELOPMENT_PASSWORD.toLowerCase()]);
}

/** @returns what is wrong with a password, as a predicate such as `is too common`; null if it may be used */
export async function passwordFault(password: string, { username }: { username: string }): Promise<string | null> {
  common ??= loadCommon();
  const lower = password.toLowerCase();
  if ((await common).has(lower)) return 'is too common';
  const name = username.toLowerCase();
  const containsName = lower.includes(name) && (name.length >= SHORTEST_NAME || lower === name);
  return containsName ? 'must not contain the user name' : null;
}

/**
 * @param field names the password in the error
 * @throws AppError `validation_failed` for a password that may not be used
 */
export async function refuseWeakPassword(field: string, password: string, user: { username: string }): Promise<void> {
  const fault = await passwordFault(password, user);
  if (fault === null) return;
  const faults: Fault[] = [{ field, error: `${field} ${fault}` }];
  throw new AppError('validation_failed', `The password ${fault}`, { faults });
}
