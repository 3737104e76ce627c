// SQL fragments over the metric catalogue: the columns of the files and how rows become summaries.

import { METRIC_NAMES } from '@gonsters/contract';

/** Columns of a raw file after `machine_id` and `timestamp_ms`. */
export const RAW_METRICS = METRIC_NAMES.join(', ');
/** What a query of raw rows selects: all as DOUBLE, NaN for NULL, so that a result is read as typed arrays. */
export const RAW_DOUBLES = ['timestamp_ms::DOUBLE', ...METRIC_NAMES.map(orNan)].join(', ');

/** The same of a tier: per metric count, sum, min, max. */
export const TIER_DOUBLES = [
  'timestamp_ms::DOUBLE',
  'n::DOUBLE',
  ...METRIC_NAMES.flatMap((name) => [
    `${name}_count::DOUBLE`,
    orNan(`${name}_sum`),
    orNan(`${name}_min`),
    orNan(`${name}_max`),
  ]),
].join(', ');
export const TIER_COLUMNS = [
  'machine_id',
  'timestamp_ms',
  'n',
  ...METRIC_NAMES.flatMap((name) => [`${name}_count`, `${name}_sum`, `${name}_min`, `${name}_max`]),
].join(', ');

/** Summarises raw rows in buckets of `widthMs`. */
export function summariseRaw(source: string, widthMs: number): string {
  const metrics = METRIC_NAMES.map(
    (name) =>
      `count(${name})::INTEGER AS ${name}_count, sum(${name}) AS ${name}_sum, min(${name}) AS ${name}_min, max(${name}) AS ${name}_max`,
  );
  return bucketed(source, widthMs, `count(*)::INTEGER AS n, ${metrics.join(', ')}`);
}

/** Adds finer summaries up to buckets of `widthMs`. */
export function summariseTier(source: string, widthMs: number): string {
  const metrics = METRIC_NAMES.map(
    (name) =>
      `sum(${name}_count)::INTEGER AS ${name}_count, sum(${name}_sum) AS ${name}_sum, min(${name}_min) AS ${name}_min, max(${name}_max) AS ${name}_max`,
  );
  return bucketed(source, widthMs, `sum(n)::INTEGER AS n, ${metrics.join(', ')}`);
}

/** Of the same machine and moment the value with the greatest `generation` wins, metric by metric. */
export function foldRepeats(source: string): string {
  // arg_max passes over rows whose value is NULL: exactly the rule.
  const metrics = METRIC_NAMES.map((name) => `arg_max(${name}, generation) AS ${name}`);
  return `SELECT machine_id, timestamp_ms, ${metrics.join(', ')} FROM (${source}) GROUP BY machine_id, timestamp_ms`;
}

/** Start of the bucket; `%` takes the sign of the time, hence twice. */
export function bucketSql(column: string, widthMs: number): string {
  return `(${column} - ((${column} % ${widthMs} + ${widthMs}) % ${widthMs}))`;
}

/** Copies the result of `select` to a Parquet file of the house's kind. */
export function copyToParquet(select: string, path: string): string {
  return `COPY (${select}) TO ${quote(path)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`;
}
/** Larger ones make a machine's hour slower to cut out, smaller ones the footer of every file (measured: 3 to 6 ms a query). */
const ROW_GROUP_ROWS = 40_960;

export function readParquet(paths: readonly string[]): string {
  return `read_parquet([${paths.map(quote).join(', ')}])`;
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function bucketed(source: string, widthMs: number, columns: string): string {
  return `SELECT machine_id, ${bucketSql('timestamp_ms', widthMs)} AS timestamp_ms, ${columns} FROM (${source}) GROUP BY ALL ORDER BY ALL`;
}

function orNan(column: string): string {
  return `coalesce(${column}, 'nan'::DOUBLE)`;
}
