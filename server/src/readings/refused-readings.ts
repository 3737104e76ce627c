// Readings of a batch that a store refuses for good, while it has stored the others.

import { BatchBuilder, type ReadingBatch } from './reading-batch.ts';

/**
 * `too_old`: older than the retention of the store. `store_conflict`: their type differs from what is stored. `already_stored`: not by a
 * store, but because the sender may not overwrite values.
 */
export type RefusalReason = 'too_old' | 'store_conflict' | 'already_stored';

export interface RefusedReadings {
  /** Rows of the batch, ascending. */
  rows: readonly number[];
  /** If it is there, only the value of this metric is refused; the rest of these readings is stored. */
  metric?: number;
  reason: RefusalReason;
  /** The message of the store. */
  message: string;
}

export const NONE_REFUSED: readonly RefusedReadings[] = [];

/** The refused rows from `start` (included) to `end` (excluded), counted from `start`. */
export function refusedWithin(
  refused: readonly RefusedReadings[],
  start: number,
  end: number,
): readonly RefusedReadings[] {
  if (refused.length === 0) return NONE_REFUSED;
  return refused.flatMap(({ rows, ...why }) => {
    const within = rows.filter((row) => row >= start && row < end).map((row) => row - start);
    return within.length === 0 ? [] : [{ rows: within, ...why }];
  });
}

/**
 * What was refused of `withoutRefused(batch, before)`, with the rows of the batch itself.
 *
 * @param length of the batch
 */
export function ofWhole(
  refused: readonly RefusedReadings[],
  length: number,
  before: readonly RefusedReadings[],
): readonly RefusedReadings[] {
  if (refused.length === 0 || before.length === 0) return refused;
  const gone = new Set(before.flatMap(({ rows, metric }) => (metric === undefined ? rows : [])));
  const kept = Array.from({ length }, (_, row) => row).filter((row) => !gone.has(row));
  return refused.map((each) => ({ ...each, rows: each.rows.map((row) => kept[row] as number) }));
}

/** Number of readings of which nothing is stored. */
export function countRefused(refused: readonly RefusedReadings[]): number {
  return refused.reduce((sum, { rows, metric }) => sum + (metric === undefined ? rows.length : 0), 0);
}

/** What is stored of the batch, in order. */
export function withoutRefused(batch: ReadingBatch, refused: readonly RefusedReadings[]): ReadingBatch {
  if (refused.length === 0) return batch;
  const readings = new Set<number>();
  const values = new Map<number, Set<number>>();
  for (const { rows, metric } of refused) {
    for (const row of rows) {
      if (metric === undefined) readings.add(row);
      else values.set(row, (values.get(row) ?? new Set()).add(metric));
    }
  }
  const stored = new BatchBuilder();
  for (let row = 0; row < batch.length; row++) {
    if (!readings.has(row)) stored.copyReading(batch, row, values.get(row));
  }
  return stored.finish();
}
