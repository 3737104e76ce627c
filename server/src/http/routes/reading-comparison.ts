// /data/compare: one metric of several machines on one time axis.

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  compareQuerySchema,
  compareReplySchema,
  isoTime,
  METRIC_NAMES,
  METRICS,
  type MetricName,
} from '@gonsters/contract';
import { AppError } from '../../errors.ts';
import { chooseInterval } from '../../readings/choose-interval.ts';
import type { Interval, ReadingStore } from '../../readings/reading-store.ts';
import { INTERVALS_MS } from '../../readings/reading-store.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { readableMachine } from '../path-id.ts';
import { rangeOf, shownRange } from '../reading-range.ts';
import { orNull } from '../reading-rows.ts';

interface Series {
  timestampsMs: Float64Array;
  values: Float64Array;
  min: Float64Array;
  max: Float64Array;
  /** Number of readings of each value; null for single readings. */
  count: Float64Array | null;
}
type Range = { fromMs: number; toMs: number };

export async function readingComparisonRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { readings, clock } = deps;

  app.get(
    '/data/compare',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags: ['Readings'],
        summary: 'Returns one metric of several machines on a common time axis',
        querystring: compareQuerySchema,
        response: { 200: compareReplySchema },
      },
    },
    async ({ query }) => {
      const { metric, limit } = query;
      const records = await Promise.all(query.machine_ids.map((id) => readableMachine(deps, id)));
      const range = rangeOf(query, clock.nowMs());
      const interval =
        query.interval === 'auto' ? await commonInterval(readings, query.machine_ids, range, limit) : query.interval;
      const series: Series[] = [];
      for (const machineId of query.machine_ids) {
        series.push(await seriesOf(readings, { machineId, ...range }, interval, metric, limit));
      }
      const axis = [...new Set(series.flatMap((each) => [...each.timestampsMs]))].sort((a, b) => a - b);
      const answered = [];
      for (const [i, { id, name, location, sensorType }] of records.entries()) {
        // Twelve machines may have many points, so other work runs in between.
        await nextTurn();
        const head = { machine_id: id, name, location, sensor_type: sensorType };
        answered.push({ ...head, ...onAxis(axis, series[i] as Series) });
      }
      return {
        status: 'success' as const,
        metric,
        unit: (METRICS[METRIC_NAMES.indexOf(metric)] as (typeof METRICS)[number]).unit,
        query: { ...shownRange(range), interval },
        timestamps: axis.map(isoTime),
        series: answered,
      };
    },
  );
}

/** The coarsest of the intervals that would be chosen for each machine. */
async function commonInterval(
  store: ReadingStore,
  machineIds: readonly string[],
  range: Range,
  limit: number,
): Promise<Interval | 'raw'> {
  let widest: Interval | 'raw' = 'raw';
  const widthOf = (interval: Interval | 'raw') => (interval === 'raw' ? 0 : INTERVALS_MS[interval]);
  for (const machineId of machineIds) {
    const interval = await chooseInterval(store, { machineId, ...range }, limit);
    if (widthOf(interval) > widthOf(widest)) widest = interval;
  }
  return widest;
}

/** Rejects with `query_too_large` if there are more than `limit` points, instead of returning a part of them. */
async function seriesOf(
  store: ReadingStore,
  range: Range & { machineId: string },
  interval: Interval | 'raw',
  metric: MetricName,
  limit: number,
): Promise<Series> {
  const query = { ...range, order: 'asc', offset: 0, limit } as const;
  if (interval === 'raw') {
    const { total, rows } = await store.raw(query);
    refuseTooMany(total, limit);
    const values = rows.values[METRIC_NAMES.indexOf(metric)] as Float64Array;
    return { timestampsMs: rows.timestampsMs, values, min: values, max: values, count: null };
  }
  const { total, timestampsMs, metrics } = await store.buckets({ ...query, interval });
  refuseTooMany(total, limit);
  const { count, sum, min, max } = metrics[metric];
  return { timestampsMs, values: sum.map((value, i) => value / (count[i] as number)), min, max, count };
}

function refuseTooMany(total: number, limit: number): void {
  if (total <= limit) return;
  const error = `interval gives ${total} points for one machine, more than limit (${limit}); choose a coarser interval, or auto`;
  throw new AppError('query_too_large', undefined, { faults: [{ parameter: 'interval', error }] });
}

/** null at times at which the machine has no point. */
function onAxis(axis: readonly number[], { timestampsMs, values, min, max, count }: Series) {
  const points = {
    values: [] as (number | null)[],
    min: [] as (number | null)[],
    max: [] as (number | null)[],
    count: [] as number[],
  };
  let at = 0;
  for (const timestampMs of axis) {
    const has = timestampsMs[at] === timestampMs;
    points.values.push(has ? orNull(values[at] as number) : null);
    points.min.push(has ? orNull(min[at] as number) : null);
    points.max.push(has ? orNull(max[at] as number) : null);
    const readings = count === null ? Number(!Number.isNaN(values[at])) : (count[at] as number);
    points.count.push(has ? readings : 0);
    if (has) at += 1;
  }
  return points;
}
