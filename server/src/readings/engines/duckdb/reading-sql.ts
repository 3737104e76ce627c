// SQL fragments that depend on the metric catalogue: the columns of the files, and how rows become rollups.

import { METRIC_NAMES } from '@gonsters/contract';

export const RAW_COLUMNS = ['machine_id', 'timestamp_ms', ...METRIC_NAMES].join(', ');
/** Columns of a query of raw rows. All are DOUBLE, with NaN for NULL, so that a result can be read as typed arrays. */
export const RAW_DOUBLES = ['timestamp_ms::DOUBLE', ...METRIC_NAMES.map(orNan)].join(', ');

/** The same for rollups: per metric count, sum, min and max. */
export const ROLLUP_DOUBLES = [
  'timestamp_ms::DOUBLE',
  'n::DOUBLE',
  ...METRIC_NAMES.flatMap((name) => [
    `coalesce(${name}_count, 0)::DOUBLE`,
    orNan(`${name}_sum`),
    orNan(`${name}_min`),
    orNan(`${name}_max`),
  ]),
].join(', ');
export const ROLLUP_COLUMNS = [
  'machine_id',
  'timestamp_ms',
  'n',
  ...METRIC_NAMES.flatMap((name) => [`${name}_count`, `${name}_sum`, `${name}_min`, `${name}_max`]),
].join(', ');

/** Rolls up raw rows into buckets of `widthMs`. */
export function rollUpRaw(source: string, widthMs: number): string {
  const metrics = METRIC_NAMES.map(
    (name) =>
      `count(${name})::INTEGER AS ${name}_count, sum(${name}) AS ${name}_sum, min(${name}) AS ${name}_min, max(${name}) AS ${name}_max`,
  );
  return bucketed(source, widthMs, `count(*)::INTEGER AS n, ${metrics.join(', ')}`);
}

/** Rolls up finer rollups into buckets of `widthMs`. */
export function rollUpFiner(source: string, widthMs: number): string {
  const metrics = METRIC_NAMES.map(
    (name) =>
      `coalesce(sum(${name}_count), 0)::INTEGER AS ${name}_count, sum(${name}_sum) AS ${name}_sum, min(${name}_min) AS ${name}_min, max(${name}_max) AS ${name}_max`,
  );
  return bucketed(source, widthMs, `sum(n)::INTEGER AS n, ${metrics.join(', ')}`);
}

/** For each machine and timestamp, the value with the greatest `sequence` wins, metric by metric. */
export function foldRepeats(source: string): string {
  // arg_max ignores rows whose value is NULL.
  const metrics = METRIC_NAMES.map((name) => `arg_max(${name}, sequence) AS ${name}`);
  return `SELECT machine_id, timestamp_ms, ${metrics.join(', ')} FROM (${source}) GROUP BY machine_id, timestamp_ms`;
}

/** Start of the bucket. The result of `%` has the sign of the time, therefore it is applied twice. */
export function bucketSql(column: string, widthMs: number): string {
  return `(${column} - ((${column} % ${widthMs} + ${widthMs}) % ${widthMs}))`;
}

/**
 * Copies the result of `select` to a Parquet file. Single readings make up most of the disk usage and are compressed
 * with zstd. Rollups are small and read in half the time with snappy.
 */
export function copyToParquet(select: string, path: string, kind: 'raw' | 'rollup'): string {
  const codec = kind === 'raw' ? 'zstd' : 'snappy';
  return `COPY (${select}) TO ${quote(path)}
    (FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION v2, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`;
}
/**
 * With larger groups it takes longer to read one hour of a machine, with smaller ones the footer grows (measured: 3 to
 * 6 ms a query).
 */
const ROW_GROUP_ROWS = 40_960;

/** Rows of raw files with a column for every metric of the catalogue, even if a file is older than a metric. */
export function rawFiles(paths: readonly string[]): string {
  return `raw_files(${pathList(paths)})`;
}

/** The same for rollup files. */
export function rollupFiles(paths: readonly string[]): string {
  return `rollup_files(${pathList(paths)})`;
}

/**
 * Defines `raw_files` and `rollup_files` for a session. `isMixed` says that some files were written with another
 * catalogue of metrics.
 */
export function fileMacros(isMixed: boolean): string {
  if (!isMixed) {
    return `CREATE MACRO raw_files(paths) AS TABLE FROM read_parquet(paths);
      CREATE MACRO rollup_files(paths) AS TABLE FROM read_parquet(paths)`;
  }
  const raw = METRIC_NAMES.map((name) => `${name} DOUBLE`);
  const interval = METRIC_NAMES.map(
    (name) => `${name}_count INTEGER, ${name}_sum DOUBLE, ${name}_min DOUBLE, ${name}_max DOUBLE`,
  );
  return `CREATE TABLE raw_columns (machine_id VARCHAR, timestamp_ms BIGINT, ${raw.join(', ')});
    CREATE TABLE rollup_columns (machine_id VARCHAR, timestamp_ms BIGINT, n INTEGER, ${interval.join(', ')});
    CREATE MACRO raw_files(paths) AS TABLE
      FROM raw_columns UNION ALL BY NAME FROM read_parquet(paths, union_by_name = true);
    CREATE MACRO rollup_files(paths) AS TABLE
      FROM rollup_columns UNION ALL BY NAME FROM read_parquet(paths, union_by_name = true)`;
}

/** Rows of files with the columns that the files have. */
export function readParquet(paths: readonly string[]): string {
  return `read_parquet(${pathList(paths)})`;
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function pathList(paths: readonly string[]): string {
  return `[${paths.map(quote).join(', ')}]`;
}

function bucketed(source: string, widthMs: number, columns: string): string {
  return `SELECT machine_id, ${bucketSql('timestamp_ms', widthMs)} AS timestamp_ms, ${columns} FROM (${source}) GROUP BY ALL ORDER BY ALL`;
}

function orNan(column: string): string {
  return `coalesce(${column}, 'nan'::DOUBLE)`;
}
