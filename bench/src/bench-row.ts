// One measured figure, and how it is held against its goal.

export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The goal in words, and whether it is met; null where it is only shown for comparison. */
  readonly goal: { readonly text: string; readonly met: boolean } | null;
  /** What else ran on the same machine in the same run, under the same load. */
  readonly peer?: { readonly name: string; readonly value: number };
}

export interface BenchContext {
  /** How long each load lasts. */
  readonly seconds: number;
  /** How many days of single readings lie behind the history queries. */
  readonly rawDays: number;
  /** As long as the specification says, where the usual run looks at less. */
  readonly full: boolean;
  /** On the real servers that the environment names, instead of the embedded engines. */
  readonly servers: boolean;
  readonly say: (line: string) => void;
}

/** Starts what it measures, measures and stops it; nothing of it is left behind. */
export type Bench = (context: BenchContext) => Promise<BenchRow[]>;

export function atLeast(value: number, goal: number, unit: string): BenchRow['goal'] {
  return { text: `≥ ${goal} ${unit}`, met: value >= goal };
}

export function atMost(value: number, goal: number, unit: string): BenchRow['goal'] {
  return { text: `≤ ${goal} ${unit}`, met: value <= goal };
}

/** Nearest rank. `values` is sorted in place. */
export function percentile(values: Float64Array | number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  if (Array.isArray(values)) values.sort((a, b) => a - b);
  else values.sort();
  return values[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] as number;
}
