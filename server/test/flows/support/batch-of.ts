// Batches of readings for tests, with metrics by their names.

import { metricIndexOf } from '../../../src/metric-index.ts';
import { BAD, BatchBuilder, GOOD, type ReadingBatch } from '../../../src/readings/reading-batch.ts';

/** A value whose quality is bad; NaN where the device sent no number. */
export interface BadValue {
  readonly bad: number;
}
export const NO_NUMBER: BadValue = { bad: Number.NaN };

/** By name of the metric; null and undefined are not measured. */
export type Values = { readonly [metric: string]: number | BadValue | null | undefined };
export type Row = readonly [machineId: string, timestampMs: number, values: Values];

export function batchOf(...rows: readonly Row[]): ReadingBatch {
  const builder = new BatchBuilder();
  for (const [machineId, timestampMs, values] of rows) {
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === undefined) continue;
      const metric = metricIndexOf(name);
      if (typeof value === 'number') builder.addValue(metric, value, GOOD);
      else builder.addValue(metric, value.bad, BAD);
    }
    if (builder.openValues > 0) builder.endReading(machineId, timestampMs);
  }
  return builder.finish();
}
