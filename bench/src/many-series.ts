// Measures queries of one metric of one machine in the embedded store of a plant with thousands of metrics, and how many
// bytes a value takes with its share of all rollups.

import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLogger } from '../../server/dist/log.js';
import { metricIndexOf } from '../../server/dist/metric-index.js';
import { type BucketInterval, bucketGrid } from '../../server/dist/readings/bucket-grid.js';
import { DuckdbSession } from '../../server/dist/readings/engines/duckdb/duckdb-session.js';
import { compactedPath, rollupPath, rollupSpan } from '../../server/dist/readings/engines/duckdb/files/file-names.js';
import {
  type ContentKind,
  copyToParquet,
  fileRows,
  quote,
  readParquet,
} from '../../server/dist/readings/engines/duckdb/reading-sql.js';
import { openReadingStore } from '../../server/dist/readings/open-reading-store.js';
import type { ReadingStore } from '../../server/dist/readings/reading-store.js';
import { DAY_MS, HOUR_MS, INTERVALS_MS, type RollupInterval } from '../../server/dist/readings/time-buckets.js';
import { atMost, type Bench, type BenchRow, percentile } from './bench-row.ts';
import { ownMetric } from './sample-reading.ts';

const METRICS = 2_000;
const METRICS_PER_MACHINE = 50;
const SERIES = 20_000;
const SERIES_OF_FULL_RUN = 100_000;
/** Every machine sends this often. */
const STEP_MS = 10_000;
const MACHINES_PER_PART = 50;
const QUERIES = 100;
const WARM_UP = 10;
/** The sequence of all generated files. */
const SEQUENCE = 1;
/** Whole years, months and days end here, so that each range is in as few files as possible, and the cut hour in one. */
const END_MS = Date.UTC(2026, 0, 1);
const RANGES: readonly { what: string; interval: BucketInterval | null; lengthMs: number }[] = [
  { what: '1 h raw', interval: null, lengthMs: HOUR_MS },
  { what: '1 d at 1m', interval: '1m', lengthMs: DAY_MS },
  { what: '31 d at 1h', interval: '1h', lengthMs: 31 * DAY_MS },
  { what: '1 y at 1d', interval: '1d', lengthMs: 365 * DAY_MS },
];

