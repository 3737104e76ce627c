// The only source of the current time. Tests inject their own.

export interface Clock {
  /** UTC milliseconds. */
  nowMs(): number;
}

/**
 * Counts independently of the time of day. Only differences of its values mean something, and only within one process.
 */
export interface MonotonicClock {
  elapsedMs(): number;
}

/** The time for code that deletes data because of its age. */
export interface TrustedClock {
  /** UTC milliseconds; null while the clock may be wrong. Then nothing may be deleted because of its age. */
  trustedNowMs(): number | null;
}

/** Whether it is time. A time further ahead than `longestMs` was set before the clock was set back, and puts nothing off. */
export const isDue = (dueMs: number, nowMs: number, longestMs: number): boolean =>
  nowMs >= dueMs || dueMs - nowMs > longestMs;

export const systemClock: Clock = { nowMs: () => Date.now() };
export const systemMonotonicClock: MonotonicClock = { elapsedMs: () => performance.now() };
