// For which holds the times in each state of a bucket are exact: `heldMs` of a partial.

/** What a partial says of the values of a bucket. */
interface Counted {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly durations: ReadonlyMap<number, number>;
}

/** No hold is this short. */
const NEVER = -1;
/** The hold of all rollups that say nothing of it. */
export const FORMER_HOLD_MS = 3_600_000;
/** Stands among the stored durations of a bucket in place of a value, with `heldMs` as its time. No value is so small. */
export const HELD_CODE = Number.MIN_SAFE_INTEGER;

/** Whether the durations are those that a query with this hold would count. */
export function isExactFor({ heldMs }: { heldMs: number }, holdMs: number): boolean {
  return heldMs >= 0 ? heldMs <= holdMs : heldMs === -holdMs;
}

/** `heldMs` of a bucket that consists of two parts. */
export function combineHeld(a: number, b: number): number {
  if (a >= 0 && b >= 0) return Math.max(a, b);
  if (a < 0 && b < 0) return a === b ? a : NEVER;
  const [cut, whole] = a < 0 ? [a, b] : [b, a];
  return whole <= -cut ? cut : NEVER;
}

/** `heldMs` of a partial that was stored without it: at least the longest time between two values. */
export function inferHeld({ count, firstMs, lastMs, durations }: Counted): number {
  const spanMs = lastMs - firstMs;
  if (count < 2 || Number.isNaN(spanMs)) return 0;
  let knownMs = 0;
  for (const ms of durations.values()) knownMs += ms;
  return knownMs === spanMs ? spanMs : -FORMER_HOLD_MS;
}
