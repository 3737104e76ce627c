// Every engine answers random histories of any metrics as a map in memory would.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricKind } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricIndexOf } from '../../src/metric-index.ts';
import { bucketGrid } from '../../src/readings/bucket-grid.ts';
import { BAD, UNCERTAIN } from '../../src/readings/reading-batch.ts';
import type { BucketQuery, RawQuery } from '../../src/readings/reading-store.ts';
import { INTERVALS_MS } from '../../src/readings/time-buckets.ts';
import {
  batchOfReadings,
  type Cell,
  type NamedReading,
  ReadingOracle,
  rowsOf,
  rowsOfBatch,
  wholeBucketsOf,
} from './reading-oracle.ts';
import type { MakeStore } from './reading-store.ts';

const PROPERTY_RUNS = 40;
const MINUTE = INTERVALS_MS['1m'];
const HOUR = INTERVALS_MS['1h'];
const DAY = INTERVALS_MS['1d'];
/** In Berlin this day has 23 hours. */
const NOON = Date.UTC(2026, 2, 29, 12);
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';

/** For how long booleans and states hold in a plant at first. */
export const HOLD_MS = 20 * MINUTE;

const KINDS: Readonly<Record<string, MetricKind>> = {
  temperature: 'gauge',
  pressure: 'gauge',
  speed: 'gauge',
  vibration_rms: 'gauge',
  parts: 'counter',
  running: 'boolean',
  mode: 'state',
};
const NAMES = Object.keys(KINDS);

/** The kinds of the metrics of the suite. */
export function kindOf(name: string): MetricKind {
  return KINDS[name] ?? 'gauge';
}

/** Times are close together, in a few hours of adjacent and distant days, so that repeats and cut buckets are common. */
const timeArbitrary = fc
  .tuple(
    fc.constantFrom(0, 0, 0, HOUR, 11 * HOUR, 13 * HOUR, -30 * DAY),
    fc.oneof(
      fc.integer({ min: -5, max: 5 }).map((n) => n * 30_000),
      fc.integer({ min: -HOUR, max: HOUR }),
    ),
  )
  .map(([far, near]) => NOON + far + near);
const machineArbitrary = fc.constantFrom(A, B);

function numberOf(kind: MetricKind): fc.Arbitrary<number> {
  if (kind === 'boolean') return fc.constantFrom(0, 1);
  if (kind === 'state') return fc.constantFrom(0, 1, 2, 255);
  if (kind === 'counter') return fc.integer({ min: 0, max: 40 });
  return fc.integer({ min: -50, max: 50 }).map((n) => n / 4);
}

function cellOf(name: string): fc.Arbitrary<Cell> {
  const number = numberOf(kindOf(name));
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 6, arbitrary: number },
    { weight: 1, arbitrary: number.map((value): Cell => [value, UNCERTAIN]) },
    { weight: 1, arbitrary: fc.oneof(number, fc.constant(null)).map((value): Cell => [value, BAD]) },
  );
}

const readingArbitrary: fc.Arbitrary<NamedReading> = fc.record({
  machineId: machineArbitrary,
  timestampMs: timeArbitrary,
  cells: fc
    .tuple(...NAMES.map(cellOf))
    .filter((cells) => cells.some((cell) => cell !== null))
    .map((cells) => Object.fromEntries(NAMES.map((name, m) => [name, cells[m] ?? null]))),
});

const metricsArbitrary = fc.shuffledSubarray(NAMES, { minLength: 1 });
const gridArbitrary = fc
  .constantFrom(
    ...([['1m'], ['5m'], ['15m'], ['1h'], ['1d'], ['1w'], ['1mo']] as const),
    ...([
      ['1d', 'Asia/Karachi'],
      ['1d', 'America/St_Johns'],
      ['1w', 'Europe/Berlin'],
      ['1d', 'Europe/Berlin'],
      ['1d', 'Asia/Kolkata'],
      ['1mo', 'Asia/Jakarta'],
    ] as const),
  )
  .map(([interval, zone]) => ({ name: `${interval} ${zone ?? 'UTC'}`, grid: bucketGrid(interval, zone) }));
