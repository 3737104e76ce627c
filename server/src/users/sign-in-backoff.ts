// Delays sign-ins after failures, against guessing of passwords. Nobody is locked out for good, and a stranger keeps nobody out:
// whoever signs in from a device or an address from which the account has signed in before is judged apart (OWASP, "Slow down
// online guessing attacks with device cookies").

import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { nameKey } from '../name-key.ts';

/**
 * Failures without a delay, since people mistype. `pair`: of one account from one address or device. `account`: of one account from
 * everywhere that is not known to it, against guesses that are spread over many addresses.
 */
const FREE_FAILURES = { pair: 5, account: 50, address: 20 } as const;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
/** Failures expire this long after the last one. */
const EXPIRY_MS = 15 * 60_000;
/** Beyond this the entry with the oldest failure is dropped. */
const MAX_ENTRIES = 10_000;

/** Where a sign-in comes from, as seen by the account. */
export type SignInSource =
  | { readonly kind: 'stranger'; readonly address: string }
  /** An address from which the account has signed in before. */
  | { readonly kind: 'address'; readonly address: string }
  /** A browser in which the account has signed in before, or a session; whatever its address is. */
  | { readonly kind: 'device'; readonly device: string };

interface Failures {
  count: number;
  lastMs: number;
}

/** Publishes an attempt to the other nodes, so that the delays hold on all of them. */
export type PublishAttempt = (attempt: { keys: readonly string[]; succeeded: boolean }) => void;

export class SignInBackoff {
  readonly #clock: Clock;
  readonly #publish: PublishAttempt;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock, publish: PublishAttempt = () => {}) {
    this.#clock = clock;
    this.#publish = publish;
  }

  /** Milliseconds until this account may be tried again from there; 0 if at once. */
  waitMs(account: string, source: SignInSource): number {
    return Math.max(...keysOf(account, source).map(({ key, free }) => this.#remainingMs(key, free)));
  }

  recordFailure(account: string, source: SignInSource): void {
    const keys = keysOf(account, source).map(({ key }) => key);
    this.#addFailure(keys);
    this.#publish({ keys, succeeded: false });
  }

  /** Clears what was counted for the account, but not for the address: otherwise an own account would allow unlimited guesses at others. */
  recordSuccess(account: string, source: SignInSource): void {
    const keys = keysOf(account, source).flatMap(({ key, ofAccount }) =>
      ofAccount && this.#failures.delete(key) ? [key] : [],
    );
    if (keys.length > 0) this.#publish({ keys, succeeded: true });
  }

  /** Records an attempt that another node published. */
  recordRemote({ keys, succeeded }: Parameters<PublishAttempt>[0]): void {
    if (succeeded) for (const key of keys) this.#failures.delete(key);
    else this.#addFailure(keys);
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

interface CountedKey {
  readonly key: string;
  readonly free: number;
  readonly ofAccount: boolean;
}

function keysOf(account: string, source: SignInSource): CountedKey[] {
  const pairOf = (from: string): CountedKey => ({
    key: `pair ${hashOf(`${nameKey(account)} ${from}`)}`,
    free: FREE_FAILURES.pair,
    ofAccount: true,
  });
  if (source.kind === 'device') return [pairOf(`device ${source.device}`)];
  const address = { key: `address ${source.address}`, free: FREE_FAILURES.address, ofAccount: false };
  const known = [pairOf(source.address), address];
  if (source.kind === 'address') return known;
  return [...known, { key: `account ${hashOf(nameKey(account))}`, free: FREE_FAILURES.account, ofAccount: true }];
}

/** Since the key is sent to other nodes, and people sometimes type their password as user name. */
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
