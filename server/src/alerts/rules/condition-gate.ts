// Since when a condition counts that is tied to a state: "only while running", and a while after that has begun.

/** Changes that are kept, so that readings that come late are evaluated with the state of their time. */
const KEPT_CHANGES = 32;

export interface GateRule {
  /** The codes of the values with which the condition counts; 1 is true, 0 is false. */
  readonly codes: ReadonlySet<number>;
  /** It counts this long after the state has begun. */
  readonly startupMs: number;
}

/** The values of a state or boolean metric over time. Plain JSON: it is stored as it is. */
export interface GateState {
  /** From when, and the code; only changes, the oldest first. */
  readonly changes: (readonly [fromMs: number, code: number])[];
}

export const newGateState = (): GateState => ({ changes: [] });

/** Notes a value, not older than the one before. @returns whether it is another one */
export function noteGate({ changes }: GateState, atMs: number, code: number): boolean {
  const last = changes.at(-1);
  if (last !== undefined && last[1] === code) return false;
  if (last?.[0] === atMs) changes.pop();
  if (changes.at(-1)?.[1] !== code) changes.push([atMs, code]);
  if (changes.length > KEPT_CHANGES) changes.shift();
  return true;
}

/**
 * Since when the condition counts at this time, start-up included; Infinity while the state is another one, or not known.
 */
export function openSinceMs({ codes, startupMs }: GateRule, { changes }: GateState, atMs: number): number {
  let sinceMs = Number.POSITIVE_INFINITY;
  for (let i = changes.length - 1; i >= 0; i--) {
    const [fromMs, code] = changes[i] as readonly [number, number];
    if (fromMs > atMs) continue;
    if (!codes.has(code)) break;
    sinceMs = fromMs;
  }
  return sinceMs + startupMs;
}
