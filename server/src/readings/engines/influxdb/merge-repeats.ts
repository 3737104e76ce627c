// Merges repeated timestamps of a machine within a batch into one row. Otherwise the result would depend on the order
// of the requests and on the version of InfluxDB.

import { METRICS } from '@gonsters/contract';
import { ColumnsBuilder, type ReadingColumns } from '../../reading-columns.ts';
import { NONE_REFUSED, type RefusalReason, type RefusedReadings } from '../../refused-readings.ts';

/** The later row wins, metric by metric. A batch without repeats, which is the rule, is returned unchanged. */
export function mergeRepeats(batch: ReadingColumns): ReadingColumns {
  return hasAscendingTimes(batch) ? batch : merge(batch);
}

/** Translates refused rows of `merged` to rows of the batch, one entry for each reason. */
export function inBatch(
  refused: readonly RefusedReadings[],
  merged: ReadingColumns,
  batch: ReadingColumns,
): readonly RefusedReadings[] {
  if (refused.length === 0) return NONE_REFUSED;
  const momentOf = (columns: ReadingColumns, row: number) => `${columns.timestampsMs[row]} ${columns.machineIds[row]}`;
  const found = new Map<RefusalReason, { rows: number[]; reason: RefusalReason; message: string }>();
  const reasons = new Map<string, RefusalReason>();
  for (const { rows, reason, message } of refused) {
    if (!found.has(reason)) found.set(reason, { rows: [], reason, message });
    for (const row of rows) reasons.set(momentOf(merged, row), reason);
  }
  for (let row = 0; row < batch.length; row++) {
    const reason = reasons.get(momentOf(batch, row));
    if (reason !== undefined) found.get(reason)?.rows.push(row);
  }
  return [...found.values()];
}

function hasAscendingTimes({ length, machineIds, timestampsMs }: ReadingColumns): boolean {
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

function merge(batch: ReadingColumns): ReadingColumns {
  const merged = new Map<string, Map<number, number[]>>();
  for (let row = 0; row < batch.length; row++) {
    const id = batch.machineIds[row] as string;
    const timestampMs = batch.timestampsMs[row] as number;
    const values = METRICS.map((_, m) => (batch.values[m] as Float64Array)[row] as number);
    let times = merged.get(id);
    if (times === undefined) {
      times = new Map();
      merged.set(id, times);
    }
    const before = times.get(timestampMs);
    times.set(
      timestampMs,
      before ? values.map((value, m) => (Number.isNaN(value) ? (before[m] as number) : value)) : values,
    );
  }
  const builder = new ColumnsBuilder(batch.length);
  for (const [id, times] of merged) for (const [timestampMs, values] of times) builder.add(id, timestampMs, values);
  return builder.finish();
}
