// The only source of the current time; tests inject their own.

export interface Clock {
  /** UTC milliseconds. */
  nowMs(): number;
}

/** Counts on whatever the time of day is set to. Its zero means nothing, and it does not outlive the process. */
export interface MonotonicClock {
  elapsedMs(): number;
}

/** The time for whoever deletes something because of its age. */
export interface TrustedClock {
  /** UTC milliseconds; null while the clock may be wrong: then nothing is old. */
  trustedNowMs(): number | null;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
export const systemMonotonicClock: MonotonicClock = { elapsedMs: () => performance.now() };
