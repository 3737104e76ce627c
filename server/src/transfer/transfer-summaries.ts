// Transfers the rollups whose readings have expired in the source. The target computes all other rollups itself, from the
// readings that were copied.

import { METRIC_NAMES } from '@gonsters/contract';
import { EVER } from '../readings/copy-readings.ts';
import type { BucketPage, ReadingStore } from '../readings/reading-store.ts';
import { INTERVALS_MS } from '../readings/reading-store.ts';
import type { TransferTarget } from '../readings/store-copies.ts';
import { DAY_MS, ROLLUP_INTERVALS, type RollupInterval } from '../readings/time-buckets.ts';

const BUCKETS_PER_PAGE = 5_000;
/** Relative difference of two sums of the same values, added in another order. */
const TOLERANCE = 1e-9;

/** @returns how many buckets were written */
export async function transferSummaries(
  from: Pick<ReadingStore, 'buckets'>,
  to: Pick<ReadingStore, 'buckets'> & TransferTarget,
  machineId: string,
): Promise<number> {
  let written = 0;
  for (const tier of ROLLUP_INTERVALS) {
    for await (const { page, rows } of differingPages(from, to, machineId, tier)) {
      await to.importRollups(tier, machineId, page, rows);
      written += rows.length;
    }
  }
  return written;
}

/** One sentence for each rollup interval in which buckets differ. */
export async function compareSummaries(
  from: Pick<ReadingStore, 'buckets'>,
  to: Pick<ReadingStore, 'buckets'>,
  machineId: string,
): Promise<string[]> {
  const differences: string[] = [];
  for (const tier of ROLLUP_INTERVALS) {
    let differing = 0;
    for await (const { rows } of differingPages(from, to, machineId, tier)) differing += rows.length;
    if (differing > 0) differences.push(`Machine ${machineId}: ${differing} buckets of ${tier} differ in the target`);
  }
  return differences;
}

/** Pages of the source, each with the rows that are missing or different in the target. */
async function* differingPages(
  from: Pick<ReadingStore, 'buckets'>,
  to: Pick<ReadingStore, 'buckets'>,
  machineId: string,
  tier: RollupInterval,
): AsyncGenerator<{ page: BucketPage; rows: number[] }> {
  const query = { machineId, order: 'asc', offset: 0, limit: Number.MAX_SAFE_INTEGER } as const;
  const { timestampsMs: days } = await from.buckets({ ...query, ...EVER, interval: '1d' });
  const daysPerPage = Math.ceil((BUCKETS_PER_PAGE * INTERVALS_MS[tier]) / DAY_MS);
  for (let first = 0; first < days.length; first += daysPerPage) {
    const last = Math.min(first + daysPerPage, days.length) - 1;
    const range = { fromMs: days[first] as number, toMs: (days[last] as number) + DAY_MS };
    const page = await from.buckets({ ...query, ...range, interval: tier });
    const found = await to.buckets({ ...query, ...range, interval: tier });
    const rowOf = new Map([...found.timestampsMs].map((startMs, row) => [startMs, row]));
    const rows: number[] = [];
    for (let row = 0; row < page.length; row++) {
      const targetRow = rowOf.get(page.timestampsMs[row] as number);
      if (targetRow === undefined || !areEqual(page, row, found, targetRow)) rows.push(row);
    }
    if (rows.length > 0) yield { page, rows };
  }
}

function areEqual(a: BucketPage, rowA: number, b: BucketPage, rowB: number): boolean {
  return METRIC_NAMES.every((name) => {
    const [left, right] = [a.metrics[name], b.metrics[name]];
    if (left.count[rowA] !== right.count[rowB]) return false;
    if (left.count[rowA] === 0) return true;
    const [sum, other] = [left.sum[rowA] as number, right.sum[rowB] as number];
    const isNear = Math.abs(sum - other) <= TOLERANCE * Math.max(1, Math.abs(sum), Math.abs(other));
    return isNear && left.min[rowA] === right.min[rowB] && left.max[rowA] === right.max[rowB];
  });
}
