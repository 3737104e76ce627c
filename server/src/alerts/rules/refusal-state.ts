// Whether most of what a gateway sends is refused, and has been for five minutes. Pure functions.

export interface RefusalState {
  readonly isActive: boolean;
  /** Since when the share says the opposite of `isActive`; null while it agrees. */
  readonly changingSinceMs: number | null;
}

/** More than this share is most of it. */
export const MOST_SHARE = 0.5;
const DELAY_MS = 300_000;

/** @param share of the messages that were refused, 0 to 1 */
export function stepRefusals(state: RefusalState, share: number, nowMs: number): RefusalState {
  if (share > MOST_SHARE === state.isActive)
    return state.changingSinceMs === null ? state : { ...state, changingSinceMs: null };
  // The clock may have been set back.
  const sinceMs = Math.min(state.changingSinceMs ?? nowMs, nowMs);
  if (nowMs - sinceMs < DELAY_MS) return { ...state, changingSinceMs: sinceMs };
  return { isActive: !state.isActive, changingSinceMs: null };
}