export const manySeries: Bench = async ({ full, say }) => {
  const series = full ? SERIES_OF_FULL_RUN : SERIES;
  const machineIds = Array.from({ length: series / METRICS_PER_MACHINE }, () => randomUUID());
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-bench-series-'));
  try {
    say(`${series} series of ${METRICS} metrics; this takes minutes`);
    const bytes = await generate(join(dataDir, 'readings'), machineIds, say);
    const clock = { nowMs: () => END_MS };
    const store = openReadingStore({ dataDir, influxdb: null, describe: () => null, clock, log: silentLogger });
    await store.open();
    try {
      return [
        {
          what: `bytes per value, ${series} series at ${1000 / STEP_MS} Hz, with all rollups`,
          value: bytes,
          unit: 'B',
          goal: atMost(bytes, 2, 'B'),
        },
        ...(await measureQueries(store, machineIds)),
      ];
    } finally {
      await store.close();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
};

async function measureQueries(store: ReadingStore, machineIds: readonly string[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { what, interval, lengthMs } of RANGES) {
    const times: number[] = [];
    let cpuMs = 0;
    for (let i = 0; i < WARM_UP + QUERIES; i++) {
      const machine = (i * 37) % machineIds.length;
      const metric = metricIndexOf(metricName(machine, (i * 7) % METRICS_PER_MACHINE));
      const machineId = machineIds[machine] as string;
      const page = { machineId, fromMs: END_MS - lengthMs, toMs: END_MS, order: 'desc' as const, offset: 0 };
      const query = { ...page, limit: 10_000, everyReading: false };
      const cpuBefore = process.cpuUsage();
      const started = performance.now();
      const { total } =
        interval === null
          ? await store.raw({ ...query, metrics: [metric] })
          : await store.buckets({
              ...query,
              metrics: [{ metric, kind: 'gauge' }],
              grid: bucketGrid(interval),
              holdMs: HOUR_MS,
            });
      const takenMs = performance.now() - started;
      if (total === 0) throw new Error(`No values were found: ${what}`);
      if (i < WARM_UP) continue;
      times.push(takenMs);
      const { user, system } = process.cpuUsage(cpuBefore);
      cpuMs += (user + system) / 1000;
    }
    const p50 = percentile(times, 0.5);
    const name = `one metric of one machine, ${what}`;
    rows.push(
      { what: `${name}, p50`, value: p50, unit: 'ms', goal: atMost(p50, 10, 'ms') },
      { what: `${name}, processor time`, value: cpuMs / QUERIES, unit: 'ms', goal: null },
    );
  }
  return rows;
}

/** An hour of single values, a day of minutes, a month of hours and a year of days. Resolves with the bytes per value. */
async function generate(root: string, machineIds: readonly string[], say: (line: string) => void): Promise<number> {
  const session = new DuckdbSession(join(root, 'temporary'));
  await session.open(false);
  try {
    await session.writer.run('CREATE TABLE series (machine INTEGER, machine_id VARCHAR, metric VARCHAR)');
    for (const [machine, id] of machineIds.entries()) {
      const names = Array.from({ length: METRICS_PER_MACHINE }, (_, i) => metricName(machine, i));
      // The series with an empty name has a row for each reading.
      const rows = ['', ...names].map((name) => `(${machine}, ${quote(id)}, ${quote(name)})`);
      await session.writer.run(`INSERT INTO series VALUES ${rows.join(', ')}`);
    }
    // Parts are written in this order, so that the whole file is in the order of the ids.
    await session.writer.run(`CREATE TABLE ordered AS
      SELECT dense_rank() OVER (ORDER BY machine_id) - 1 AS machine, machine_id, metric FROM series`);
    const values = machineIds.length * METRICS_PER_MACHINE;
    const parts = Math.ceil(machineIds.length / MACHINES_PER_PART);
    const hour = END_MS / HOUR_MS - 1;
    say('an hour of single values');
    let bytes = await write(session, compactedPath(root, hour, SEQUENCE), parts, 'values', singleValues());
    bytes /= values * (HOUR_MS / STEP_MS);
    const tiers: [RollupInterval, number][] = [
      ['1m', DAY_MS],
      ['1h', 31 * DAY_MS],
      ['1d', 365 * DAY_MS],
    ];
    for (const [interval, lengthMs] of tiers) {
      say(`buckets of ${interval}`);
      const path = rollupPath(root, interval, rollupSpan(interval, END_MS - 1), SEQUENCE, SEQUENCE);
      const written = await write(session, path, parts, 'rollup', buckets(INTERVALS_MS[interval], lengthMs));
      bytes += written / (values * (lengthMs / STEP_MS));
    }
    return bytes;
  } finally {
    session.close();
  }
}

/** Slow waves with noise, rounded as sensors do. */
const WAVE = 'round(50 + 20 * sin(step / 97.0 + hash(metric) % 100) + random(), 1)';

function singleValues(): string {
  return `SELECT machine_id, metric, (${END_MS - HOUR_MS} + step * ${STEP_MS} + machine % ${STEP_MS})::BIGINT AS timestamp_ms,
      CASE WHEN metric <> '' THEN ${WAVE} END AS value, 0::UTINYINT AS quality
    FROM ordered, range(${HOUR_MS / STEP_MS}) steps(step)`;
}

function buckets(widthMs: number, lengthMs: number): string {
  const count = widthMs / STEP_MS;
  const columns = ['first', 'first_ms', 'last_ms', 'increase', 'changes', 'code', 'duration_ms'];
  const none = columns.map((column) => `NULL::DOUBLE AS ${column}`).join(', ');
  const ofMetric = (sql: string, column: string) => `CASE WHEN metric <> '' THEN round(${sql}, 1) END AS ${column}`;
  return `SELECT machine_id, metric, timestamp_ms, ${count} AS count, 0 AS bad,
      ${ofMetric(`${count} * mean + random()`, 'sum')}, ${ofMetric('mean - random()', 'min')},
      ${ofMetric('mean + random()', 'max')}, ${ofMetric('mean + random() - 0.5', 'last')}, ${none}
    FROM (SELECT *, (${END_MS - lengthMs} + step * ${widthMs})::BIGINT AS timestamp_ms, ${WAVE} AS mean
      FROM ordered, range(${lengthMs / widthMs}) steps(step))`;
}

/** Sorts some machines at a time, so that the memory stays bounded. Resolves with the size of the file. */
async function write(
  session: DuckdbSession,
  path: string,
  parts: number,
  kind: ContentKind,
  select: string,
): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  await mkdir(session.temporaryDirectory, { recursive: true });
  const paths: string[] = [];
  for (let part = 0; part < parts; part++) {
    const from = part * MACHINES_PER_PART;
    const partPath = join(session.temporaryDirectory, `${kind}-${part}.parquet`);
    paths.push(partPath);
    const some = select.replace(
      'FROM ordered,',
      `FROM (FROM ordered WHERE machine >= ${from}
      AND machine < ${from + MACHINES_PER_PART}) AS ordered,`,
    );
    await session.writer.run(copyToParquet(fileRows(some, kind), partPath));
  }
  let rows = 0;
  for (const partPath of paths) rows += await session.countRows(partPath);
  await session.writer.run(copyToParquet(`SELECT * FROM ${readParquet(paths)}`, path, rows));
  for (const partPath of paths) await rm(partPath);
  return (await stat(path)).size;
}

/** Machines of one type have the same metrics. */
function metricName(machine: number, number: number): string {
  const types = METRICS / METRICS_PER_MACHINE;
  return ownMetric((machine % types) * METRICS_PER_MACHINE + number);
}
