// Generates a data directory with months of readings by writing the files of the store directly.

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { METRICS } from '@gonsters/contract';
import { rollUpFiner, rollUpValues } from '../../server/dist/readings/engines/duckdb/compaction/rollup-sql.js';
import { DuckdbSession } from '../../server/dist/readings/engines/duckdb/duckdb-session.js';
import { compactedPath, rollupPath, rollupSpan } from '../../server/dist/readings/engines/duckdb/files/file-names.js';
import {
  bucketSql,
  type ContentKind,
  copyToParquet,
  fileRows,
  quote,
  rollupRows,
  valueRows,
} from '../../server/dist/readings/engines/duckdb/reading-sql.js';
import { DAY_MS, HOUR_MS, INTERVALS_MS, type RollupInterval } from '../../server/dist/readings/time-buckets.js';

const GAUGES_ONLY = { counters: [], states: [] };
/** The sequence of all generated files. Everything that the store writes later is newer. */
const SEQUENCE = 1;

export interface History {
  /** The `DATA_DIR` of the server. */
  dataDir: string;
  machineIds: readonly string[];
  /** Days of readings before `endMs`, which is rounded down to a whole UTC day. */
  days: number;
  /** The number of the last days that have single readings. Earlier days have only rollups. */
  rawDays?: number;
  hz: number;
  endMs: number;
  say?: (line: string) => void;
}

/** A slow wave with noise for each machine, rounded as sensors do. Resolves with the number of single readings. */
export async function generateHistory(history: History): Promise<number> {
  const { dataDir, days, hz } = history;
  const root = join(dataDir, 'readings');
  const rawDays = history.rawDays ?? days;
  const endDay = Math.floor(history.endMs / DAY_MS);
  const session = new DuckdbSession(join(root, 'temporary'));
  await session.open(false);
  try {
    await session.writer.run('CREATE TABLE machines (number INTEGER, machine_id VARCHAR)');
    const values = history.machineIds.map((id, number) => `(${number}, ${quote(id)})`);
    await session.writer.run(`INSERT INTO machines VALUES ${values.join(', ')}`);
    const hourFiles = new Map<string, string[]>();
    const dayFiles = new Map<string, string[]>();
    for (let day = endDay - days; day < endDay; day++) {
      const minutes = await writeDay(session, root, day, day >= endDay - rawDays ? hz : null);
      const dayMs = day * DAY_MS;
      const hours = join(root, 'temporary', `1h-${day}.parquet`);
      await write(session, rollUpFiner(rows([minutes]), bucketSql('timestamp_ms', HOUR_MS), 0), hours);
      push(hourFiles, rollupSpan('1h', dayMs), hours);
      const daily = join(root, 'temporary', `1d-${day}.parquet`);
      await write(session, rollUpFiner(rows([hours]), bucketSql('timestamp_ms', DAY_MS), 0), daily);
      push(dayFiles, rollupSpan('1d', dayMs), daily);
      history.say?.(`history: day ${day - endDay + days + 1} of ${days}`);
    }
    await mergeSpans(session, root, '1h', hourFiles);
    await mergeSpans(session, root, '1d', dayFiles);
    return history.machineIds.length * rawDays * (DAY_MS / 1000) * hz;
  } finally {
    session.close();
  }
}

/** Writes the minute rollups of a day, and its single values if `hz` is given. Returns the path of the minutes. */
async function writeDay(session: DuckdbSession, root: string, day: number, hz: number | null): Promise<string> {
  const path = rollupPath(root, '1m', rollupSpan('1m', day * DAY_MS), SEQUENCE, SEQUENCE);
  if (hz === null) {
    // One reading a minute is enough, because the resulting files have the same rows and columns.
    await write(session, summary(readings(day * DAY_MS, DAY_MS, 1 / 60)), path);
    return path;
  }
  const parts: string[] = [];
  for (let hour = day * 24; hour < (day + 1) * 24; hour++) {
    const raw = compactedPath(root, hour, SEQUENCE);
    await write(session, readings(hour * HOUR_MS, HOUR_MS, hz), raw, 'values');
    const part = join(root, 'temporary', `1m-${hour}.parquet`);
    await write(session, summary(valueRows([{ path: raw, format: 2 }])), part);
    parts.push(part);
  }
  await write(session, rows(parts), path);
  return path;
}

function readings(fromMs: number, lengthMs: number, hz: number): string {
  const rows = Math.round((lengthMs / 1000) * hz);
  const timeMs = `(${fromMs} + (step * ${1000 / hz})::BIGINT + number % ${Math.max(1, Math.floor(1000 / hz))})`;
  const source = `FROM machines, range(${rows}) steps(step)`;
  const metrics = METRICS.map((metric) => {
    const middle = metric.defaultLimits.high ?? metric.max / 50;
    const wave = `${middle} * (0.8 + 0.1 * sin(step / ${600 * hz} + number)) + ${middle / 100} * random()`;
    return `SELECT machine_id, '${metric.name}' AS metric, ${timeMs}::BIGINT AS timestamp_ms,
      round(${wave}, ${metric.decimals}) AS value, 0::UTINYINT AS quality ${source}`;
  });
  const each = `SELECT machine_id, '' AS metric, ${timeMs}::BIGINT AS timestamp_ms, NULL::DOUBLE AS value,
    0::UTINYINT AS quality ${source}`;
  return `(${[each, ...metrics].join(' UNION ALL ')})`;
}

async function mergeSpans(
  session: DuckdbSession,
  root: string,
  interval: RollupInterval,
  spans: ReadonlyMap<string, string[]>,
): Promise<void> {
  for (const [span, paths] of spans) {
    await write(session, rows(paths), rollupPath(root, interval, span, SEQUENCE, SEQUENCE));
  }
}

function rows(paths: readonly string[]): string {
  return rollupRows(paths.map((path) => ({ path, format: 2 })));
}

function summary(values: string): string {
  return rollUpValues(values, INTERVALS_MS['1m'], GAUGES_ONLY, 0);
}

async function write(session: DuckdbSession, select: string, path: string, kind: ContentKind = 'rollup') {
  await mkdir(dirname(path), { recursive: true });
  await session.writer.run(copyToParquet(fileRows(select, kind), path));
}

function push(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
