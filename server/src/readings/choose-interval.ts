// Chooses the finest interval that gives at most a number of points, for the query parameter `auto`.

import { INTERVALS_MS, type Interval, type RawRange, type ReadingStore } from './reading-store.ts';

const COARSE_TO_FINE: readonly Interval[] = ['1d', '1h', '15m', '5m', '1m'];

/**
 * Goes from coarse to fine and stops at the first interval that gives too many buckets, so that each count is at most a
 * few times `maxPoints`. Nothing is counted while the length of the range alone shows that an interval fits. If even
 * the coarsest interval gives too many, it is chosen.
 */
export async function chooseInterval(
  store: ReadingStore,
  range: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>,
  maxPoints: number,
): Promise<Interval | 'raw'> {
  const count = { ...range, order: 'asc', offset: 0, limit: 1 } as const;
  let chosen: Interval = '1d';
  for (const interval of COARSE_TO_FINE) {
    if (bucketsIn(range, INTERVALS_MS[interval]) > maxPoints) {
      const { total } = await store.buckets({ ...count, interval });
      if (total > maxPoints) return chosen;
    }
    chosen = interval;
  }
  const { total } = await store.raw(count);
  return total > maxPoints ? chosen : 'raw';
}

function bucketsIn({ fromMs, toMs }: { fromMs: number; toMs: number }, widthMs: number): number {
  return Math.floor((toMs - 1) / widthMs) - Math.floor(fromMs / widthMs) + 1;
}
