// One measured value, and how it compares with its goal.

export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The goal as text, and whether it is met; null if the value is only shown for comparison. */
  readonly goal: { readonly text: string; readonly met: boolean } | null;
  /** What another program reached on the same computer in the same run, under the same load. */
  readonly peer?: { readonly name: string; readonly value: number };
}

export interface BenchContext {
  /** Duration of each load. */
  readonly seconds: number;
  /** Days of single readings that the queries of the bench `history` read. */
  readonly rawDays: number;
  /** Runs as long as the specification says; otherwise a shorter time. */
  readonly full: boolean;
  /** Uses the servers that the environment names instead of the embedded engines. */
  readonly servers: boolean;
  readonly say: (line: string) => void;
}

/** Starts what it measures, measures it and stops it. Leaves nothing behind. */
export type Bench = (context: BenchContext) => Promise<BenchRow[]>;

export function atLeast(value: number, goal: number, unit: string): BenchRow['goal'] {
  return { text: `≥ ${goal} ${unit}`, met: value >= goal };
}

export function atMost(value: number, goal: number, unit: string): BenchRow['goal'] {
  return { text: `≤ ${goal} ${unit}`, met: value <= goal };
}

/** The percentile by nearest rank. `values` is sorted in place. */
export function percentile(values: Float64Array | number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  if (Array.isArray(values)) values.sort((a, b) => a - b);
  else values.sort();
  return values[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] as number;
}
