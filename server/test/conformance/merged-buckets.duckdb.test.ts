// Buckets of merged counters, booleans and states are those of one metric that has the values of both.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricKind } from '@gonsters/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { metricIndexOf } from '../../src/metric-index.ts';
import { type BucketInterval, bucketGrid } from '../../src/readings/bucket-grid.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { bucketsOf } from '../../src/readings/merged-metrics.ts';
import type { QueriedMetric } from '../../src/readings/queried-metric.ts';
import { runCount } from '../support/run-count.ts';
import { batchOfReadings, type NamedReading } from './reading-oracle.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 0, 15, 12);
const HOLD_MS = 90 * MINUTE;
const KINDS: readonly MetricKind[] = ['counter', 'boolean', 'state'];

let directory: string;
let store: DuckdbReadingStore;
let machines = 0;
const open = async (name: string) => {
  const options = { directory: join(directory, name), clock: { nowMs: () => NOON }, log: silentLogger, kindOf };
  const opened = new DuckdbReadingStore(options);
  await opened.open();
  return opened;
};
const kindOf = (name: string) => KINDS.find((kind) => name.startsWith(kind)) ?? 'gauge';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'merged-buckets-'));
  store = await open('store');
});
afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

function merging(kind: MetricKind): QueriedMetric {
  const unused = { unit: null, display: null, states: [] };
  return { metric: metricIndexOf(`${kind}_new`), merged: [metricIndexOf(`${kind}_old`)], name: kind, kind, ...unused };
}

const RANGE = { fromMs: NOON - DAY, toMs: NOON + DAY, offset: 0, limit: 10_000, everyReading: false };

/** At each time, the new name's value counts. */
const value = fc.option(fc.integer({ min: 0, max: 4 }), { nil: null });
const history = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 600 }), value, value), {
  selector: ([at]) => at,
  minLength: 1,
  maxLength: 30,
});

it('whatever the order in which the names have values', async () => {
  const interval = fc.constantFrom<BucketInterval>('1m', '15m', '1h', '1d');
  const order = fc.constantFrom('asc' as const, 'desc' as const);
  await fc.assert(
    fc.asyncProperty(history, fc.constantFrom(...KINDS), interval, order, async (times, kind, width, direction) => {
      const [two, one] = [`two-${machines}`, `one-${machines++}`];
      const readings: NamedReading[] = [];
      for (const [at, fresh, old] of times) {
        const timestampMs = NOON - 5 * HOUR + at * MINUTE;
        const isBoolean = kind === 'boolean';
        const of = (number: number | null) => (number === null || !isBoolean ? number : number % 2);
        if (fresh === null && old === null) continue;
        const cells = { [`${kind}_new`]: of(fresh), [`${kind}_old`]: of(old) };
        readings.push({ machineId: two, timestampMs, cells });
        readings.push({ machineId: one, timestampMs, cells: { [`${kind}_new`]: of(fresh ?? old) } });
      }
      if (readings.length === 0) return;
      await store.append(batchOfReadings(readings));
      const query = { ...RANGE, order: direction, grid: bucketGrid(width), holdMs: HOLD_MS };
      const merged = await bucketsOf(store, { ...query, machineId: two, metrics: [merging(kind)] });
      const expected = await store.buckets({
        ...query,
        machineId: one,
        metrics: [{ metric: metricIndexOf(`${kind}_new`), kind }],
      });
      expect(merged.timestampsMs).toEqual(expected.timestampsMs);
      expect(withoutZeros(merged.columns[0])).toEqual(withoutZeros(expected.columns[0]));
    }),
    { numRuns: runCount(60, 300) },
  );
});

/** A code for which nothing was held may have a column of zeros. */
function withoutZeros(column: Awaited<ReturnType<typeof bucketsOf>>['columns'][number] | undefined) {
  if (column === undefined) throw new Error('There is no column');
  const durations = [...column.durations].filter(([, held]) => held.some((ms) => ms > 0));
  return { ...column, durations };
}

it('are those of the surviving name where the single values have expired, and of the other where it has none', async () => {
  const [both, early] = [NOON - 500 * DAY, NOON - 501 * DAY];
  const at = (timestampMs: number, cells: Record<string, number>) => ({ machineId: 'expired', timestampMs, cells });
  const old = await open('old');
  onTestFinished(() => old.close());
  await old.append(
    batchOfReadings([
      at(early, { counter_old: 10 }),
      at(early + MINUTE, { counter_old: 30 }),
      at(both, { counter_old: 40, counter_new: 100 }),
      at(both + MINUTE, { counter_old: 50, counter_new: 101 }),
    ]),
  );
  const retention = { raw: 365, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
  await old.runDueJobs(NOON + HOUR, { ...retention, raw: 36_500 });
  await old.runDueJobs(NOON + HOUR, retention);
  const { columns } = await bucketsOf(old, {
    ...{ ...RANGE, fromMs: early - DAY, machineId: 'expired', order: 'asc' },
    ...{ metrics: [merging('counter')], grid: bucketGrid('1d'), holdMs: HOLD_MS },
  });
  expect([...(columns[0]?.increase ?? [])]).toEqual([20, 1]);
  expect([...(columns[0]?.last ?? [])]).toEqual([30, 101]);
});
