// Tells a device that sends its local time from one whose clock is wrong: the former is off by full or half hours.

const STEP_MS = 30 * 60_000;
/** The zones of the earth. */
const [MIN_MS, MAX_MS] = [-12 * 3_600_000, 14 * 3_600_000];
/** For the way of a message, and for the inaccuracy of a clock. */
const TOLERANCE_MS = 90_000;

/**
 * @param aheadMs how far a timestamp is ahead of the clock of the server; negative where it is behind
 * @returns the offset from UTC of a zone in which the timestamp would be right, in ms; null where it is right already, or wrong in
 * every zone
 */
export function zoneOffsetOf(aheadMs: number): number | null {
  const offsetMs = Math.round(aheadMs / STEP_MS) * STEP_MS;
  if (offsetMs === 0 || offsetMs < MIN_MS || offsetMs > MAX_MS) return null;
  return Math.abs(aheadMs - offsetMs) <= TOLERANCE_MS ? offsetMs : null;
}
