// /data/compare: one metric of several machines on one time axis.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { compareQuerySchema, compareReplySchema, errorSchema, isoTime, type MetricKind } from '@gonsters/contract';
import { AppError } from '../../errors.ts';
import { type BucketInterval, bucketGrid, TYPICAL_WIDTH_MS } from '../../readings/bucket-grid.ts';
import { type CountedRange, chooseInterval } from '../../readings/choose-interval.ts';
import { convertPage, convertTable, inUnits } from '../../readings/display-units.ts';
import { meanOf } from '../../readings/export-table.ts';
import { bucketsOf, rawOf } from '../../readings/merged-metrics.ts';
import { type QueriedMetric, wantsEveryReading } from '../../readings/queried-metric.ts';
import type { BucketColumn, ReadingStore } from '../../readings/reading-store.ts';
import { goodValues, type MetricColumn } from '../../readings/reading-table.ts';
import { retentionOf } from '../../readings/retention.ts';
import type { HttpApp } from '../http-app.ts';
import type { HttpDeps } from '../http-deps.ts';
import { missingData } from '../missing-data.ts';
import { readableMachine } from '../path-id.ts';
import { checkReach, rangeOf, shownRange } from '../reading-range.ts';
import { orNull } from '../reading-rows.ts';

interface Series {
  timestampsMs: Float64Array;
  values: Float64Array;
  min: Float64Array;
  max: Float64Array;
  /** Number of readings of each value; null for single readings. */
  count: Float64Array | null;
}

export async function readingComparisonRoutes(app: HttpApp, deps: HttpDeps): Promise<void> {
  const { readings, machines, catalogue, settings, clock } = deps;

  app.get(
    '/data/compare',
    {
      config: { access: 'read:sensor_data' },
      schema: {
        tags: ['Readings'],
        summary: 'Returns one metric of several machines on a common time axis',
        querystring: compareQuerySchema(catalogue),
        response: { 200: compareReplySchema, 404: errorSchema },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { limit, tz: zone } = query;
      const [metric] = inUnits(query.units, [catalogue.metric(query.metric) as QueriedMetric]) as [QueriedMetric];
      const records = await Promise.all(query.machine_ids.map((id) => readableMachine(deps, request, id)));
      const range = rangeOf(query, clock.nowMs());
      const everyReading = wantsEveryReading([metric]);
      const ranges = query.machine_ids.map((machineId) => {
        const holdMs = machines.timeouts.of(machineId);
        return { machineId, ...range, metrics: [metric], everyReading, holdMs, zone };
      });
      const interval = query.interval === 'auto' ? await commonInterval(readings, ranges, limit) : query.interval;
      if (interval !== 'raw' && zone !== 'UTC')
        checkReach(bucketGrid(interval, zone), range.fromMs, clock.nowMs(), {
          readings,
          retention: retentionOf(settings),
        });
      const series: Series[] = [];
      for (const each of ranges) series.push(await seriesOf(readings, each, interval, metric, limit));
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
        metric: metric.name,
        unit: metric.unit ?? '',
        query: { ...shownRange(range), interval },
        ...missingData(reply, readings.missing(range)),
        timestamps: axis.map(isoTime),
        series: answered,
      };
    },
  );
}

/** The coarsest of the intervals that would be chosen for each machine. */
async function commonInterval(
  store: ReadingStore,
  ranges: readonly CountedRange[],
  limit: number,
): Promise<BucketInterval | 'raw'> {
  let widest: BucketInterval | 'raw' = 'raw';
  const widthOf = (interval: BucketInterval | 'raw') => (interval === 'raw' ? 0 : TYPICAL_WIDTH_MS[interval]);
  for (const range of ranges) {
    const interval = await chooseInterval(store, range, limit);
    if (widthOf(interval) > widthOf(widest)) widest = interval;
  }
  return widest;
}

/** Rejects with `query_too_large` if there are more than `limit` points, instead of returning a part of them. */
async function seriesOf(
  store: ReadingStore,
  range: CountedRange,
  interval: BucketInterval | 'raw',
  metric: QueriedMetric,
  limit: number,
): Promise<Series> {
  const page = { ...range, order: 'asc', offset: 0, limit } as const;
  if (interval === 'raw') {
    const { total, rows } = await rawOf(store, { ...page, metrics: [metric] });
    refuseTooMany(total, limit);
    const values = goodValues(convertTable(rows, [metric]).columns[0] as MetricColumn);
    return { timestampsMs: rows.timestampsMs, values, min: values, max: values, count: null };
  }
  const found = await bucketsOf(store, { ...page, metrics: [metric], grid: bucketGrid(interval, range.zone) });
  const { total, timestampsMs, columns } = convertPage(found, [metric]);
  refuseTooMany(total, limit);
  const column = columns[0] as BucketColumn;
  return {
    timestampsMs,
    values: comparedValues(column, metric.kind),
    min: column.min,
    max: column.max,
    count: column.count,
  };
}

/** One number per bucket: the mean, the increase of a counter, the share of time in which a boolean was true. */
function comparedValues(column: BucketColumn, kind: MetricKind): Float64Array {
  if (kind === 'counter') return column.increase;
  if (kind === 'state') return column.last;
  if (kind === 'gauge') return meanOf(column);
  const [off, on] = [column.durations.get(0), column.durations.get(1)];
  return column.count.map((_, i) => (on?.[i] ?? 0) / ((on?.[i] ?? 0) + (off?.[i] ?? 0)));
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
