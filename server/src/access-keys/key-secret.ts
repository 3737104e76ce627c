// Generates the secrets of access keys, and checks them.

import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { ACCESS_KEY_PREFIX } from '@gonsters/contract';

/** Without letters and digits that look alike, since people read them aloud. */
const ID_CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const ID_LENGTH = 12;
const SECRET_BYTES = 32;
const FORM = new RegExp(`^${ACCESS_KEY_PREFIX}([${ID_CHARACTERS}]{${ID_LENGTH}})[A-Za-z0-9_-]{43}$`);

/** The public part of a key, by which it is found. It is no secret. */
export function generatePublicId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_CHARACTERS[randomInt(ID_CHARACTERS.length)]).join('');
}

/** `gnst_`, the public part, and 256 random bits as base64url. */
export function generateSecret(publicId: string): string {
  return `${ACCESS_KEY_PREFIX}${publicId}${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** @returns the public part, null if the text has not the form of a secret */
export function publicIdOf(secret: string): string | null {
  return FORM.exec(secret)?.[1] ?? null;
}

/** SHA-256, hex. The secret is random and cannot be guessed, so a slow hash is not needed. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in constant time. */
export function matchesSecret(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), Buffer.from(hash, 'hex'));
}
