// Codes that replace a lost second factor, each once. With 120 random bits a fast hash is enough (ASVS 5.0, 6.5.2).

import { createHash, randomBytes } from 'node:crypto';
import { toBase32 } from './totp.ts';

const COUNT = 10;
const BYTES = 15;
const CHARACTERS = 24;

/** Four groups of six characters. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: COUNT }, () => (toBase32(randomBytes(BYTES)).match(/.{6}/g) as string[]).join('-'));

/** The hash as stored; null for a text that is no recovery code. Case, spaces and hyphens do not matter. */
export function recoveryCodeHash(userId: string, text: string): string | null {
  const code = text.toUpperCase().replace(/[\s-]/g, '');
  if (code.length !== CHARACTERS) return null;
  return createHash('sha256').update(`${userId} ${code}`).digest('base64url');
}
