// Generates a data directory with months of readings by writing the files of the store directly.

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { METRICS } from '@gonsters/contract';
import { DuckdbSession } from '../../server/dist/readings/engines/duckdb/duckdb-session.js';
import { compactedPath, rollupPath, rollupSpan } from '../../server/dist/readings/engines/duckdb/files/file-names.js';
import {
  copyToParquet,
  quote,
  ROLLUP_COLUMNS,
  rawFiles,
  rollUpFiner,
  rollUpRaw,
  rollupFiles,
} from '../../server/dist/readings/engines/duckdb/reading-sql.js';
import { INTERVALS_MS } from '../../server/dist/readings/reading-store.js';
import type { RollupInterval } from '../../server/dist/readings/time-buckets.js';

const HOUR_MS = INTERVALS_MS['1h'];
const DAY_MS = INTERVALS_MS['1d'];
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
      await write(session, rollUpFiner(`SELECT * FROM ${rollupFiles([minutes])}`, HOUR_MS), hours);
      push(hourFiles, rollupSpan('1h', dayMs), hours);
      const daily = join(root, 'temporary', `1d-${day}.parquet`);
      await write(session, rollUpFiner(`SELECT * FROM ${rollupFiles([hours])}`, DAY_MS), daily);
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

/** Writes the minute rollups of a day, and its single readings if `hz` is given. Returns the path of the minutes. */
async function writeDay(session: DuckdbSession, root: string, day: number, hz: number | null): Promise<string> {
  const path = rollupPath(root, '1m', rollupSpan('1m', day * DAY_MS), SEQUENCE, SEQUENCE);
  if (hz === null) {
    // One reading a minute is enough, because the resulting files have the same rows and columns.
    await write(session, rollUpRaw(readings(day * DAY_MS, DAY_MS, 1 / 60), INTERVALS_MS['1m']), path);
    return path;
  }
  const parts: string[] = [];
  for (let hour = day * 24; hour < (day + 1) * 24; hour++) {
    const raw = compactedPath(root, hour, SEQUENCE);
    await write(session, `${readings(hour * HOUR_MS, HOUR_MS, hz)} ORDER BY machine_id, timestamp_ms`, raw, 'raw');
    const part = join(root, 'temporary', `1m-${hour}.parquet`);
    await write(session, rollUpRaw(`SELECT * FROM ${rawFiles([raw])}`, INTERVALS_MS['1m']), part);
    parts.push(part);
  }
  await write(session, `SELECT ${ROLLUP_COLUMNS} FROM ${rollupFiles(parts)} ORDER BY machine_id, timestamp_ms`, path);
  return path;
}

function readings(fromMs: number, lengthMs: number, hz: number): string {
  const rows = Math.round((lengthMs / 1000) * hz);
  const timeMs = `(${fromMs} + (step * ${1000 / hz})::BIGINT + number % ${Math.max(1, Math.floor(1000 / hz))})`;
  const metrics = METRICS.map((metric) => {
    const middle = metric.defaultLimits.high ?? metric.max / 50;
    const wave = `${middle} * (0.8 + 0.1 * sin(step / ${600 * hz} + number)) + ${middle / 100} * random()`;
    return `round(${wave}, ${metric.decimals}) AS ${metric.name}`;
  });
  return `SELECT machine_id, ${timeMs}::BIGINT AS timestamp_ms, ${metrics.join(', ')} FROM machines, range(${rows}) steps(step)`;
}

async function mergeSpans(
  session: DuckdbSession,
  root: string,
  interval: RollupInterval,
  spans: ReadonlyMap<string, string[]>,
): Promise<void> {
  for (const [span, paths] of spans) {
    const select = `SELECT ${ROLLUP_COLUMNS} FROM ${rollupFiles(paths)} ORDER BY machine_id, timestamp_ms`;
    await write(session, select, rollupPath(root, interval, span, SEQUENCE, SEQUENCE));
  }
}

async function write(session: DuckdbSession, select: string, path: string, kind: 'raw' | 'rollup' = 'rollup') {
  await mkdir(dirname(path), { recursive: true });
  await session.writer.run(copyToParquet(select, path, kind));
}

function push(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
