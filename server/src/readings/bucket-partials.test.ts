import { METRIC_KINDS, type MetricKind } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BucketGrid, bucketGrid } from './bucket-grid.ts';
import { type BucketPartial, joinBuckets, PartialCollector, type ValueBefore } from './bucket-partials.ts';
import { inferHeld, isExactFor } from './held-times.ts';
import { BAD, GOOD } from './reading-batch.ts';
import type { Interval } from './time-buckets.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 15);

interface Value {
  readonly timestampMs: number;
  readonly value: number;
  readonly quality: number;
}

const history = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 1, max: 5 * HOUR })),
      value: fc.integer({ min: 0, max: 6 }),
      quality: fc.constantFrom(GOOD, GOOD, GOOD, BAD),
    }),
    { maxLength: 60 },
  )
  .map((steps): Value[] => {
    let timestampMs = START;
    return steps.map(({ gapMs, value, quality }) => {
      timestampMs += gapMs;
      return { timestampMs, value, quality };
    });
  });
const kinds = fc.constantFrom(...METRIC_KINDS);
const holds = fc.constantFrom(30_000, 600_000, 7 * HOUR);
const day = bucketGrid('1d');

function collect(kind: MetricKind, grid: BucketGrid, holdMs: number, values: readonly Value[]): BucketPartial[] {
  const collector = new PartialCollector(kind, grid, holdMs);
  for (const { timestampMs, value, quality } of values) collector.addValue(timestampMs, value, quality);
  return [...collector.partials];
}

/** The values of a bucket as single values or as finer partials, as `choose` says for each finer bucket. */
function collectMixed(
  kind: MetricKind,
  fine: Interval,
  holdMs: number,
  values: readonly Value[],
  choose: (n: number) => boolean,
): BucketPartial[] {
  const collector = new PartialCollector(kind, day, holdMs);
  for (const [n, partial] of collect(kind, bucketGrid(fine), holdMs, values).entries()) {
    if (choose(n)) collector.addPartial(partial);
    else {
      const endMs = bucketGrid(fine).endOf(partial.startMs);
      for (const each of values) {
        if (each.timestampMs < partial.startMs || each.timestampMs >= endMs) continue;
        collector.addValue(each.timestampMs, each.value, each.quality);
      }
    }
  }
  return [...collector.partials];
}

describe('partials of buckets', () => {
  it('are the same whether they are made of single values, of finer partials or of both', () => {
    const choices = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(
        kinds,
        holds,
        history,
        choices,
        fc.constantFrom('1m', '5m', '1h'),
        (kind, holdMs, values, of, fine) => {
          const choose = (n: number) => of[n % of.length] as boolean;
          expect(collectMixed(kind, fine, holdMs, values, choose)).toEqual(collect(kind, day, holdMs, values));
        },
      ),
    );
  });

  it('say for which other holds their times in each state are exact', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('boolean', 'state'),
        holds,
        holds,
        holds,
        history,
        (kind, made, added, asked, values) => {
          const fine = collect(kind, bucketGrid('1h'), made, values);
          const collector = new PartialCollector(kind, day, added);
          for (const partial of fine) collector.addPartial({ ...partial, durations: new Map(partial.durations) });
          for (const [found, grid] of [[fine, bucketGrid('1h')] as const, [collector.partials, day] as const]) {
            const expected = collect(kind, grid, asked, values);
            for (const [i, partial] of found.entries()) {
              if (isExactFor(partial, asked)) expect(partial.durations).toEqual(expected[i]?.durations);
            }
            // A partial that was made with one hold is exact for it.
            if (made === added && made === asked) expect(found.every((each) => isExactFor(each, asked))).toBe(true);
          }
          const stored = fine.map((partial) => ({ ...partial, heldMs: inferHeld(partial) }));
          for (const [i, partial] of stored.entries()) {
            if (partial.heldMs >= 0) expect(partial.heldMs).toBeGreaterThanOrEqual(fine[i]?.heldMs as number);
          }
        },
      ),
    );
  });

  it('are the same in the middle of a range as at its start, if the value before is known', () => {
    fc.assert(
      fc.property(kinds, holds, history, fc.nat(40), (kind, holdMs, values, hours) => {
        const grid = bucketGrid('1h');
        const toMs = START + 400 * HOUR;
        const cutMs = START + hours * HOUR;
        const joined = (from: number, before: ValueBefore | null) => {
          const within = values.filter(({ timestampMs }) => timestampMs >= from);
          return joinBuckets(kind, collect(kind, grid, holdMs, within), { grid, fromMs: from, toMs, holdMs, before });
        };
        const before = values.findLast(({ timestampMs, quality }) => timestampMs < cutMs && quality !== BAD) ?? null;
        const whole = joined(START, null).filter(({ startMs }) => startMs >= cutMs);
        expect(joined(cutMs, before)).toEqual(whole);
      }),
    );
  });

  it('hold a state for the whole time between two values that the hold covers', () => {
    fc.assert(
      fc.property(history, (values) => {
        const grid = bucketGrid('1h');
        const usable = values.filter(({ quality }) => quality !== BAD);
        const [first, last] = [usable[0], usable.at(-1)];
        if (!first || !last) return;
        const range = { grid, fromMs: START, toMs: last.timestampMs, holdMs: 1000 * HOUR, before: null };
        const buckets = joinBuckets('state', collect('state', grid, 1000 * HOUR, values), range);
        const heldMs = buckets.flatMap(({ durations }) => [...durations.values()]).reduce((a, b) => a + b, 0);
        expect(heldMs).toBe(last.timestampMs - first.timestampMs);
      }),
    );
  });
});
