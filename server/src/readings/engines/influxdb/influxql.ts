// InfluxQL statements for readings, their quality and their rollups.

import { metricNameAt } from '../../../metric-index.ts';
import { BAD } from '../../reading-batch.ts';
import type { RollupInterval } from '../../time-buckets.ts';
import {
  COUNTED,
  LOCAL_DAYS,
  originalField,
  QUALITY,
  qualityField,
  READINGS,
  ROLLUP_MEASUREMENTS,
} from './line-protocol.ts';

/** Quotes a name in InfluxQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Quotes a text in InfluxQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

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

export type Source = 'raw' | RollupInterval;

export function measurementOf(source: Source): string {
  return source === 'raw' ? READINGS : ROLLUP_MEASUREMENTS[source];
}

export const isoOf = (timestampMs: number) => new Date(timestampMs).toISOString();

export const isMachine = (machineId: string) => `"machine_id" = ${quoteText(machineId)}`;

/** A condition; `machines` null means every machine. */
export function where(range: TimeRange, machines: string | readonly string[] | null = null): string {
  const times = `time >= '${isoOf(range.fromMs)}' AND time < '${isoOf(range.toMs)}'`;
  if (machines === null) return times;
  const ids = typeof machines === 'string' ? [machines] : machines;
  return `(${ids.map(isMachine).join(' OR ')}) AND ${times}`;
}

/** The end of a statement. */
export const limited = ({ offset, limit }: { offset: number; limit: number }) => ` LIMIT ${limit} OFFSET ${offset}`;

const ordered = (order: 'asc' | 'desc') => `ORDER BY time ${order === 'asc' ? 'ASC' : 'DESC'}`;

/** What a statement returns beside the time, which comes first. */
export type Fields = readonly string[];

export const valueFields = (metrics: readonly number[]): Fields => metrics.map(metricNameAt);

/** Quality and original number of each metric. */
export const qualityFields = (metrics: readonly number[]): Fields =>
  metrics.flatMap((metric) => [qualityField(metric), originalField(metric)]);

/** Points of one machine that have one of the fields at least. */
export function pointsStatement(
  measurement: string,
  fields: Fields,
  range: TimeRange,
  machineId: string,
  order: 'asc' | 'desc' = 'asc',
): string {
  return `${selectFrom(measurement, fields)} WHERE ${where(range, machineId)} ${ordered(order)}`;
}

/** Points that have one of the fields at least, machine by machine; the newest `limit` of each machine if it is given. */
export function groupedPointsStatement(
  measurement: string,
  fields: Fields,
  range: TimeRange,
  machines: readonly string[] | null,
  limit: number | null = null,
): string {
  const end = limit === null ? ordered('asc') : `${ordered('desc')} LIMIT ${limit}`;
  return `${selectFrom(measurement, fields)} WHERE ${where(range, machines)} GROUP BY "machine_id" ${end}`;
}

/** Day rollups of a time zone of one machine. */
export function localDaysStatement(zone: string, fields: Fields, range: TimeRange, machineId: string): string {
  return `${selectFrom(LOCAL_DAYS, fields)} WHERE ${where(range, machineId)} AND ${isZone(zone)} ${ordered('asc')}`;
}

/** The same, machine by machine. */
export function groupedLocalDaysStatement(
  zone: string,
  fields: Fields,
  range: TimeRange,
  machines: readonly string[],
): string {
  const condition = `${where(range, machines)} AND ${isZone(zone)}`;
  return `${selectFrom(LOCAL_DAYS, fields)} WHERE ${condition} GROUP BY "machine_id" ${ordered('asc')}`;
}

const isZone = (zone: string) => `"zone" = ${quoteText(zone)}`;

function selectFrom(measurement: string, fields: Fields): string {
  return `SELECT ${fields.map(quoteName).join(', ')} FROM ${quoteName(measurement)}`;
}

/** Aggregates of a metric in the statement that sums up readings, in this order. */
export const SUMS = ['count', 'sum', 'min', 'max', 'last'] as const;

/** The number of readings in each bucket, then the `SUMS` of each metric, machine by machine. */
export function sumsStatement(
  metrics: readonly number[],
  range: TimeRange,
  widthMs: number,
  machines: readonly string[],
): string {
  const sums = metrics.flatMap((metric) => SUMS.map((of) => `${of}(${quoteName(metricNameAt(metric))})`));
  const what = [`count(${quoteName(COUNTED)})`, ...sums].map((each, i) => `${each} AS "c${i}"`).join(', ');
  return `SELECT ${what} FROM ${quoteName(READINGS)} WHERE ${where(range, machines)} GROUP BY time(${widthMs}ms), "machine_id" fill(none)`;
}

/** The worst quality of each metric, machine by machine. Machines without marks are absent. */
export function worstQualityStatement(
  metrics: readonly number[],
  range: TimeRange,
  machines: readonly string[],
): string {
  const worst = metrics.map((metric, i) => `max(${quoteName(qualityField(metric))}) AS "c${i}"`).join(', ');
  return `SELECT ${worst} FROM ${quoteName(QUALITY)} WHERE ${where(range, machines)} GROUP BY "machine_id"`;
}

/** One point if the range has a bad value of one of the metrics. */
export function anyBadStatement(metrics: readonly number[], range: TimeRange, machineId: string): string {
  const isBad = metrics.map((metric) => `${quoteName(qualityField(metric))} >= ${BAD}`).join(' OR ');
  return `SELECT ${quoteName(COUNTED)} FROM ${quoteName(QUALITY)} WHERE ${where(range, machineId)} AND (${isBad}) LIMIT 1`;
}

/** Every machine with readings. */
export function machinesStatement(): string {
  return `SELECT last(${quoteName(COUNTED)}) FROM ${quoteName(READINGS)} GROUP BY "machine_id"`;
}

/** Counts readings, with rollups where `source` is one. */
export function countStatement(source: Source, range: TimeRange, machineId: string): string {
  const what = source === 'raw' ? 'count' : 'sum';
  return `SELECT ${what}(${quoteName(COUNTED)}) FROM ${quoteName(measurementOf(source))} WHERE ${where(range, machineId)}`;
}

/** Counts the readings that have one of the metrics, apart from bad values. */
export function countWithStatement(metrics: readonly number[], range: TimeRange, machineId: string): string {
  const condition = where(range, machineId);
  const names = metrics.map((metric) => quoteName(metricNameAt(metric)));
  if (names.length === 1) return `SELECT count(${names[0]}) FROM ${quoteName(READINGS)} WHERE ${condition}`;
  const isThere = names.map((name) => `${name} < 0 OR ${name} >= 0`).join(' OR ');
  return `SELECT count(${quoteName(COUNTED)}) FROM ${quoteName(READINGS)} WHERE ${condition} AND (${isThere})`;
}

/** The number of readings in each bucket; with rollups where `source` is one. */
export function readingCountsStatement(source: Source, range: TimeRange, widthMs: number, machineId: string): string {
  if (source !== 'raw') return pointsStatement(measurementOf(source), [COUNTED], range, machineId);
  return sumsStatement([], range, widthMs, [machineId]);
}
