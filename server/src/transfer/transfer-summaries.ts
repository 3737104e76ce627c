// Summaries outlive their readings: what the source still knows of hours and days whose readings have expired is written
// to the target's tiers, and nothing else is, since the target makes the others itself.

import { METRIC_NAMES } from '@gonsters/contract';
import { EVER } from '../readings/copy-readings.ts';
import type { BucketPage, ReadingStore } from '../readings/reading-store.ts';
import { INTERVALS_MS } from '../readings/reading-store.ts';
import type { TransferTarget } from '../readings/store-copies.ts';
import { DAY_MS, ROLLUP_INTERVALS, type RollupInterval } from '../readings/time-buckets.ts';

const BUCKETS_AT_ONCE = 5_000;
/** Sums of the same values in another order. */
const TOLERANCE = 1e-9;

/** @returns how many buckets were written */
export async function moveSummaries(
  from: Pick<ReadingStore, 'buckets'>,
  to: Pick<ReadingStore, 'buckets'> & TransferTarget,
  machineId: string,
): Promise<number> {
  let moved = 0;
  for (const tier of ROLLUP_INTERVALS) {
    for await (const { page, rows } of differingPages(from, to, machineId, tier)) {
      await to.importRollups(tier, machineId, page, rows);
      moved += rows.length;
    }
  }
  return moved;
}

/** One sentence per tier in which something differs. */
export async function compareSummaries(
  from: Pick<ReadingStore, 'buckets'>,
  to: Pick<ReadingStore, 'buckets'>,
  machineId: string,
): Promise<string[]> {
  const differences: string[] = [];
  for (const tier of ROLLUP_INTERVALS) {
    let differing = 0;
    for await (const { rows } of differingPages(from, to, machineId, tier)) differing += rows.length;
    if (differing > 0) differences.push(`Machine ${machineId}: ${differing} buckets of ${tier} differ there`);
  }
  return differences;
}

/** Pages of the source with the rows that the target lacks, or has otherwise. */
async function* differingPages(
  from: Pick<ReadingStore, 'buckets'>,
  to: Pick<ReadingStore, 'buckets'>,
  machineId: string,
  tier: RollupInterval,
): AsyncGenerator<{ page: BucketPage; rows: number[] }> {
  const query = { machineId, order: 'asc', offset: 0, limit: Number.MAX_SAFE_INTEGER } as const;
  const { timestampsMs: days } = await from.buckets({ ...query, ...EVER, interval: '1d' });
  const daysAtOnce = Math.ceil((BUCKETS_AT_ONCE * INTERVALS_MS[tier]) / DAY_MS);
  for (let first = 0; first < days.length; first += daysAtOnce) {
    const last = Math.min(first + daysAtOnce, days.length) - 1;
    const range = { fromMs: days[first] as number, toMs: (days[last] as number) + DAY_MS };
    const page = await from.buckets({ ...query, ...range, interval: tier });
    const found = await to.buckets({ ...query, ...range, interval: tier });
    const rowOf = new Map([...found.timestampsMs].map((startMs, row) => [startMs, row]));
    const rows: number[] = [];
    for (let row = 0; row < page.length; row++) {
      const other = rowOf.get(page.timestampsMs[row] as number);
      if (other === undefined || !areAlike(page, row, found, other)) rows.push(row);
    }
    if (rows.length > 0) yield { page, rows };
  }
}

function areAlike(a: BucketPage, rowA: number, b: BucketPage, rowB: number): boolean {
  return METRIC_NAMES.every((name) => {
    const [here, there] = [a.metrics[name], b.metrics[name]];
    if (here.count[rowA] !== there.count[rowB]) return false;
    if (here.count[rowA] === 0) return true;
    const [sum, other] = [here.sum[rowA] as number, there.sum[rowB] as number];
    const isNear = Math.abs(sum - other) <= TOLERANCE * Math.max(1, Math.abs(sum), Math.abs(other));
    return isNear && here.min[rowA] === there.min[rowB] && here.max[rowA] === there.max[rowB];
  });
}
