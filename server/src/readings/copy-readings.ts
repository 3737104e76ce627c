// Copies single readings from one store to another, machine by machine, with bounded memory.

import { AppError } from '../errors.ts';
import { BatchBuilder, GOOD } from './reading-batch.ts';
import type { ReadingRange, ReadingStore, RetentionDays } from './reading-store.ts';
import type { ReadingTable } from './reading-table.ts';

const READINGS_PER_APPEND = 20_000;
const FOREVER_DAYS = 365_000;
/** For copies: nothing expires, however old it is. */
export const KEEP_ALL: RetentionDays = {
  raw: FOREVER_DAYS,
  '1m': FOREVER_DAYS,
  '1h': FOREVER_DAYS,
  '1d': FOREVER_DAYS,
};
export const EVER = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER };

/**
 * Resolves with the number of readings once they are durable in `to`. `onAppended` receives the number so far. Rejects
 * as the stores do, and with `conflict` if `to` can never store some of them.
 */
export async function copyReadings(
  from: Pick<ReadingStore, 'export'>,
  to: Pick<ReadingStore, 'append'>,
  range: ReadingRange,
  onAppended: (copied: number) => void = () => {},
): Promise<number> {
  let copied = 0;
  let waiting = new BatchBuilder();
  const append = async () => {
    const refused = await to.append(waiting.finish());
    if (refused[0] !== undefined) {
      throw new AppError(
        'conflict',
        `The target refuses ${refused.reduce((sum, { rows }) => sum + rows.length, 0)} readings for good: ${refused[0].message}`,
      );
    }
    copied += waiting.length;
    waiting = new BatchBuilder();
    onAppended(copied);
  };
  for await (const table of from.export({ ...range, metrics: null })) {
    addTable(waiting, range.machineId, table);
    if (waiting.length >= READINGS_PER_APPEND) await append();
  }
  if (waiting.length > 0) await append();
  return copied;
}

/** Adds the rows of a table as readings, without the values that were not measured. */
export function addTable(to: BatchBuilder, machineId: string, { length, timestampsMs, columns }: ReadingTable): void {
  for (let row = 0; row < length; row++) {
    for (const { metric, values, qualities } of columns) {
      const value = values[row] as number;
      const quality = qualities[row] as number;
      if (quality !== GOOD || !Number.isNaN(value)) to.addValue(metric, value, quality);
    }
    if (to.openValues > 0) to.endReading(machineId, timestampsMs[row] as number);
  }
}

/** Copies the readings of every machine, then runs the background jobs of the copy. Rejects as the stores do. */
export async function copyAllReadings(
  from: Pick<ReadingStore, 'export' | 'latest'>,
  to: Pick<ReadingStore, 'append' | 'runDueJobs'>,
  nowMs: number,
): Promise<void> {
  for (const machineId of new Set((await from.latest()).machineIds)) {
    await copyReadings(from, to, { machineId, ...EVER });
  }
  await to.runDueJobs(nowMs, KEEP_ALL);
}
