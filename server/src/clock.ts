// The only source of the current time; tests inject their own.

export interface Clock {
  /** UTC milliseconds. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
