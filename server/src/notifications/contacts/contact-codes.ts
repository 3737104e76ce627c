// The codes that prove that an address belongs to a person: six digits, of which only a keyed hash is stored.

import { createHmac, hkdfSync, randomInt, timingSafeEqual } from 'node:crypto';

export const CODE_VALID_MS = 600_000;
export const CODE_TRIES = 5;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Messages to one address that nobody has verified yet, by whomever, and messages that one person causes. */
export const CODE_LIMITS = [
  { by: 'address_hash', most: 3, withinMs: 15 * MINUTE_MS },
  { by: 'address_hash', most: 10, withinMs: DAY_MS },
  { by: 'requested_by', most: 10, withinMs: 60 * MINUTE_MS },
  { by: 'requested_by', most: 30, withinMs: DAY_MS },
] as const;

export class ContactCodes {
  readonly #key: Uint8Array;

  /** @param secret the same on all nodes, at least 32 bytes; without it a hash of six digits would hide nothing */
  constructor(secret: Uint8Array) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', 'gonsters contact codes', 32));
  }

  newCode(): string {
    return `${randomInt(1_000_000)}`.padStart(6, '0');
  }

  /** Differs for each contact point. */
  hashOf(contactId: string, code: string): string {
    return this.#mac(`code ${contactId} ${code}`).toString('hex');
  }

  /** Takes the same time for every code. */
  matches(contactId: string, code: string, hash: string): boolean {
    const wanted = Buffer.from(hash, 'hex');
    const given = this.#mac(`code ${contactId} ${code}`);
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  }

  /** By which messages to an address are counted, without storing it. */
  addressHash(addressKey: string): string {
    return this.#mac(`address ${addressKey}`).toString('hex');
  }

  #mac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
