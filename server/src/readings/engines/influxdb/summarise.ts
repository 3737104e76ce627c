// Summarises single readings. InfluxDB adds up gauges; this node collects counters, booleans and states, whose order counts,
// and gauges with bad values, because a bad value may hide a good one of the same time.

import type { BucketGrid } from '../../bucket-grid.ts';
import { type BucketPartial, emptyPartial, PartialCollector } from '../../bucket-partials.ts';
import { BAD } from '../../reading-batch.ts';
import type { MachineRollups } from '../../store-copies.ts';
import type { InfluxdbClient } from './influxdb-client.ts';
import {
  groupedPointsStatement,
  qualityFields,
  SUMS,
  sumsStatement,
  type TimeRange,
  valueFields,
  worstQualityStatement,
} from './influxql.ts';
import { QUALITY, READINGS } from './line-protocol.ts';
import { type Point, valueAt } from './quality-marks.ts';
import type { KnownMetric } from './rollup-rows.ts';

const LONG = { isLong: true };

export interface SummaryOptions {
  readonly machineIds: readonly string[];
  readonly metrics: readonly KnownMetric[];
  readonly range: TimeRange;
  /** Width of the buckets into which InfluxDB adds up; they do not cross a boundary of `grid`. */
  readonly widthMs: number;
  readonly grid: BucketGrid;
  readonly holdMs: number;
}

interface Summary extends MachineRollups {
  readonly readings: Map<number, number>;
  readonly partials: Map<number, BucketPartial[]>;
}

/**
 * By machine; machines without readings are absent. Readings are counted by buckets of `widthMs`. Partials are in these
 * buckets or in those of `grid`. Rejects with InfluxdbError.
 */
export async function summarise(client: InfluxdbClient, options: SummaryOptions): Promise<Map<string, Summary>> {
  const { machineIds, metrics } = options;
  const gauges = metrics.filter(({ kind }) => kind === 'gauge').map(({ metric }) => metric);
  const [bad, summaries] = await Promise.all([badMetrics(client, options), sumUp(client, options, gauges)]);
  const isCollected = (machineId: string, { metric, kind }: KnownMetric) =>
    kind !== 'gauge' || (bad.get(machineId)?.has(metric) ?? false);

  const collected = metrics.filter((each) => machineIds.some((machineId) => isCollected(machineId, each)));
  const machines = machineIds.filter((machineId) => collected.some((each) => isCollected(machineId, each)));
  if (machines.length === 0) return summaries;
  for (const [machineId, collectors] of await collect(client, options, machines, collected, bad)) {
    const summary = summaries.get(machineId);
    for (const each of collected) {
      if (isCollected(machineId, each))
        summary?.partials.set(each.metric, [...(collectors.get(each.metric)?.partials ?? [])]);
    }
  }
  return summaries;
}

/** The metrics that have bad values, by machine. */
async function badMetrics(
  client: InfluxdbClient,
  { machineIds, metrics, range }: SummaryOptions,
): Promise<Map<string, Set<number>>> {
  const bad = new Map<string, Set<number>>();
  if (metrics.length === 0) return bad;
  const statement = worstQualityStatement(
    metrics.map(({ metric }) => metric),
    range,
    machineIds,
  );
  for await (const { tags, values } of client.query(statement, { ...LONG, width: metrics.length + 1 })) {
    const worst = values[0] as Point;
    const found = metrics.filter((_, i) => ((worst[1 + i] as number | null) ?? 0) >= BAD);
    bad.set(tags.machine_id as string, new Set(found.map(({ metric }) => metric)));
  }
  return bad;
}

async function sumUp(
  client: InfluxdbClient,
  { machineIds, range, widthMs }: SummaryOptions,
  gauges: readonly number[],
): Promise<Map<string, Summary>> {
  const summaries = new Map<string, Summary>();
  const statement = sumsStatement(gauges, range, widthMs, machineIds);
  for await (const { tags, values } of client.query(statement, { ...LONG, width: 2 + SUMS.length * gauges.length })) {
    const machineId = tags.machine_id as string;
    const summary = summaries.get(machineId) ?? {
      readings: new Map<number, number>(),
      partials: new Map(gauges.map((metric) => [metric, [] as BucketPartial[]])),
    };
    summaries.set(machineId, summary);
    for (const row of values) {
      summary.readings.set(row[0] as number, (row[1] as number | null) ?? 0);
      for (const [i, metric] of gauges.entries()) {
        const [count, sum, min, max, last] = row.slice(2 + SUMS.length * i) as number[];
        if (!count) continue;
        const partial = emptyPartial(row[0] as number);
        partial.count = count;
        partial.sum = sum as number;
        partial.min = min as number;
        partial.max = max as number;
        partial.last = last as number;
        summary.partials.get(metric)?.push(partial);
      }
    }
  }
  return summaries;
}

/** Reads the values of the metrics, and collects those of each machine by metric. */
async function collect(
  client: InfluxdbClient,
  { range, grid, holdMs }: SummaryOptions,
  machineIds: readonly string[],
  metrics: readonly KnownMetric[],
  bad: ReadonlyMap<string, ReadonlySet<number>>,
): Promise<Map<string, Map<number, PartialCollector>>> {
  const numbers = metrics.map(({ metric }) => metric);
  const marks = new Map<string, Point[]>();
  const marked = machineIds.filter((machineId) => numbers.some((metric) => bad.get(machineId)?.has(metric)));
  if (marked.length > 0) {
    const fields = qualityFields(numbers);
    const statement = groupedPointsStatement(QUALITY, fields, range, marked);
    for await (const { tags, values } of client.query(statement, { ...LONG, width: fields.length + 1 })) {
      const points = marks.get(tags.machine_id as string) ?? [];
      marks.set(tags.machine_id as string, points);
      for (const point of values) points.push(point);
    }
  }

  const collected = new Map<string, Map<number, PartialCollector>>();
  const nextMark = new Map<string, number>();
  const add = (machineId: string, reading: Point | null, mark: Point | null) => {
    let collectors = collected.get(machineId);
    if (collectors === undefined) {
      collectors = new Map(metrics.map(({ metric, kind }) => [metric, new PartialCollector(kind, grid, holdMs)]));
      collected.set(machineId, collectors);
    }
    const timestampMs = (reading ?? mark)?.[0] as number;
    for (let i = 0; i < numbers.length; i++) {
      const found = valueAt(reading, mark, i);
      if (found !== null) collectors.get(numbers[i] as number)?.addValue(timestampMs, found.value, found.quality);
    }
  };
  /** Adds the marks before a time, and returns the one at that time. */
  const marksUntil = (machineId: string, timestampMs: number): Point | null => {
    const points = marks.get(machineId);
    if (points === undefined) return null;
    let at = nextMark.get(machineId) ?? 0;
    for (; at < points.length && ((points[at] as Point)[0] as number) < timestampMs; at++) {
      add(machineId, null, points[at] as Point);
    }
    const mark = points[at];
    const isHere = mark !== undefined && mark[0] === timestampMs;
    nextMark.set(machineId, isHere ? at + 1 : at);
    return isHere ? mark : null;
  };
  const statement = groupedPointsStatement(READINGS, valueFields(numbers), range, machineIds);
  for await (const { tags, values } of client.query(statement, { ...LONG, width: numbers.length + 1 })) {
    const machineId = tags.machine_id as string;
    for (const reading of values) add(machineId, reading, marksUntil(machineId, reading[0] as number));
  }
  for (const machineId of marks.keys()) marksUntil(machineId, Number.POSITIVE_INFINITY);
  return collected;
}
