// SQL fragments: the rows of files, whatever their format, and how they are read and written.

import { METRIC_NAMES } from '@gonsters/contract';
import { metricNameAt } from '../../../metric-index.ts';
import type { FileFormat } from './files/file-names.ts';
import type { StoredFile } from './files/file-set.ts';
import { READINGS } from './series.ts';

/** The part of a file that a statement needs to know. */
export type SourceFile = Pick<StoredFile, 'path' | 'format'>;

export const VALUE_COLUMNS = 'machine_id, metric, timestamp_ms, value, quality';
const VALUE_ORDER = 'machine_id, metric, timestamp_ms';

const GAUGE_NUMBERS = 'count, bad, sum, min, max, last';
const ROLLUP_NUMBERS = `${GAUGE_NUMBERS}, first, first_ms, last_ms, increase, changes, code, duration_ms`;
export const ROLLUP_COLUMNS = `machine_id, metric, timestamp_ms, ${ROLLUP_NUMBERS}`;
const ROLLUP_TYPED = `machine_id, metric, timestamp_ms, count::INTEGER AS count, bad::INTEGER AS bad, sum, min, max, last,
  first, first_ms::BIGINT AS first_ms, last_ms::BIGINT AS last_ms, increase, changes::INTEGER AS changes, code,
  duration_ms::BIGINT AS duration_ms`;
/** The row of a bucket comes before its rows of states. */
const ROLLUP_ORDER = 'machine_id, metric, timestamp_ms, code NULLS FIRST';

/** Columns of a query of rollups, all DOUBLE, with NaN for NULL, so that a result can be read as typed arrays. */
export const GAUGE_DOUBLES = `timestamp_ms::DOUBLE, ${GAUGE_NUMBERS.split(', ').map(orNan).join(', ')}`;
/** The same, with what only counters, booleans and states have. */
export const ORDERED_DOUBLES = `timestamp_ms::DOUBLE, ${ROLLUP_NUMBERS.split(', ').map(orNan).join(', ')}`;

/**
 * Single values, one a row. A row with an empty metric and no value stands for each reading. `where` is a condition on
 * `machine_id` and `timestamp_ms`.
 */
export function valueRows(files: readonly SourceFile[], where = 'true'): string {
  return rowsOf(files, {
    1: (paths) => {
      const source = `FROM wide_values(${paths}) WHERE ${where}`;
      const metrics = METRIC_NAMES.map(
        (name) => `SELECT machine_id, '${name}' AS metric, timestamp_ms, ${name} AS value, 0::UTINYINT AS quality
          ${source} AND ${name} IS NOT NULL`,
      );
      const readings = `SELECT machine_id, '' AS metric, timestamp_ms, NULL::DOUBLE AS value, 0::UTINYINT AS quality ${source}`;
      return [readings, ...metrics].join(' UNION ALL ');
    },
    2: (paths) => `SELECT ${VALUE_COLUMNS} FROM read_parquet(${paths}) WHERE ${where}`,
  });
}

/** Rollups: a row per bucket and metric, and for states and booleans a row per bucket and code that occurred. */
export function rollupRows(files: readonly SourceFile[], where = 'true'): string {
  return rowsOf(files, {
    1: (paths) => {
      const source = `FROM wide_rollups(${paths}) WHERE ${where}`;
      const without = (names: string) =>
        names
          .split(', ')
          .map((name) => `NULL::DOUBLE AS ${name}`)
          .join(', ');
      const rest = without('last, first, first_ms, last_ms, increase, changes, code, duration_ms');
      const metrics = METRIC_NAMES.map(
        (name) => `SELECT machine_id, '${name}' AS metric, timestamp_ms, ${name}_count AS count, 0 AS bad,
          ${name}_sum AS sum, ${name}_min AS min, ${name}_max AS max, ${rest} ${source} AND ${name}_count > 0`,
      );
      const readings = `SELECT machine_id, '' AS metric, timestamp_ms, n AS count, 0 AS bad, ${without('sum, min, max')}, ${rest} ${source}`;
      return [readings, ...metrics].join(' UNION ALL ');
    },
    2: (paths) => `SELECT ${ROLLUP_COLUMNS} FROM read_parquet(${paths}) WHERE ${where}`,
  });
}

