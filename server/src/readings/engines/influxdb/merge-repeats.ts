// Merges repeated timestamps of a machine within a batch into one row. Otherwise the result would depend on the order
// of the requests and on the version of InfluxDB.

import { BatchBuilder, type ReadingBatch } from '../../reading-batch.ts';
import { NONE_REFUSED, type RefusedReadings } from '../../refused-readings.ts';

/** The later row wins, metric by metric. A batch without repeats, which is the rule, is returned unchanged. */
export function mergeRepeats(batch: ReadingBatch): ReadingBatch {
  return hasAscendingTimes(batch) ? batch : merge(batch);
}

/**
 * Translates refused rows of `merged` to rows of the batch, one entry for each reason and metric. A reading of which nothing
 * is stored is refused as a whole.
 */
export function inBatch(
  refused: readonly RefusedReadings[],
  merged: ReadingBatch,
  batch: ReadingBatch,
): readonly RefusedReadings[] {
  if (refused.length === 0) return NONE_REFUSED;
  const momentOf = (rows: ReadingBatch, row: number) => `${rows.timestampsMs[row]} ${rows.machineIds[row]}`;
  const found = new Map<string, RefusedReadings & { rows: number[] }>();
  const add = (row: number, why: Omit<RefusedReadings, 'rows'>) => {
    const key = `${why.reason} ${why.metric}`;
    const entry = found.get(key) ?? { rows: [], ...why };
    found.set(key, entry);
    entry.rows.push(row);
  };
  const whys = new Map<string, Omit<RefusedReadings, 'rows'>[]>();
  for (const { rows, ...why } of refused) {
    for (const row of rows) {
      const moment = momentOf(merged, row);
      whys.set(moment, [...(whys.get(moment) ?? []), why]);
    }
  }
  for (let row = 0; row < batch.length; row++) {
    const all = whys.get(momentOf(batch, row)) ?? [];
    const metrics = batch.metrics.subarray(batch.starts[row], batch.starts[row + 1]);
    const own = all.filter(({ metric }) => metric === undefined || metrics.includes(metric));
    const [first] = own;
    if (first === undefined) continue;
    const { reason, message } = first;
    const isWhole = own.some(({ metric }) => metric === undefined) || own.length === metrics.length;
    if (isWhole) add(row, { reason, message });
    else for (const why of own) add(row, why);
  }
  return [...found.values()];
}

function hasAscendingTimes({ length, machineIds, timestampsMs }: ReadingBatch): boolean {
  const newest = new Map<string, number>();
  let id: string | undefined;
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < length; row++) {
    const timestampMs = timestampsMs[row] as number;
    // Batches name the same machine many times in succession.
    if (machineIds[row] !== id) {
      if (id !== undefined) newest.set(id, beforeMs);
      id = machineIds[row] as string;
      beforeMs = newest.get(id) ?? Number.NEGATIVE_INFINITY;
    }
    if (beforeMs >= timestampMs) return false;
    beforeMs = timestampMs;
  }
  return true;
}

function merge(batch: ReadingBatch): ReadingBatch {
  /** By machine and time: the position of the value of each metric that was appended last. */
  const merged = new Map<string, Map<number, Map<number, number>>>();
  for (let row = 0; row < batch.length; row++) {
    const id = batch.machineIds[row] as string;
    const timestampMs = batch.timestampsMs[row] as number;
    const times = merged.get(id) ?? new Map<number, Map<number, number>>();
    merged.set(id, times);
    const newest = times.get(timestampMs) ?? new Map<number, number>();
    times.set(timestampMs, newest);
    const end = batch.starts[row + 1] as number;
    for (let k = batch.starts[row] as number; k < end; k++) newest.set(batch.metrics[k] as number, k);
  }
  const builder = new BatchBuilder(batch.length, batch.values.length);
  for (const [id, times] of merged) {
    for (const [timestampMs, newest] of times) {
      for (const [metric, k] of newest) {
        builder.addValue(metric, batch.values[k] as number, batch.qualities[k] as number);
      }
      builder.endReading(id, timestampMs);
    }
  }
  return builder.finish();
}
