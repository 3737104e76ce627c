// Generates the user names and passwords of gateways.

import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const PASSWORD_BYTES = 24;
const SLUG_LENGTH = 24;
/** Without letters and digits that look alike, since people type them. */
const SUFFIX_CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const SUFFIX_LENGTH = 4;

/** 192 random bits as base64url. */
export function generatePassword(): string {
  return randomBytes(PASSWORD_BYTES).toString('base64url');
}

/** `gw-<name as a slug>-xxxx`; not unique by itself. */
export function generateUsername(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, '');
  const suffix = Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_CHARACTERS[randomInt(SUFFIX_CHARACTERS.length)]);
  return ['gw', slug, suffix.join('')].filter((part) => part !== '').join('-');
}

/** SHA-256, hex. The password is random and cannot be guessed, so a slow hash is not needed. */
export function hashPassword(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

/** Compares in constant time. */
export function matchesPassword(password: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashPassword(password), 'hex'), Buffer.from(hash, 'hex'));
}
