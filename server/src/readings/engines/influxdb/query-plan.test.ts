import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketGrid } from '../../bucket-grid.ts';
import { DAY_MS, HOUR_MS, hourOf, INTERVALS_MS, ROLLUP_INTERVALS } from '../../time-buckets.ts';
import { type BucketPart, planBuckets, planQuery } from './query-plan.ts';
import type { RollupState } from './rollup-state.ts';

const MINUTE_MS = INTERVALS_MS['1m'];
const stateOf = (rawFromMs: number, rolledUpUntilMs: number): RollupState => ({
  rolledUpUntilMs,
  dirtyProcessedUntilMs: 0,
  retainedFromMs: { raw: rawFromMs, '1m': 0, '1h': 0, '1d': 0 },
  localDays: null,
});
const short = (parts: BucketPart[]) =>
  parts.map(({ source, fromMs, toMs }) => [source, fromMs / HOUR_MS, toMs / HOUR_MS]);

describe('the parts of a query', () => {
  it('are days, the hours next to them, and single readings where the range cuts an hour or nothing is rolled up', () => {
    const range = { fromMs: 1.5 * HOUR_MS, toMs: 80 * HOUR_MS };
    expect(short(planQuery(range, '1d', stateOf(0, 79 * HOUR_MS)))).toEqual([
      ['raw', 1.5, 2],
      ['1h', 2, 24],
      ['1d', 24, 72],
      ['1h', 72, 79],
      ['raw', 79, 80],
    ]);
    expect(short(planQuery(range, '1m', stateOf(0, 79 * HOUR_MS), new Set([5, 6, 90])))).toEqual([
      ['raw', 1.5, 2],
      ['1m', 2, 5],
      ['raw', 5, 7],
      ['1m', 7, 79],
      ['raw', 79, 80],
    ]);
    expect(short(planQuery({ fromMs: 5, toMs: 5 }, '1m', stateOf(0, HOUR_MS)))).toEqual([]);
  });

  it('are days of the plant as far as these are made, without those that have a dirty hour', () => {
    // Days of Jakarta begin at 17:00 UTC.
    const grid = bucketGrid('1d', 'Asia/Jakarta');
    const range = { fromMs: 0, toMs: 200 * HOUR_MS };
    const of = (zone: string, builtFromMs: number, firstMs = 0) => ({
      ...stateOf(0, 180 * HOUR_MS),
      localDays: { zone, builtFromMs, firstMs },
    });
    expect(short(planBuckets(range, grid, of('Asia/Jakarta', 0), new Set([70])))).toEqual([
      ['1h', 0, 17],
      ['local', 17, 65],
      ['1h', 65, 70],
      ['raw', 70, 71],
      ['1h', 71, 89],
      ['local', 89, 161],
      ['1h', 161, 180],
      ['raw', 180, 200],
    ]);
    expect(short(planBuckets(range, grid, of('Asia/Jakarta', 0, 41 * HOUR_MS)))[1]).toEqual(['local', 41, 161]);
    expect(short(planBuckets(range, grid, of('Asia/Jakarta', 180 * HOUR_MS)))).toEqual([
      ['1h', 0, 180],
      ['raw', 180, 200],
    ]);
    expect(short(planBuckets(range, grid, of('Asia/Tokyo', 0)))).toEqual(
      short(planBuckets(range, grid, stateOf(0, 180 * HOUR_MS))),
    );
  });

  it('are single readings from the first to the last dirty hour if very many hours are dirty', () => {
    const dirty = new Set(Array.from({ length: 10 }, (_, i) => 10 + 2 * i));
    expect(short(planQuery({ fromMs: 0, toMs: 40 * HOUR_MS }, '1h', stateOf(0, 40 * HOUR_MS), dirty))).toEqual([
      ['1h', 0, 10],
      ['raw', 10, 29],
      ['1h', 29, 40],
    ]);
  });

  it('cover the range once, and use rollups only where they are complete and correct', () => {
    const hour = fc.integer({ min: 0, max: 120 });
    const time = fc.oneof(
      hour.map((n) => n * HOUR_MS),
      fc.integer({ min: 0, max: 120 * HOUR_MS }),
    );
    fc.assert(
      fc.property(
        fc.record({
          from: time,
          to: time,
          interval: fc.constantFrom(...ROLLUP_INTERVALS),
          dirty: fc.uniqueArray(hour, { maxLength: 20 }),
        }),
        fc.integer({ min: 0, max: 4 }),
        hour,
        ({ from, to, interval, dirty }, retainedFromDay, rolledUpUntilHour) => {
          const state = stateOf(retainedFromDay * DAY_MS, Math.max(retainedFromDay * 24, rolledUpUntilHour) * HOUR_MS);
          const parts = planQuery({ fromMs: from, toMs: to }, interval, state, new Set(dirty));
          let atMs = from;
          for (const part of parts) {
            expect(part.fromMs).toBeLessThan(part.toMs);
            // Before the first retained reading, the minute that the range cuts is not available.
            if (part.fromMs !== atMs) {
              expect(part.fromMs - atMs).toBeLessThan(MINUTE_MS);
              expect(atMs).toBeLessThan(state.retainedFromMs.raw);
            }
            atMs = part.toMs;
            if (part.source === 'raw') {
              expect(part.fromMs).toBeGreaterThanOrEqual(state.retainedFromMs.raw);
              continue;
            }
            const widthMs = INTERVALS_MS[part.source];
            expect(part.fromMs % widthMs).toBe(0);
            expect(part.toMs % widthMs).toBe(0);
            expect(part.toMs).toBeLessThanOrEqual(state.rolledUpUntilMs);
            for (const each of dirty) {
              if (each < hourOf(state.retainedFromMs.raw)) continue;
              expect(each * HOUR_MS >= part.toMs || (each + 1) * HOUR_MS <= part.fromMs).toBe(true);
            }
          }
          if (from < to && to - atMs !== 0) {
            expect(to - atMs).toBeLessThan(MINUTE_MS);
            expect(to).toBeLessThanOrEqual(state.retainedFromMs.raw);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
