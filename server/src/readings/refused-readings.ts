// Readings of a batch that a store will never take, while it has stored the others.

import { ColumnsBuilder, type ReadingColumns } from './reading-columns.ts';

/** `too_old`: older than the store keeps anything; `store_conflict`: they do not go with what it holds. */
export type RefusalReason = 'too_old' | 'store_conflict';

export interface RefusedReadings {
  /** Rows of the batch, ascending. */
  rows: readonly number[];
  reason: RefusalReason;
  /** What the store says of them. */
  message: string;
}

export const NONE_REFUSED: readonly RefusedReadings[] = [];

/** Of the rows from `start` to before `end`, counted from `start`. */
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

/** The others of the batch, in order. */
export function withoutRefused(batch: ReadingColumns, refused: readonly RefusedReadings[]): ReadingColumns {
  if (refused.length === 0) return batch;
  const left = new Set(refused.flatMap(({ rows }) => rows));
  const kept = new ColumnsBuilder();
  const values = new Float64Array(batch.values.length);
  for (let row = 0; row < batch.length; row++) {
    if (left.has(row)) continue;
    for (let m = 0; m < values.length; m++) values[m] = (batch.values[m] as Float64Array)[row] as number;
    kept.add(batch.machineIds[row] as string, batch.timestampsMs[row] as number, values);
  }
  return kept.finish();
}
