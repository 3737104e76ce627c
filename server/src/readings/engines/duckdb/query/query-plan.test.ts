import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketGrid } from '../../../bucket-grid.ts';
import { DAY_MS, HOUR_MS, hourOf, INTERVALS_MS, ROLLUP_INTERVALS } from '../../../time-buckets.ts';
import { planBuckets, planRange, type QueryPlan } from './query-plan.ts';

const MINUTE_MS = INTERVALS_MS['1m'];
/** Half minutes of three days: cuts fall on, beside and inside every kind of bucket. */
const time = fc.integer({ min: 0, max: (3 * DAY_MS) / 30_000 }).map((n) => n * 30_000);

describe('the query plan', () => {
  it('covers every moment of the range exactly once, and none outside it', () => {
    const hour = fc.integer({ min: 0, max: 71 });
    fc.assert(
      fc.property(
        time,
        time,
        fc.constantFrom(...ROLLUP_INTERVALS),
        fc.array(hour),
        (fromMs, toMs, interval, dirtyHours) => {
          const plan = planRange({ fromMs, toMs }, interval, dirtyHours);
          // Compared at the end: half a million calls of `expect` take half a minute on a slow computer.
          const wrong: object[] = [];
          for (let at = 0; at < 3 * DAY_MS; at += MINUTE_MS / 2) {
            const inRange = at >= fromMs && at < toMs;
            const fromRaw = plan.rawParts.filter((part) => at >= part.fromMs && at < part.toMs).length;
            const fromRollups = plan.rollupParts.filter((part) => {
              if (part.interval === 'local') return false;
              const startMs = Math.floor(at / INTERVALS_MS[part.interval]) * INTERVALS_MS[part.interval];
              return startMs >= part.fromMs && startMs < part.toMs && part.includes(startMs);
            }).length;
            if (fromRaw + fromRollups !== (inRange ? 1 : 0)) wrong.push({ at, inRange, fromRaw, fromRollups });
          }
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads dirty hours raw and uses no rollup for them', () => {
    const plan = planRange({ fromMs: 0, toMs: DAY_MS }, '1d', [5]);
    expect(plan.rawParts).toEqual([{ fromMs: 5 * HOUR_MS, toMs: 6 * HOUR_MS }]);
    expect(plan.rollupParts.filter((part) => part.includes(5 * HOUR_MS))).toEqual([]);
  });

  it('reads daily rollups for ten years, and hourly ones only for the days at both ends', () => {
    const plan = planRange({ fromMs: HOUR_MS, toMs: 3650 * DAY_MS + 1 }, '1d', []);
    const hours = plan.rollupParts.filter((part) => part.interval === '1h');
    expect(hours.map((part) => part.toMs - part.fromMs)).toEqual([23 * HOUR_MS]);
    expect(plan.rawParts).toEqual([{ fromMs: 3650 * DAY_MS, toMs: 3650 * DAY_MS + 1 }]);
  });

  it('reads single values of minutes only where the range cuts a minute', () => {
    const range = { fromMs: HOUR_MS + 90_001, toMs: DAY_MS + 30_000 };
    const plan = planRange(range, '1m', []);
    expect(plan.rawParts).toEqual([
      { fromMs: range.fromMs, toMs: HOUR_MS + 120_000 },
      { fromMs: DAY_MS, toMs: range.toMs },
    ]);
    expect(planRange({ fromMs: 90_001, toMs: 90_002 }, '1m', []).rawParts).toEqual([{ fromMs: 90_001, toMs: 90_002 }]);
    const beside = planRange(range, '1m', [1, 2, 24]);
    expect(beside.rollupParts.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([[3 * HOUR_MS, DAY_MS]]);
  });

  it('is empty for an empty range', () => {
    expect(planRange({ fromMs: 5, toMs: 5 }, '1m', [0])).toEqual({ rollupParts: [], rawParts: [] });
    expect(planRange({ fromMs: 6, toMs: 5 }, '1m', [0])).toEqual({ rollupParts: [], rawParts: [] });
  });
});

describe('the plan for days of the plant', () => {
  const zone = 'Europe/Berlin';
  const grid = bucketGrid('1d', zone);
  const midnight = Date.UTC(2026, 2, 27, 23);
  const all = { zone, builtFromMs: Number.NEGATIVE_INFINITY };
  const localPartsOf = (plan: QueryPlan) =>
    plan.rollupParts.filter(({ interval }) => interval === 'local').map(({ fromMs, toMs }) => [fromMs, toMs]);

  it('takes whole days, of 23 hours too, from their rollups, and hours at both ends', () => {
    // Clocks change on the second day.
    const range = { fromMs: midnight - HOUR_MS, toMs: midnight + 3 * DAY_MS };
    const plan = planBuckets(range, grid, [], all);
    const days = [midnight, midnight + 3 * DAY_MS - HOUR_MS];
    expect(localPartsOf(plan)).toEqual([days]);
    expect(plan.rollupParts.filter(({ interval }) => interval === '1h').map(({ fromMs }) => fromMs)).toEqual([
      midnight - HOUR_MS,
      days[1],
    ]);
    expect(plan.rawParts).toEqual([]);
  });

  it('takes no day from them that has a dirty hour or is not made yet, and none of another zone', () => {
    const range = { fromMs: midnight, toMs: midnight + DAY_MS };
    expect(localPartsOf(planBuckets(range, grid, [hourOf(midnight) + 5], all))).toEqual([]);
    expect(localPartsOf(planBuckets(range, grid, [], { zone, builtFromMs: midnight + 1 }))).toEqual([]);
    expect(localPartsOf(planBuckets(range, grid, [], { zone, builtFromMs: Number.POSITIVE_INFINITY }))).toEqual([]);
    expect(localPartsOf(planBuckets(range, grid, [], { ...all, zone: 'Asia/Jakarta' }))).toEqual([]);
    expect(localPartsOf(planBuckets(range, bucketGrid('1d'), [], all))).toEqual([]);
    expect(localPartsOf(planBuckets({ fromMs: 5, toMs: 5 }, grid, [], all))).toEqual([]);
  });

  it('does not take an hour twice that belongs to two days', () => {
    const kolkata = bucketGrid('1d', 'Asia/Kolkata');
    const start = Date.UTC(2026, 2, 1, 18, 30);
    const plan = planBuckets({ fromMs: start, toMs: start + 4 * DAY_MS }, kolkata, [hourOf(start + 2 * DAY_MS)], {
      ...all,
      zone: 'Asia/Kolkata',
    });
    expect(localPartsOf(plan)).toEqual([
      [start, start + DAY_MS],
      [start + 3 * DAY_MS, start + 4 * DAY_MS],
    ]);
    const first = Math.min(...plan.rawParts.map(({ fromMs }) => fromMs));
    expect(first).toBeGreaterThanOrEqual(start + DAY_MS);
  });
});
