// Time-based one-time passwords (RFC 6238) with what every authenticator app supports: HMAC-SHA-1, six digits, steps of 30 seconds.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const STEP_MS = 30_000;
const DIGITS = 6;
/** As long as the output of the hash (RFC 4226 §4, R6). */
const SECRET_BYTES = 20;
/** Steps before and after the present one whose codes are accepted, for clocks that differ and people who type slowly (RFC 6238 §5.2). */
const WINDOW = 1;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base32 (RFC 4648) without padding, as authenticator apps read it. */
export const newTotpSecret = (): string => toBase32(randomBytes(SECRET_BYTES));

/** The code of one step, counted from 1970. HOTP of RFC 4226 §5.3. */
export function totpCode(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) as number) & 0xf;
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

export const totpStep = (nowMs: number): number => Math.floor(nowMs / STEP_MS);

/**
 * The step whose code this is, null if there is none within the window. Steps up to `lastStep` are not accepted: each code works
 * once.
 */
export function matchTotp(secret: string, code: string, nowMs: number, lastStep: number): number | null {
  const sent = Buffer.from(code.replace(/\s/g, ''));
  const present = totpStep(nowMs);
  let matched: number | null = null;
  for (let step = present - WINDOW; step <= present + WINDOW; step++) {
    const expected = Buffer.from(totpCode(secret, step));
    if (sent.length === expected.length && timingSafeEqual(sent, expected) && step > lastStep) matched = step;
  }
  return matched;
}

/** What a QR code for authenticator apps contains. */
export function totpUri(secret: string, username: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(username)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1000}`;
}

/** RFC 4648 §6, without padding. */
export function toBase32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((group) => BASE32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((character) => BASE32.indexOf(character).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
