// Copies all readings to another store and compares both, for every machine and day.

import type { Clock } from '../clock.ts';
import { copyReadings, EVER, KEEP_ALL } from '../readings/copy-readings.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { PartialSource, TransferTarget } from '../readings/store-copies.ts';
import { compareDays, digestReadings } from './reading-digests.ts';
import type { TransferProgress } from './transfer-progress.ts';
import { compareSummaries, transferSummaries } from './transfer-summaries.ts';

/** Readings of one machine between two progress lines; copying them takes some seconds. */
const PROGRESS_EVERY = 500_000;
/** Housekeeping waits this long for what comes late; here nothing comes any more. */
const NOTHING_COMES_LATE_MS = 5 * 60_000;

/**
 * Continues an interrupted transfer: writing a reading again changes nothing.
 *
 * @returns the number of readings in the target, and the differences, one sentence each
 * @throws AppError `conflict` where `to` holds data that is not a copy of this source
 */
export async function transferReadings(
  deps: {
    from: Pick<ReadingStore, 'export' | 'buckets' | 'latest'> & PartialSource;
    to: ReadingStore & TransferTarget;
    /** All machines of the database, also those without readings. */
    machineIds: readonly string[];
    progress: TransferProgress;
    clock: Clock;
  },
  tell: (line: string) => void,
): Promise<{ readings: number; differences: string[] }> {
  const { from, to, progress } = deps;
  const { machineIds, starts } = await from.latest();
  const ids = [...new Set([...deps.machineIds, ...machineIds])].sort();
  const metricsOf = new Map<string, number>();
  for (const [row, id] of machineIds.entries()) {
    const values = (starts[row + 1] as number) - (starts[row] as number);
    metricsOf.set(id, (metricsOf.get(id) ?? 0) + values);
  }
  await to.claimCopy(
    progress.source,
    ids.some((machineId) => !progress.isCopied(machineId)),
  );
  for (const [index, machineId] of ids.entries()) {
    if (progress.isCopied(machineId)) continue;
    let reported = 0;
    const copied = await copyReadings(from, to, { machineId, ...EVER }, (soFar) => {
      if (soFar - reported < PROGRESS_EVERY) return;
      reported = soFar;
      tell(`Machine ${index + 1} of ${ids.length}: ${soFar} readings so far`);
    });
    await progress.noteCopied(machineId);
    tell(`Machine ${index + 1} of ${ids.length}: ${copied} readings copied`);
  }

  tell('Computing the rollups of the copied readings');
  await to.runDueJobs(deps.clock.nowMs() + NOTHING_COMES_LATE_MS, KEEP_ALL);

  const differences: string[] = [];
  let readings = 0;
  for (const [index, machineId] of ids.entries()) {
    const machine = { id: machineId, metrics: metricsOf.get(machineId) ?? 0 };
    const written = await transferSummaries(from, to, machine);
    const [source, target] = [await digestReadings(from, machineId), await digestReadings(to, machineId)];
    for (const day of target.values()) readings += day.readings;
    differences.push(...compareDays(machineId, source, target), ...(await compareSummaries(from, to, machine)));
    tell(`Machine ${index + 1} of ${ids.length}: ${source.size} days compared, ${written} older rollups written`);
  }
  for (const machineId of new Set((await to.latest()).machineIds)) {
    if (!ids.includes(machineId))
      differences.push(`Machine ${machineId} has readings in the target, and none in the source`);
  }
  // Machines that count as copied differ: the next run copies everything again.
  if (differences.length > 0) await progress.reset();
  return { readings, differences };
}