/** In the order of the files, consecutive files of one format in one statement. */
function rowsOf(files: readonly SourceFile[], select: Record<FileFormat, (paths: string) => string>): string {
  const runs: { format: FileFormat; paths: string[] }[] = [];
  for (const { path, format } of files) {
    const run = runs.at(-1);
    if (run?.format === format) run.paths.push(path);
    else runs.push({ format, paths: [path] });
  }
  return `(${runs.map(({ format, paths }) => select[format](pathList(paths))).join(' UNION ALL ')})`;
}

/** Start of the bucket. The result of `%` has the sign of the time, therefore it is applied twice. */
export function bucketSql(column: string, widthMs: number): string {
  return `(${column} - ((${column} % ${widthMs} + ${widthMs}) % ${widthMs}))`;
}

export type ContentKind = 'values' | 'rollup';

/** The rows of `select` as a file of the kind has them: columns, types and order. */
export function fileRows(select: string, kind: ContentKind): string {
  return kind === 'values'
    ? `SELECT ${VALUE_COLUMNS} FROM (${select}) ORDER BY ${VALUE_ORDER}`
    : `SELECT ${ROLLUP_TYPED} FROM (${select}) ORDER BY ${ROLLUP_ORDER}`;
}

/**
 * Copies rows, which are as `fileRows` makes them, to a Parquet file.
 *
 * @param rowCount about how many rows there are, if they may be more than a few million
 */
export function copyToParquet(rows: string, path: string, rowCount = 0): string {
  const groupRows = rowCount > LARGE_FILE_ROWS ? LARGE_GROUP_ROWS : GROUP_ROWS;
  return `COPY (${rows}) TO ${quote(path)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2,
    ROW_GROUP_SIZE ${groupRows}, DICTIONARY_SIZE_LIMIT ${DICTIONARY_ENTRIES})`;
}
/**
 * Rows of a row group. Measured in decision 65: with larger groups it takes longer to read a few series, and more memory
 * to write them. Of smaller ones there are more, and a query reads the description of each, which counts in large files.
 */
const GROUP_ROWS = 122_880;
const LARGE_GROUP_ROWS = 245_760;
const LARGE_FILE_ROWS = 16_000_000;
/** Columns with more distinct values are not worth a dictionary: times shrink to nothing as differences. */
const DICTIONARY_ENTRIES = 2_000;

/** The columns that all formats have in common, `machine_id` and `timestamp_ms`, and those that some files have. */
export function readParquet(paths: readonly string[]): string {
  return `read_parquet(${pathList(paths)}, union_by_name = true)`;
}

/**
 * Defines `wide_values` and `wide_rollups`, the rows of files of format 1. `isMixed` says that some of them may lack a
 * metric of the seed.
 */
export function fileMacros(isMixed: boolean): string {
  if (!isMixed) {
    return `CREATE MACRO wide_values(paths) AS TABLE FROM read_parquet(paths);
      CREATE MACRO wide_rollups(paths) AS TABLE FROM read_parquet(paths)`;
  }
  const values = METRIC_NAMES.map((name) => `${name} DOUBLE`);
  const rollups = METRIC_NAMES.map(
    (name) => `${name}_count INTEGER, ${name}_sum DOUBLE, ${name}_min DOUBLE, ${name}_max DOUBLE`,
  );
  return `CREATE TABLE value_columns (machine_id VARCHAR, timestamp_ms BIGINT, ${values.join(', ')});
    CREATE TABLE rollup_columns (machine_id VARCHAR, timestamp_ms BIGINT, n INTEGER, ${rollups.join(', ')});
    CREATE MACRO wide_values(paths) AS TABLE
      FROM value_columns UNION ALL BY NAME FROM read_parquet(paths, union_by_name = true);
    CREATE MACRO wide_rollups(paths) AS TABLE
      FROM rollup_columns UNION ALL BY NAME FROM read_parquet(paths, union_by_name = true)`;
}

/** The name of a series in files. */
export function seriesName(metric: number): string {
  return metric === READINGS ? '' : metricNameAt(metric);
}

/** The elements of an SQL list of texts. `list_contains` is evaluated once per name in a dictionary, `IN` for every row. */
export function quotedList(texts: readonly string[]): string {
  return texts.map(quote).join(', ');
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function orNan(column: string): string {
  return `coalesce(${column}::DOUBLE, 'nan'::DOUBLE)`;
}

function pathList(paths: readonly string[]): string {
  return `[${paths.map(quote).join(', ')}]`;
}
