// Copies all readings to another store and holds every machine and day of both against each other.

import type { Clock } from '../clock.ts';
import { copyReadings, EVER, KEEP_ALL } from '../readings/copy-readings.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { TransferTarget } from '../readings/store-copies.ts';
import { compareDays, digestReadings } from './reading-digests.ts';
import type { MoveProgress } from './transfer-progress.ts';
import { compareSummaries, moveSummaries } from './transfer-summaries.ts';

/** Readings of one machine between two lines of progress: some seconds. */
const TOLD_EVERY = 500_000;
/** Housekeeping waits this long for what comes late; here nothing comes any more. */
const NOTHING_COMES_LATE_MS = 5 * 60_000;

/**
 * Goes on where an interrupted move was: writing a reading again changes nothing.
 *
 * @returns readings in the target and differences, one sentence each
 * @throws AppError `conflict` where `to` holds what is no copy of this source
 */
export async function moveReadings(
  parts: {
    from: Pick<ReadingStore, 'export' | 'buckets' | 'latest'>;
    to: ReadingStore & TransferTarget;
    /** Machines that are known, whether or not they have readings. */
    machineIds: readonly string[];
    progress: MoveProgress;
    clock: Clock;
  },
  tell: (line: string) => void,
): Promise<{ readings: number; differences: string[] }> {
  const { from, to, progress } = parts;
  const ids = [...new Set([...parts.machineIds, ...(await from.latest()).machineIds])].sort();
  await to.claimCopy(
    progress.source,
    ids.some((machineId) => !progress.isCopied(machineId)),
  );
  for (const [index, machineId] of ids.entries()) {
    if (progress.isCopied(machineId)) continue;
    let toldOf = 0;
    const copied = await copyReadings(from, to, { machineId, ...EVER }, (soFar) => {
      if (soFar - toldOf < TOLD_EVERY) return;
      toldOf = soFar;
      tell(`Machine ${index + 1} of ${ids.length}: ${soFar} readings so far`);
    });
    await progress.noteCopied(machineId);
    tell(`Machine ${index + 1} of ${ids.length}: ${copied} readings copied`);
  }

  tell('Summarising what was copied');
  await to.runDueJobs(parts.clock.nowMs() + NOTHING_COMES_LATE_MS, KEEP_ALL);

  const differences: string[] = [];
  let readings = 0;
  for (const [index, machineId] of ids.entries()) {
    const moved = await moveSummaries(from, to, machineId);
    const [here, there] = [await digestReadings(from, machineId), await digestReadings(to, machineId)];
    for (const day of there.values()) readings += day.readings;
    differences.push(...compareDays(machineId, here, there), ...(await compareSummaries(from, to, machineId)));
    tell(`Machine ${index + 1} of ${ids.length}: ${here.size} days compared, ${moved} older summaries written`);
  }
  for (const machineId of new Set((await to.latest()).machineIds)) {
    if (!ids.includes(machineId)) differences.push(`Machine ${machineId} has readings there, and none here`);
  }
  // What was noted as copied is not there: the next run copies everything again.
  if (differences.length > 0) await progress.forget();
  return { readings, differences };
}
