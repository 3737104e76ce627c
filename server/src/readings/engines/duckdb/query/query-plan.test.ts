import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INTERVALS_MS } from '../../../reading-store.ts';
import { DAY_MS, HOUR_MS, hourOf, TIERS } from '../../../tiers.ts';
import { planRange } from './query-plan.ts';

const MINUTE_MS = INTERVALS_MS['1m'];
/** Half minutes of three days: cuts fall on, beside and inside every kind of bucket. */
const time = fc.integer({ min: 0, max: (3 * DAY_MS) / 30_000 }).map((n) => n * 30_000);

describe('the plan of a range', () => {
  it('counts every moment of the range exactly once, and none outside', () => {
    const hour = fc.integer({ min: 0, max: 71 });
    fc.assert(
      fc.property(time, time, fc.constantFrom(...TIERS), fc.array(hour), (fromMs, toMs, tier, unsettled) => {
        const plan = planRange({ fromMs, toMs }, tier, unsettled);
        // Compared at the end: half a million calls of `expect` take half a minute on a slow computer.
        const wrong: object[] = [];
        for (let at = 0; at < 3 * DAY_MS; at += MINUTE_MS / 2) {
          const inRange = at >= fromMs && at < toMs;
          const fromRaw = inRange && plan.rawHours.includes(hourOf(at)) ? 1 : 0;
          const fromTiers = plan.tierParts.filter((part) => {
            const startMs = Math.floor(at / INTERVALS_MS[part.tier]) * INTERVALS_MS[part.tier];
            return startMs >= part.fromMs && startMs < part.toMs && part.takes(startMs);
          }).length;
          if (fromRaw + fromTiers !== (inRange ? 1 : 0)) wrong.push({ at, inRange, fromRaw, fromTiers });
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('reads unsettled hours raw, and trusts no tier for them', () => {
    const plan = planRange({ fromMs: 0, toMs: DAY_MS }, '1d', [5]);
    expect(plan.rawHours).toEqual([5]);
    expect(plan.tierParts.filter((part) => part.takes(5 * HOUR_MS))).toEqual([]);
  });

  it('asks the coarse tier for ten years and the finer one only for the days at both ends', () => {
    const plan = planRange({ fromMs: HOUR_MS, toMs: 3650 * DAY_MS + 1 }, '1d', []);
    const hours = plan.tierParts.filter((part) => part.tier === '1h');
    expect(hours.map((part) => part.toMs - part.fromMs)).toEqual([23 * HOUR_MS]);
    expect(plan.rawHours).toEqual([3650 * 24]);
  });

  it('is empty for an empty range', () => {
    expect(planRange({ fromMs: 5, toMs: 5 }, '1m', [0])).toEqual({ tierParts: [], rawHours: [] });
    expect(planRange({ fromMs: 6, toMs: 5 }, '1m', [0])).toEqual({ tierParts: [], rawHours: [] });
  });
});
