// Copies single readings from one store to another, machine by machine, with bounded memory.

import { AppError } from '../errors.ts';
import { concatColumns, type ReadingColumns } from './reading-columns.ts';
import type { RawRange, ReadingStore, RetentionDays } from './reading-store.ts';
import { countRefused } from './refused-readings.ts';

const READINGS_PER_APPEND = 20_000;
const FOR_EVER_DAYS = 365_000;
/** For a copy: what is stored is older than anybody's retention might say, and stays. */
export const KEEP_ALL: RetentionDays = {
  raw: FOR_EVER_DAYS,
  '1m': FOR_EVER_DAYS,
  '1h': FOR_EVER_DAYS,
  '1d': FOR_EVER_DAYS,
};
export const EVER = { fromMs: Number.MIN_SAFE_INTEGER, toMs: Number.MAX_SAFE_INTEGER };

/**
 * Resolves with the number of readings when they are durable in `to`; `onAppended` hears of those so far.
 * Rejects as the stores do, and with `conflict` where `to` will never take some of them.
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
        `Of the readings the target will never take ${countRefused(refused)}: ${refused[0].message}`,
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

/** Of every machine that has readings, and tidies up the copy. Rejects as the stores do. */
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
