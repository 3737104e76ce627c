// When a message is tried again, and when a channel is left alone.

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 300_000;
/** What a server asks for is granted up to this. */
const MAX_WISH_MS = 900_000;
/** A message that waits longer than any retry was queued before the clock was set back. */
export const MAX_WAIT_MS = 2 * MAX_WISH_MS;
const FAILURES_UNTIL_OPEN = 3;

/**
 * From 5 s to 5 min, doubled with each attempt, and shifted by up to a fifth so that messages that failed together are not all
 * tried at the same moment.
 *
 * @param attempts how often it was tried, from 1
 * @param random from 0 to 1
 * @param wishedMs what the other side asked for
 */
export function retryDelayMs(attempts: number, random: number, wishedMs: number | null = null): number {
  if (wishedMs !== null) return Math.min(Math.max(wishedMs, FIRST_RETRY_MS), MAX_WISH_MS);
  const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 10));
  return Math.round(delay * (0.8 + 0.4 * random));
}

/**
 * The circuit breaker of one channel. After three failures in a row the channel is left alone; then a single message probes it, and
 * the first success closes the breaker.
 */
export class CircuitBreaker {
  #failures = 0;
  #openUntilMs = 0;
  #isProbing = false;

  /** How many messages may be tried now. */
  allowed(nowMs: number, most: number): number {
    if (this.#failures < FAILURES_UNTIL_OPEN) return most;
    return this.#isProbing || this.#pauseLeft(nowMs) > 0 ? 0 : 1;
  }

  /** ms until a message may probe the channel; 0 where one may now. */
  #pauseLeft(nowMs: number): number {
    const left = this.#openUntilMs - nowMs;
    // Longer than any pause: the clock was set back.
    return left > LAST_RETRY_MS * 2 ? 0 : Math.max(0, left);
  }

  /** The channel is left alone, except for a message that probes it. */
  get isOpen(): boolean {
    return this.#failures >= FAILURES_UNTIL_OPEN;
  }

  started(): void {
    this.#isProbing = this.isOpen;
  }

  /** After every attempt, whatever became of it. */
  ended(): void {
    this.#isProbing = false;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(nowMs: number, random: number): void {
    this.#failures += 1;
    if (this.isOpen) this.#openUntilMs = nowMs + retryDelayMs(this.#failures - FAILURES_UNTIL_OPEN + 1, random);
  }
}
