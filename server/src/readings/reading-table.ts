// Readings of one machine on their way out, as columns over one list of times.

import { BAD } from './reading-batch.ts';

/**
 * A metric of a table. `values[i]` belongs to the i-th time of the table. A value that was not measured is NaN with the
 * quality 0 (good). A bad value has the number that was sent, or NaN.
 */
export interface MetricColumn {
  /** See `metric-index.ts`. */
  readonly metric: number;
  readonly values: Float64Array;
  readonly qualities: Uint8Array;
}

export interface ReadingTable {
  readonly length: number;
  /** Whole UTC ms. */
  readonly timestampsMs: Float64Array;
  readonly columns: readonly MetricColumn[];
}

/** The values of a column, with NaN for bad ones. */
export function goodValues({ values, qualities }: MetricColumn): Float64Array {
  return qualities.includes(BAD) ? values.map((value, i) => (qualities[i] === BAD ? Number.NaN : value)) : values;
}
