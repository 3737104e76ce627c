// Moves all readings of a machine to its successor: copies them, makes sure that none is left out, then deletes them at the machine.

import type { KeptReason } from '@gonsters/contract';
import { AppError, isAppError } from '../../errors.ts';
import { bucketGrid } from '../../readings/bucket-grid.ts';
import type { GroupCommit } from '../../readings/group-commit.ts';
import type { ReadingBatch } from '../../readings/reading-batch.ts';
import type { ReadingStore } from '../../readings/reading-store.ts';
import { INTERVALS_MS } from '../../readings/time-buckets.ts';
import { copyHistory, END_MS } from './copy-history.ts';
import type { HandoverProgress, HandoverRecord } from './handover-repository.ts';

export interface MoveDeps {
  readings: Pick<ReadingStore, 'export' | 'raw' | 'buckets' | 'deleteMachine'>;
  commit: Pick<GroupCommit, 'appendCopy' | 'room'>;
  /** Stores the progress. @returns whether moving may continue */
  onProgress: (progress: HandoverProgress) => Promise<boolean>;
}

/**
 * New readings of the machine must already be stored for the successor. May be repeated after any failure. Rejects as the stores
 * do, and with `conflict` if the store will never accept some of the readings for the successor.
 *
 * @returns why the readings were not deleted at the machine, null if they were; `stopped` if moving may not continue
 */
export async function moveHistory(deps: MoveDeps, record: HandoverRecord): Promise<KeptReason | null | 'stopped'> {
  const { readings, commit } = deps;
  const { machineId } = record;
  const copy = { ...deps, append: (chunk: ReadingBatch) => appendCopy(commit, chunk) };
  const total = await countReadings(readings, machineId);
  let start: HandoverProgress = { ...record, totalReadings: Math.max(record.totalReadings, total) };
  for (;;) {
    const progress = await copyHistory(copy, record, start);
    if (progress === null) return 'stopped';
    const left = await countReadings(readings, machineId);
    // Readings that expire, or that an earlier attempt has deleted, make it fewer. If there are more, some were not copied.
    if (left <= progress.copiedReadings) break;
    start = { totalReadings: left, copiedReadings: 0, copiedUntilMs: 0, overlappingValues: 0 };
  }
  if (await hasOlderRollups(readings, machineId)) return 'older_rollups';
  try {
    await readings.deleteMachine(machineId);
    return null;
  } catch (error) {
    if (isAppError(error, 'conflict')) return 'not_supported';
    throw error;
  }
}

export async function countReadings(readings: Pick<ReadingStore, 'raw'>, machineId: string): Promise<number> {
  return (await readings.raw(oldestOf(machineId))).total;
}

/** Every reading is counted, whichever metric is asked for. */
const ANY_METRIC = 0;

function oldestOf(machineId: string) {
  const page = { order: 'asc', offset: 0, limit: 1 } as const;
  return { machineId, fromMs: 0, toMs: END_MS, ...page, metrics: [ANY_METRIC], everyReading: true };
}

async function appendCopy(commit: MoveDeps['commit'], chunk: ReadingBatch): Promise<void> {
  for (;;) {
    try {
      const refused = await commit.appendCopy(chunk);
      // Readings that are too old would expire at the former machine as well.
      const conflict = refused.find(({ reason }) => reason === 'store_conflict');
      if (conflict !== undefined) throw new AppError('conflict', conflict.message);
      return;
    } catch (error) {
      if (!isAppError(error, 'busy')) throw error;
      await commit.room();
    }
  }
}

/** Rollups are retained for longer than single readings, and cannot be copied: deleting them would lose them. */
async function hasOlderRollups(readings: MoveDeps['readings'], machineId: string): Promise<boolean> {
  const oldest = oldestOf(machineId);
  const oldestMs = (await readings.raw(oldest)).rows.timestampsMs[0] ?? END_MS;
  for (const interval of ['1d', '1h'] as const) {
    const bucketMs = (
      await readings.buckets({
        ...{ ...oldest, metrics: [{ metric: ANY_METRIC, kind: 'gauge' as const }] },
        ...{ grid: bucketGrid(interval), holdMs: 0 },
      })
    ).timestampsMs[0];
    if (bucketMs !== undefined && bucketMs + INTERVALS_MS[interval] <= oldestMs) return true;
  }
  return false;
}
