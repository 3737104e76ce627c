// Copies single readings from one store to another, machine by machine, with bounded memory.

import { AppError } from '../errors.ts';
import { concatColumns, type ReadingColumns } from './reading-columns.ts';
import type { RawRange, ReadingStore, RetentionDays } from './reading-store.ts';
import { countRefused } from './refused-readings.ts';

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
  range: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>,
  onAppended: (copied: number) => void = () => {},
): Promise<number> {
  let copied = 0;
  let waiting: ReadingColumns[] = [];
  let length = 0;
  const append = async () => {
    const refused = await to.append(concatColumns(waiting));
    if (refused[0] !== undefined) {
      throw new AppError(
        'conflict',
        `The target refuses ${countRefused(refused)} readings for good: ${refused[0].message}`,
      );
    }
    copied += length;
    waiting = [];
    length = 0;
    onAppended(copied);
  };
  for await (const rows of from.export(range)) {
    waiting.push(rows);
    length += rows.length;
    if (length >= READINGS_PER_APPEND) await append();
  }
  if (length > 0) await append();
  return copied;
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
