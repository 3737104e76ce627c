// The newest reading of a feed, as soon as there is one.

import { METRICS } from '@gonsters/contract';
import { useSyncExternalStore } from 'react';
import type { MachineFeed } from '../../../live/readings/machine-feeds.ts';

const NEVER_CHANGES = () => () => {};

export function useNewestReading(feed: MachineFeed | null): { timeMs: number; values: readonly number[] } | null {
  const timeMs = useSyncExternalStore(
    feed?.data.subscribe ?? NEVER_CHANGES,
    () => feed?.series.timesMs.at(-1) ?? Number.NaN,
  );
  if (feed === null || Number.isNaN(timeMs)) return null;
  return { timeMs, values: METRICS.map((_, metric) => feed.series.column(metric).at(-1) ?? Number.NaN) };
}
