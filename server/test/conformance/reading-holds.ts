// Every engine answers the time in each state for any hold, with whatever holds its rollups were made.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricIndexOf } from '../../src/metric-index.ts';
import { bucketGrid } from '../../src/readings/bucket-grid.ts';
import { INTERVALS_MS } from '../../src/readings/time-buckets.ts';
import { kindOf } from './reading-histories.ts';
import { batchOfReadings, type NamedReading, ReadingOracle, wholeBucketsOf } from './reading-oracle.ts';
import type { MakeStore } from './reading-store.ts';

const PROPERTY_RUNS = 12;
const SECOND = 1000;
const MINUTE = INTERVALS_MS['1m'];
const HOUR = INTERVALS_MS['1h'];
const DAY = INTERVALS_MS['1d'];
/** In Berlin the next day has 23 hours. */
const START = Date.UTC(2026, 2, 28, 7);
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const A = '00000000-0000-4000-8000-00000000000a';
const NAMES = ['running', 'mode', 'parts'];
const HOLDS = [10 * SECOND, MINUTE, 20 * MINUTE, HOUR, 5 * HOUR, 26 * HOUR];
const GRIDS = [
  bucketGrid('15m'),
  bucketGrid('1h'),
  bucketGrid('1d'),
  bucketGrid('1d', 'Europe/Berlin'),
  bucketGrid('1mo', 'Asia/Kolkata'),
];

/** From single seconds to a machine that is off for a night. */
const gap = fc.oneof(
  fc.integer({ min: 1, max: 90 }).map((n) => n * SECOND),
  fc.integer({ min: 1, max: 100 }).map((n) => n * MINUTE),
  fc.integer({ min: 1, max: 30 }).map((n) => n * HOUR),
);
const history = fc
  .array(fc.tuple(gap, fc.integer({ min: 0, max: 2 })), { minLength: 2, maxLength: 40 })
  .map((steps): NamedReading[] => {
    let timestampMs = START;
    return steps.map(([gapMs, value]) => {
      timestampMs += gapMs;
      return { machineId: A, timestampMs, cells: { running: value % 2, mode: value, parts: value } };
    });
  });
const hold = fc.constantFrom(...HOLDS);

export function readingStoreHolds(name: string, make: MakeStore): void {
  describe(`${name} as a store of states`, () => {
    it('counts the time in each state for every hold, also where rollups were made with others', async () => {
      await fc.assert(
        fc.asyncProperty(history, hold, hold, fc.integer({ min: 0, max: 40 }), async (readings, first, second, cut) => {
          const directory = await mkdtemp(join(tmpdir(), 'readings-'));
          let holdMs = first;
          const endMs = (readings.at(-1)?.timestampMs as number) + 3 * DAY;
          const tested = make(
            directory,
            { nowMs: () => endMs },
            () => 'Europe/Berlin',
            () => holdMs,
          );
          await tested.open();
          try {
            const oracle = new ReadingOracle();
            oracle.appendReadings(readings);
            await tested.append(batchOfReadings(readings.slice(0, cut)));
            await tested.runDueJobs(endMs, EVER);
            holdMs = second;
            await tested.append(batchOfReadings(readings.slice(cut)));
            await tested.runDueJobs(endMs + HOUR, EVER);
            for (const asked of HOLDS) {
              for (const grid of GRIDS) {
                const query = {
                  ...{ machineId: A, fromMs: START, toMs: endMs, order: 'asc' as const, offset: 0, limit: 10_000 },
                  metrics: NAMES.map((each) => ({ metric: metricIndexOf(each), kind: kindOf(each) })),
                  ...{ everyReading: true, grid, holdMs: asked },
                };
                expect(wholeBucketsOf(await tested.buckets(query))).toEqual(oracle.wholeBuckets(query).buckets);
              }
            }
          } finally {
            await tested.close();
            await rm(directory, { recursive: true, force: true });
          }
        }),
        { numRuns: PROPERTY_RUNS },
      );
    }, 240_000);
  });
}
