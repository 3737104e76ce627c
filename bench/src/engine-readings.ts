// Measures the embedded store of readings alone: appends, four typical queries, bytes per reading, start and memory.
// `node bench/dist/engine-readings.js [--days 30] [--machines 500] [--keep DIR]`

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { METRICS } from '@gonsters/contract';
import { silentLogger } from '../../server/dist/log.js';
import { bucketGrid } from '../../server/dist/readings/bucket-grid.js';
import { openReadingStore } from '../../server/dist/readings/open-reading-store.js';
import { BatchBuilder, type ReadingBatch } from '../../server/dist/readings/reading-batch.js';
import type { ReadingStore } from '../../server/dist/readings/reading-store.js';
import { INTERVALS_MS, type Interval } from '../../server/dist/readings/time-buckets.js';
import { atLeast, atMost, type BenchRow, percentile } from './bench-row.js';
import { generateHistory } from './generate-history.js';
import { formatTable } from './table.js';

const { values: options } = parseArgs({
  options: {
    days: { type: 'string', default: '30' },
    'raw-days': { type: 'string' },
    machines: { type: 'string', default: '500' },
    keep: { type: 'string' },
    rate: { type: 'string', default: '20000' },
  },
});
const DAY_MS = INTERVALS_MS['1d'];
const ALL = METRICS.map((_, m) => m);
const GAUGES = ALL.map((metric) => ({ metric, kind: 'gauge' as const }));
const endMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const ids = Array.from({ length: Number(options.machines) }, (_, i) => machineId(i));
const say = (line: string) => process.stderr.write(`${line}\n`);
const rows: BenchRow[] = [];

const dataDir = options.keep ?? (await mkdtemp(join(tmpdir(), 'engine-')));
try {
  if (!existsSync(join(dataDir, 'readings'))) {
    const rawDays = Number(options['raw-days'] ?? options.days);
    const history = { dataDir, machineIds: ids, days: Number(options.days), rawDays, hz: 1, endMs, say };
    const started = performance.now();
    const count = await generateHistory(history);
    say(`${count} readings were generated in ${Math.round((performance.now() - started) / 1000)} s`);
    const bytes = await bytesBelow(join(dataDir, 'readings', 'values'));
    rows.push({ what: 'bytes per reading', value: bytes / count, unit: 'B', goal: atMost(bytes / count, 6, 'B') });
  }
  const clock = { nowMs: () => Date.now() };
  const store = openReadingStore({ dataDir, influxdb: null, describe: () => null, clock, log: silentLogger });
  const opening = performance.now();
  await store.open();
  const openSeconds = (performance.now() - opening) / 1000;
  rows.push({ what: 'opening the store', value: openSeconds, unit: 's', goal: atMost(openSeconds, 1, 's') });
  await queries(store, 'warm', 10, 0.5);
  rows.push({ what: 'memory after queries', value: process.memoryUsage().rss / 1e6, unit: 'MB', goal: null });
  await appends(store);
  const stop = underLoad(store, Number(options.rate));
  await queries(store, `at ${options.rate}/s`, 60, 0.99);
  await stop();
  rows.push({ what: 'memory after load', value: process.memoryUsage().rss / 1e6, unit: 'MB', goal: null });
  await store.close();
} finally {
  if (options.keep === undefined) await rm(dataDir, { recursive: true, force: true });
}
process.stdout.write(formatTable(rows));

async function queries(store: ReadingStore, when: string, goalMs: number, share: number): Promise<void> {
  const cases: [string, Interval | null, number, number][] = [
    ['1 h raw', null, INTERVALS_MS['1h'], 10_000],
    ['24 h at 1m', '1m', DAY_MS, 2000],
    ['30 d at 1h', '1h', 30 * DAY_MS, 1000],
    ['1 y at 1d', '1d', 365 * DAY_MS, 1000],
  ];
  for (const [what, interval, lengthMs, limit] of cases) {
    const times: number[] = [];
    for (let i = 0; i < 110; i++) {
      const machineId = ids[(i * 37) % ids.length] as string;
      // Not aligned to any bucket, as in real queries.
      const toMs = endMs - ((i * 7919) % 3600) * 1000;
      const query = { machineId, fromMs: toMs - lengthMs, toMs, order: 'desc' as const, offset: 0, limit };
      const started = performance.now();
      if (interval === null) await store.raw({ ...query, metrics: ALL, everyReading: true });
      else
        await store.buckets({
          ...query,
          metrics: GAUGES,
          everyReading: true,
          grid: bucketGrid(interval),
          holdMs: DAY_MS,
        });
      if (i >= 10) times.push(performance.now() - started);
    }
    for (const p of [0.5, 0.99]) {
      const value = percentile(times, p);
      const goal = p === share ? atMost(value, goalMs, 'ms') : null;
      rows.push({ what: `${what}, ${when}, p${p * 100}`, value, unit: 'ms', goal });
    }
  }
}

async function appends(store: ReadingStore): Promise<void> {
  for (const batchRows of [2000, 10_000]) {
    const started = performance.now();
    let stored = 0;
    for (let step = 0; performance.now() - started < 4000; step++) {
      await store.append(batch(endMs + step * 1000 + batchRows, batchRows));
      stored += batchRows;
    }
    const rate = (stored / (performance.now() - started)) * 1000;
    rows.push({
      what: `append, ${batchRows} rows per commit`,
      value: rate,
      unit: 'rows/s',
      goal: atLeast(rate, 400_000, 'rows/s'),
    });
  }
}

function underLoad(store: ReadingStore, perSecond: number): () => Promise<void> {
  let isStopped = false;
  const load = (async () => {
    const started = performance.now();
    for (let stored = 0; !isStopped; ) {
      const due = ((performance.now() - started) / 1000) * perSecond - stored;
      if (due < 200) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        continue;
      }
      await store.append(batch(endMs + 3_600_000 + stored, Math.floor(due)));
      stored += Math.floor(due);
    }
  })();
  return () => {
    isStopped = true;
    return load;
  };
}

function batch(timestampMs: number, length: number): ReadingBatch {
  const builder = new BatchBuilder(length, length * METRICS.length);
  for (let i = 0; i < length; i++) {
    for (const metric of ALL) builder.addValue(metric, metric + i / 10, 0);
    builder.endReading(ids[i % ids.length] as string, timestampMs + Math.floor(i / ids.length));
  }
  return builder.finish();
}

function machineId(i: number): string {
  const digits = createHash('sha1').update(String(i)).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

async function bytesBelow(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
