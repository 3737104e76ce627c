// Chooses the finest interval that gives at most a number of points, for the query parameter `auto`.

import { type BucketInterval, bucketGrid, TYPICAL_WIDTH_MS } from './bucket-grid.ts';
import { bucketsOf, storedMetrics } from './merged-metrics.ts';
import type { QueriedMetric } from './queried-metric.ts';
import type { BucketQuery, ReadingStore } from './reading-store.ts';

const COARSE_TO_FINE: readonly BucketInterval[] = ['1d', '1h', '15m', '5m', '1m'];

/** What the points are counted for. */
export type CountedRange = Pick<BucketQuery, 'machineId' | 'fromMs' | 'toMs' | 'everyReading' | 'holdMs'> & {
  metrics: readonly QueriedMetric[];
  zone: string;
};

/**
 * Goes from coarse to fine and stops at the first interval that gives too many buckets, so that each count is at most a
 * few times `maxPoints`. Nothing is counted while the length of the range alone shows that an interval fits. If even
 * the coarsest interval gives too many, it is chosen.
 */
export async function chooseInterval(
  store: ReadingStore,
  range: CountedRange,
  maxPoints: number,
): Promise<BucketInterval | 'raw'> {
  const count = { ...range, order: 'asc', offset: 0, limit: 1 } as const;
  let chosen: BucketInterval = '1d';
  for (const interval of COARSE_TO_FINE) {
    if (bucketsIn(range, TYPICAL_WIDTH_MS[interval]) > maxPoints) {
      const { total } = await bucketsOf(store, { ...count, grid: bucketGrid(interval, range.zone) });
      if (total > maxPoints) return chosen;
    }
    chosen = interval;
  }
  const { total } = await store.raw({ ...count, metrics: storedMetrics(range.metrics) });
  return total > maxPoints ? chosen : 'raw';
}

function bucketsIn({ fromMs, toMs }: { fromMs: number; toMs: number }, widthMs: number): number {
  return Math.floor((toMs - 1) / widthMs) - Math.floor(fromMs / widthMs) + 1;
}
