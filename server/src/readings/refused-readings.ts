// Readings of a batch that a store refuses for good, while it has stored the others.

import { BatchBuilder, type ReadingBatch } from './reading-batch.ts';

/** `too_old`: older than the retention of the store. `store_conflict`: their type differs from what is stored. */
export type RefusalReason = 'too_old' | 'store_conflict';

export interface RefusedReadings {
  /** Rows of the batch, ascending. */
  rows: readonly number[];
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

export function countRefused(refused: readonly RefusedReadings[]): number {
  return refused.reduce((sum, { rows }) => sum + rows.length, 0);
}

/** The other rows of the batch, in order. */
export function withoutRefused(batch: ReadingBatch, refused: readonly RefusedReadings[]): ReadingBatch {
  if (refused.length === 0) return batch;
  const refusedRows = new Set(refused.flatMap(({ rows }) => rows));
  const stored = new BatchBuilder();
  for (let row = 0; row < batch.length; row++) if (!refusedRows.has(row)) stored.copyReading(batch, row);
  return stored.finish();
}
