// Copies the readings of one machine to another, in chunks of bounded size, from where an earlier attempt ended.

import { ColumnsBuilder, type ReadingColumns } from '../../readings/reading-columns.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import type { HandoverProgress } from './handover-repository.ts';

export interface CopyDeps {
  readings: Pick<ReadingStore, 'export'>;
  /** Stores a chunk, and waits while the store is busy. */
  append: (chunk: ReadingColumns) => Promise<void>;
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
  for await (const exported of readings.export({ machineId, fromMs: start.copiedUntilMs, toMs: END_MS })) {
    for (let from = 0; from < exported.length; from += MAX_ROWS) {
      const chunk = { exported, from, to: Math.min(from + MAX_ROWS, exported.length) };
      const own = await valuesOf(readings, successorId, chunk);
      const rows = new ColumnsBuilder(MAX_ROWS);
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
  exported: ReadingColumns;
  from: number;
  to: number;
}
type Values = readonly number[];

/** What a machine has at the times of the chunk. */
async function valuesOf(readings: CopyDeps['readings'], machineId: string, chunk: Chunk): Promise<Map<number, Values>> {
  const times = chunk.exported.timestampsMs.subarray(chunk.from, chunk.to);
  const wanted = new Set(times);
  const found = new Map<number, Values>();
  const range = { machineId, fromMs: times[0] as number, toMs: (times.at(-1) as number) + 1 };
  for await (const own of readings.export(range)) {
    for (let row = 0; row < own.length; row++) {
      const timestampMs = own.timestampsMs[row] as number;
      if (wanted.has(timestampMs)) found.set(timestampMs, valuesAt(own, row));
    }
  }
  return found;
}

/** Adds the rows without the values that `own` has. @returns how many of those differ */
function addMissing(chunk: Chunk, own: ReadonlyMap<number, Values>, machineId: string, rows: ColumnsBuilder): number {
  let differing = 0;
  for (let row = chunk.from; row < chunk.to; row++) {
    const timestampMs = chunk.exported.timestampsMs[row] as number;
    const values = valuesAt(chunk.exported, row);
    for (const [m, value] of (own.get(timestampMs) ?? []).entries()) {
      if (Number.isNaN(value)) continue;
      const given = values[m] as number;
      if (!Number.isNaN(given) && given !== value) differing++;
      values[m] = Number.NaN;
    }
    if (!values.every(Number.isNaN)) rows.add(machineId, timestampMs, values);
  }
  return differing;
}

const valuesAt = ({ values }: ReadingColumns, row: number): number[] => values.map((column) => column[row] as number);
