// Copies the readings of one machine to another, in chunks of bounded size, from where an earlier attempt ended.

import { BatchBuilder, GOOD, type ReadingBatch } from '../../readings/reading-batch.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import type { ReadingTable } from '../../readings/reading-table.ts';
import type { HandoverProgress } from './handover-repository.ts';

export interface CopyDeps {
  readings: Pick<ReadingStore, 'export'>;
  /** Stores a chunk, and waits while the store is busy. */
  append: (chunk: ReadingBatch) => Promise<void>;
  /** Stores the progress. @returns whether copying may continue */
  onProgress: (progress: HandoverProgress) => Promise<boolean>;
}

/** Later than any reading. */
export const END_MS = Date.UTC(10_000, 0);
/** Rows of one append. */
const MAX_ROWS = 10_000;

/**
 * Values that the successor has of the same metric and time are its own and stay; those that differ are counted. Copying the same
 * readings again is harmless, so an attempt that was interrupted continues at the last progress.
 *
 * @returns the progress at the end; null if copying may not continue
 */
export async function copyHistory(
  { readings, append, onProgress }: CopyDeps,
  { machineId, successorId }: { machineId: string; successorId: string },
  start: HandoverProgress,
): Promise<HandoverProgress | null> {
  let progress = start;
  for await (const exported of readings.export({
    machineId,
    fromMs: start.copiedUntilMs,
    toMs: END_MS,
    metrics: null,
  })) {
    for (let from = 0; from < exported.length; from += MAX_ROWS) {
      const chunk = { exported, from, to: Math.min(from + MAX_ROWS, exported.length) };
      const own = await valuesOf(readings, successorId, chunk);
      const rows = new BatchBuilder(MAX_ROWS);
      const overlapping = addMissing(chunk, own, successorId, rows);
      if (rows.length > 0) await append(rows.finish());
      progress = {
        ...progress,
        copiedReadings: progress.copiedReadings + chunk.to - from,
        copiedUntilMs: (exported.timestampsMs[chunk.to - 1] as number) + 1,
        overlappingValues: progress.overlappingValues + overlapping,
      };
      if (!(await onProgress(progress))) return null;
    }
  }
  return progress;
}

/** Rows of an export: `from` included, `to` excluded. They are in ascending order. */
interface Chunk {
  exported: ReadingTable;
  from: number;
  to: number;
}
/** By metric. */
type Values = ReadonlyMap<number, { readonly value: number; readonly quality: number }>;

/** What a machine has at the times of the chunk. */
async function valuesOf(readings: CopyDeps['readings'], machineId: string, chunk: Chunk): Promise<Map<number, Values>> {
  const times = chunk.exported.timestampsMs.subarray(chunk.from, chunk.to);
  const wanted = new Set(times);
  const found = new Map<number, Values>();
  const range = { machineId, fromMs: times[0] as number, toMs: (times.at(-1) as number) + 1, metrics: null };
  for await (const own of readings.export(range)) {
    for (let row = 0; row < own.length; row++) {
      const timestampMs = own.timestampsMs[row] as number;
      if (wanted.has(timestampMs)) found.set(timestampMs, valuesAt(own, row));
    }
  }
  return found;
}

/** Adds the rows without the values that `own` has. @returns how many of those differ */
function addMissing(chunk: Chunk, own: ReadonlyMap<number, Values>, machineId: string, rows: BatchBuilder): number {
  let differing = 0;
  for (let row = chunk.from; row < chunk.to; row++) {
    const timestampMs = chunk.exported.timestampsMs[row] as number;
    const kept = own.get(timestampMs);
    for (const [metric, given] of valuesAt(chunk.exported, row)) {
      const other = kept?.get(metric);
      if (other === undefined) rows.addValue(metric, given.value, given.quality);
      else if (!Object.is(other.value, given.value) || other.quality !== given.quality) differing++;
    }
    if (rows.openValues > 0) rows.endReading(machineId, timestampMs);
  }
  return differing;
}

function valuesAt({ columns }: ReadingTable, row: number): Values {
  const values = new Map<number, { value: number; quality: number }>();
  for (const column of columns) {
    const value = column.values[row] as number;
    const quality = column.qualities[row] as number;
    if (quality !== GOOD || !Number.isNaN(value)) values.set(column.metric, { value, quality });
  }
  return values;
}
