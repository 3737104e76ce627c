// An age, cut down to what one shows of it.

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** Below it tenths of a second are shown. */
const TENTHS_BELOW_MS = 10 * SECOND_MS;

/** Never more than `ageMs`, and the same for ages that read the same. */
export function shownAge(ageMs: number): number {
  const stepMs = ageMs < TENTHS_BELOW_MS ? SECOND_MS / 10 : ageMs < MINUTE_MS ? SECOND_MS : MINUTE_MS;
  return Math.floor(ageMs / stepMs) * stepMs;
}
