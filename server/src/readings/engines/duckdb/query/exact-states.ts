// The times in each state for the hold of a query, where rollups were made with another one.

import { type BucketGrid, bucketGrid } from '../../../bucket-grid.ts';
import { type BucketPartial, holds, PartialCollector } from '../../../bucket-partials.ts';
import { refineStates } from '../../../refine-states.ts';
import { INTERVALS_MS } from '../../../time-buckets.ts';
import { NO_SERIES } from '../series.ts';
import { chunksOf } from './chunks-of-hours.ts';
import type { MachineView } from './machine-view.ts';
import { partsOfHours, type RollupPart, type TimeRange } from './query-plan.ts';
import { type AskedMetric, readRollups } from './read-rollups.ts';

/** Buckets whose states were counted with another hold, made of finer ones or of single values. */
export async function withExactStates(
  view: MachineView,
  found: ReadonlyMap<number, readonly BucketPartial[]>,
  asked: { metrics: readonly AskedMetric[]; grid: BucketGrid; holdMs: number; rollupParts: readonly RollupPart[] },
): Promise<ReadonlyMap<number, readonly BucketPartial[]>> {
  const { grid, holdMs, rollupParts } = asked;
  const states = asked.metrics.filter(({ kind }) => holds(kind));
  // Without a hold nobody asks for the time in a state.
  if (states.length === 0 || holdMs === 0) return found;
  const tierAt = (startMs: number) => {
    const part = rollupParts.find((each) => startMs >= each.fromMs && startMs < each.toMs && each.includes(startMs));
    return part?.interval ?? '1m';
  };
  const refined = await refineStates(new Map(states.map(({ metric }) => [metric, found.get(metric) ?? []])), {
    ...{ holdMs, tierAt, localFrom: grid.rollup },
    endOf: (tier, startMs) =>
      tier === 'local' ? (grid.localDays?.endOf(startMs) ?? startMs) : startMs + INTERVALS_MS[tier],
    read: (tier, spans, metrics) => {
      const wanted = states.filter(({ metric }) => metrics.includes(metric));
      if (tier === 'raw') return readMinutes(view, spans, wanted, holdMs);
      const parts = spans.map((span): RollupPart => ({ ...span, interval: tier, includes: () => true }));
      return readRollups(view, parts, wanted);
    },
  });
  return new Map([...found, ...refined]);
}

/** Minutes made of single values, as far as these are stored. */
async function readMinutes(
  view: MachineView,
  spans: readonly TimeRange[],
  metrics: readonly AskedMetric[],
  holdMs: number,
): Promise<ReadonlyMap<number, readonly BucketPartial[]>> {
  const wanted = metrics.map(({ metric }) => metric);
  const minute = bucketGrid('1m');
  const collectors = metrics.map(({ metric, kind }) => [metric, new PartialCollector(kind, minute, holdMs)] as const);
  const parts = spans.flatMap((span) => partsOfHours(view.hoursWithValues(span), span));
  for (const chunk of chunksOf(parts, wanted.length)) {
    const values = await view.readParts(chunk, wanted);
    for (const [metric, collector] of collectors) {
      const { length, timestampsMs, values: numbers, qualities } = values.get(metric) ?? NO_SERIES;
      for (let i = 0; i < length; i++) {
        collector.addValue(timestampsMs[i] as number, numbers[i] as number, qualities[i] as number);
      }
    }
  }
  return new Map(collectors.map(([metric, { partials }]) => [metric, partials]));
}
