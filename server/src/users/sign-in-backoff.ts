// Delays sign-ins after failures, per address and per account, against guessing of passwords. Nobody is locked out for good.

import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { nameKey } from '../name-key.ts';

/** Failures without a delay, since people mistype. */
const FREE_FAILURES = { account: 5, address: 20 } as const;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
/** Failures expire this long after the last one. */
const EXPIRY_MS = 15 * 60_000;
/** Beyond this the entry with the oldest failure is dropped. */
const MAX_ENTRIES = 10_000;

interface Failures {
  count: number;
  lastMs: number;
}

/** Publishes an attempt to the other nodes, so that the delays hold on all of them. */
export type PublishAttempt = (attempt: { account: string; address: string; succeeded: boolean }) => void;

export class SignInBackoff {
  readonly #clock: Clock;
  readonly #publish: PublishAttempt;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock, publish: PublishAttempt = () => {}) {
    this.#clock = clock;
    this.#publish = publish;
  }

  /** Milliseconds until this account may be tried again from this address; 0 if at once. */
  waitMs(account: string, address: string): number {
    return Math.max(
      this.#remainingMs(accountKey(account), FREE_FAILURES.account),
      this.#remainingMs(addressKey(address), FREE_FAILURES.address),
    );
  }

  recordFailure(account: string, address: string): void {
    this.#addFailure([accountKey(account), addressKey(address)]);
    this.#publish({ account: accountKey(account), address: addressKey(address), succeeded: false });
  }

  /** Clears the account but not the address: otherwise an own account would allow unlimited guesses at others. */
  recordSuccess(account: string): void {
    const isKnown = this.#failures.delete(accountKey(account));
    if (isKnown) this.#publish({ account: accountKey(account), address: '', succeeded: true });
  }

  /** Records an attempt that another node published. */
  recordRemote({ account, address, succeeded }: Parameters<PublishAttempt>[0]): void {
    if (succeeded) this.#failures.delete(account);
    else this.#addFailure([account, address]);
  }

  #addFailure(keys: readonly string[]): void {
    for (const key of keys) {
      const known = this.#current(key);
      this.#failures.delete(key);
      this.#failures.set(key, { count: (known?.count ?? 0) + 1, lastMs: this.#clock.nowMs() });
    }
    while (this.#failures.size > MAX_ENTRIES) this.#failures.delete(this.#failures.keys().next().value as string);
  }

  #remainingMs(key: string, free: number): number {
    const failures = this.#current(key);
    if (failures === undefined || failures.count < free) return 0;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (failures.count - free), MAX_DELAY_MS);
    return Math.max(0, failures.lastMs + delayMs - this.#clock.nowMs());
  }

  #current(key: string): Failures | undefined {
    const failures = this.#failures.get(key);
    return failures !== undefined && this.#clock.nowMs() - failures.lastMs < EXPIRY_MS ? failures : undefined;
  }
}

/** A hash, since the key is sent to other nodes and people sometimes type their password as user name. */
const accountKey = (account: string) => `account ${createHash('sha256').update(nameKey(account)).digest('base64url')}`;
const addressKey = (address: string) => `address ${address}`;
