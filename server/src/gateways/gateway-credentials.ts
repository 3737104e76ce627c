// Names and passwords that the server makes up for gateways.

import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const PASSWORD_BYTES = 24;
const SLUG_LENGTH = 24;
/** No letters and digits that look alike: people type these. */
const SUFFIX_CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const SUFFIX_LENGTH = 4;

/** 192 random bits. */
export function makePassword(): string {
  return randomBytes(PASSWORD_BYTES).toString('base64url');
}

/** `gw-<name as a slug>-xxxx` */
export function makeUsername(name: string): string {
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

/** SHA-256, hex: the password is random, so there is nothing to guess and no need for a slow hash. */
export function hashPassword(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}

/** In constant time. */
export function fitsPassword(password: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashPassword(password), 'hex'), Buffer.from(hash, 'hex'));
}