/** Time zones of the plant: with and without daylight saving time, and with half hours. */
const plantZoneArbitrary = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Jakarta', 'Asia/Kolkata', 'America/St_Johns');
const holdArbitrary = fc.constantFrom(10_000, 45_000, MINUTE, 90_000, HOLD_MS, HOLD_MS, 2 * HOUR, 26 * HOUR);
const rangeArbitrary = fc.record({
  machineId: machineArbitrary,
  fromMs: timeArbitrary,
  toMs: timeArbitrary,
  order: fc.constantFrom('asc' as const, 'desc' as const),
  offset: fc.integer({ min: 0, max: 5 }),
  limit: fc.integer({ min: 1, max: 50 }),
  names: metricsArbitrary,
  everyReading: fc.boolean(),
  grid: gridArbitrary,
  /** The timeout of the machine, which may differ from that of the plant. */
  holdMs: holdArbitrary,
});

type Asked = typeof rangeArbitrary extends fc.Arbitrary<infer T> ? T : never;

function rawQueryOf({ names, grid: _, holdMs: __, ...range }: Asked): RawQuery {
  return { ...range, metrics: names.map(metricIndexOf) };
}

function bucketQueryOf({ names, grid: { grid }, ...range }: Asked): BucketQuery {
  const metrics = names.map((name) => ({ metric: metricIndexOf(name), kind: kindOf(name) }));
  return { ...range, metrics, grid };
}

const stepArbitrary = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      readings: fc.array(readingArbitrary, { maxLength: 40 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('runDueJobs' as const),
      afterMs: fc.constantFrom(0, 3 * MINUTE, 20 * MINUTE, HOUR, DAY),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('query' as const), query: rangeArbitrary }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('move' as const), zone: plantZoneArbitrary }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), holdMs: holdArbitrary }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), machineId: machineArbitrary }) },
);

export function readingStoreHistories(name: string, make: MakeStore): void {
  describe(`${name} as a store of any metrics`, () => {
    it('answers as a map in memory would, whatever is appended, deleted, restarted and run in the background', async () => {
      await fc.assert(
        fc.asyncProperty(
          plantZoneArbitrary,
          fc.array(stepArbitrary, { minLength: 1, maxLength: 12 }),
          async (zone, steps) => {
            const own = await mkdtemp(join(tmpdir(), 'readings-'));
            let atMs = NOON;
            const clock = { nowMs: () => atMs };
            let plantZone = zone;
            let holdMs = HOLD_MS;
            const open = () =>
              make(
                own,
                clock,
                () => plantZone,
                () => holdMs,
              );
            let tested = open();
            await tested.open();
            const oracle = new ReadingOracle();
            try {
              for (const step of steps) {
                if (step.kind === 'append') {
                  await tested.append(batchOfReadings(step.readings));
                  oracle.appendReadings(step.readings);
                } else if (step.kind === 'runDueJobs') {
                  atMs += step.afterMs;
                  await tested.runDueJobs(atMs, EVER);
                } else if (step.kind === 'restart') {
                  await tested.close();
                  tested = open();
                  expect(await tested.open()).toEqual({ damaged: [] });
                } else if (step.kind === 'move') plantZone = step.zone;
                else if (step.kind === 'hold') holdMs = step.holdMs;
                else if (step.kind === 'delete') {
                  await tested.deleteMachine(step.machineId);
                  oracle.deleteMachine(step.machineId);
                } else {
                  const query = rawQueryOf(step.query);
                  const page = await tested.raw(query);
                  expect({ total: page.total, rows: rowsOf(query.machineId, page.rows) }).toEqual(oracle.raw(query));
                  const summary = bucketQueryOf(step.query);
                  const buckets = await tested.buckets(summary);
                  expect({ total: buckets.total, buckets: wholeBucketsOf(buckets) }).toEqual(
                    oracle.wholeBuckets(summary),
                  );
                }
              }
              const metrics = NAMES.map(metricIndexOf);
              expect(rowsOfBatch(await tested.latest(), metrics).sort()).toEqual(oracle.latest(metrics).sort());
            } finally {
              await tested.close();
              await rm(own, { recursive: true, force: true });
            }
          },
        ),
        { numRuns: PROPERTY_RUNS },
      );
    }, 240_000);
  });
}
