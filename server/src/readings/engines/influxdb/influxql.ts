// InfluxQL statements for readings and rollups, and how the rows of an answer become columns.

import { METRIC_NAMES, type MetricName } from '@gonsters/contract';
import type { RollupColumns } from '../../bucket-sums.ts';
import type { ColumnsBuilder } from '../../reading-columns.ts';
import { INTERVALS_MS } from '../../reading-store.ts';
import type { RollupInterval } from '../../time-buckets.ts';
import type { SeriesRows } from './influxdb-answers.ts';
import { quoteName, quoteText } from './influxdb-client.ts';
import { COUNTED, READINGS, ROLLUP_MEASUREMENTS } from './line-protocol.ts';

/** InfluxDB stores times as int64 nanoseconds, which cover the years 1677 to 2262. */
export const FIRST_MS = Date.UTC(1678, 0);
export const END_MS = Date.UTC(2262, 0);

/** `fromMs` included, `toMs` excluded. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Cuts a range to the times that InfluxDB can store. Empty ranges stay empty. */
export function bounded(range: TimeRange): TimeRange {
  const fromMs = Math.min(Math.max(range.fromMs, FIRST_MS), END_MS);
  return { fromMs, toMs: Math.max(Math.min(range.toMs, END_MS), fromMs) };
}

const VALUES = METRIC_NAMES.map(quoteName).join(', ');

/**
 * Columns of rollups in the order of `RollupColumns`, and how each is computed from readings and from finer rollups.
 */
const COLUMNS = [
  { name: COUNTED, fromReadings: `count(${quoteName(COUNTED)})`, adding: 'sum' },
  ...METRIC_NAMES.flatMap((metric) =>
    (['count', 'sum', 'min', 'max'] as const).map((kind) => ({
      name: `${metric}_${kind}`,
      fromReadings: `${kind}(${quoteName(metric)})`,
      adding: kind === 'count' ? 'sum' : kind,
    })),
  ),
];
const listed = (expression: (column: (typeof COLUMNS)[number]) => string) =>
  COLUMNS.map((column) => `${expression(column)} AS ${quoteName(column.name)}`).join(', ');
const FROM_READINGS = listed(({ fromReadings }) => fromReadings);
const FROM_ROLLUPS = listed(({ name, adding }) => `${adding}(${quoteName(name)})`);
const AS_STORED = COLUMNS.map(({ name }) => quoteName(name)).join(', ');

export type Source = 'raw' | RollupInterval;

export function measurementOf(source: Source): string {
  return source === 'raw' ? READINGS : ROLLUP_MEASUREMENTS[source];
}

export function where(range: TimeRange, machineId?: string): string {
  const times = `time >= '${isoOf(range.fromMs)}' AND time < '${isoOf(range.toMs)}'`;
  return machineId === undefined ? times : `${isMachine(machineId)} AND ${times}`;
}

export const isMachine = (machineId: string) => `"machine_id" = ${quoteText(machineId)}`;

/** Count, sum, min and max per bucket, of one machine or of each machine, in the order of `RollupColumns`. */
export function sumsStatement(source: Source, range: TimeRange, widthMs: number, machineId?: string): string {
  if (source !== 'raw' && machineId !== undefined && widthMs === INTERVALS_MS[source]) {
    return `SELECT ${AS_STORED} FROM ${quoteName(ROLLUP_MEASUREMENTS[source])} WHERE ${where(range, machineId)}`;
  }
  const what = source === 'raw' ? FROM_READINGS : FROM_ROLLUPS;
  const from = measurementOf(source);
  const groups = machineId === undefined ? ', "machine_id"' : '';
  return `SELECT ${what} FROM ${quoteName(from)} WHERE ${where(range, machineId)} GROUP BY time(${widthMs}ms)${groups} fill(none)`;
}

export interface Paging {
  readonly order: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

/** The end of a statement. */
export function paged({ order, offset, limit }: Paging): string {
  return ` ORDER BY time ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ${limit} OFFSET ${offset}`;
}

export function readingsStatement(range: TimeRange, machineId: string): string {
  return `SELECT ${VALUES} FROM ${quoteName(READINGS)} WHERE ${where(range, machineId)}`;
}

/** The newest value of a metric of every machine. Rows without the selected field are not returned. */
export function newestStatement(metric: MetricName): string {
  return `SELECT ${quoteName(metric)} FROM ${quoteName(READINGS)} GROUP BY "machine_id" ORDER BY time DESC LIMIT 1`;
}

/** Counts readings. */
export function countStatement(source: Source, range: TimeRange, machineId: string): string {
  const what = source === 'raw' ? 'count' : 'sum';
  return `SELECT ${what}(${quoteName(COUNTED)}) FROM ${quoteName(measurementOf(source))} WHERE ${where(range, machineId)}`;
}

/** Counts buckets with readings. */
export function bucketCountStatement(source: Source, range: TimeRange, widthMs: number, machineId: string): string {
  const from = quoteName(measurementOf(source));
  const counted = quoteName(COUNTED);
  const buckets = `SELECT count(${counted}) AS ${counted} FROM ${from} WHERE ${where(range, machineId)} GROUP BY time(${widthMs}ms) fill(none)`;
  return `SELECT count(${counted}) FROM (${buckets})`;
}

/** Converts rows of `sumsStatement`. A missing count is 0; a missing sum, min or max is NaN. */
export function rollupColumnsOf(values: SeriesRows['values']): RollupColumns {
  const width = 2 + 4 * METRIC_NAMES.length;
  return Array.from({ length: width }, (_, column) => {
    const missing = column < 2 || column % 4 === 2 ? 0 : Number.NaN;
    return Float64Array.from(values, (row) => (row[column] as number | null | undefined) ?? missing);
  });
}

/** Appends rows of time and values. A row without any metric was not written by this program. */
export function addReadings(to: ColumnsBuilder, machineId: string, values: SeriesRows['values']): void {
  for (const [timestampMs, ...measured] of values) {
    to.add(
      machineId,
      timestampMs as number,
      measured.map((value) => (value as number | null) ?? Number.NaN),
    );
  }
}

export const isoOf = (timestampMs: number) => new Date(timestampMs).toISOString();
