// Slows down who guesses passwords, per address and per account, without ever locking anybody out for good.

import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { nameKey } from '../name-key.ts';

/** Failures that cost nothing: people mistype. */
const FREE = { account: 5, address: 20 } as const;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
/** A quiet time after which failures are forgotten. */
const FORGET_MS = 15 * 60_000;
/** Bounded: past this the entry that failed longest ago is forgotten. */
const MAX_ENTRIES = 10_000;

interface Failures {
  count: number;
  lastMs: number;
}

/** Where tries are told to, so that whoever guesses gains nothing by going to another node. */
export type TellTry = (tried: { account: string; address: string; succeeded: boolean }) => void;

export class SignInBackoff {
  readonly #clock: Clock;
  readonly #tell: TellTry;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock, tell: TellTry = () => {}) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Milliseconds to wait before this account may be tried from this address; 0 for none. */
  waitMs(account: string, address: string): number {
    return Math.max(this.#wait(accountKey(account), FREE.account), this.#wait(addressKey(address), FREE.address));
  }

  failed(account: string, address: string): void {
    this.#fail([accountKey(account), addressKey(address)]);
    this.#tell({ account: accountKey(account), address: addressKey(address), succeeded: false });
  }

  /** A right password clears the account, not the address: one account of one's own must not pay for guessing others. */
  succeeded(account: string): void {
    const isKnown = this.#failures.delete(accountKey(account));
    if (isKnown) this.#tell({ account: accountKey(account), address: '', succeeded: true });
  }

  /** A try on another node, as that one told it. */
  heard({ account, address, succeeded }: Parameters<TellTry>[0]): void {
    if (succeeded) this.#failures.delete(account);
    else this.#fail([account, address]);
  }

  #fail(keys: readonly string[]): void {
    for (const key of keys) {
      const known = this.#current(key);
      this.#failures.delete(key);
      this.#failures.set(key, { count: (known?.count ?? 0) + 1, lastMs: this.#clock.nowMs() });
    }
    while (this.#failures.size > MAX_ENTRIES) this.#failures.delete(this.#failures.keys().next().value as string);
  }

  #wait(key: string, free: number): number {
    const failures = this.#current(key);
    if (failures === undefined || failures.count < free) return 0;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (failures.count - free), MAX_DELAY_MS);
    return Math.max(0, failures.lastMs + delayMs - this.#clock.nowMs());
  }

  #current(key: string): Failures | undefined {
    const failures = this.#failures.get(key);
    return failures !== undefined && this.#clock.nowMs() - failures.lastMs < FORGET_MS ? failures : undefined;
  }
}

/** Not the name itself: people type their password there, and it travels. */
const accountKey = (account: string) => `account ${createHash('sha256').update(nameKey(account)).digest('base64url')}`;
const addressKey = (address: string) => `address ${address}`;
