import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addInside, addPast, emptyHistory, hasEndBeenSeen } from './excursion.ts';

const LIMIT = 80;

/** Adds readings, one per second, in the given order. */
function excursionsOf(values: readonly number[], order: readonly number[], offDelayMs = 0) {
  const history = emptyHistory();
  for (const i of order) {
    const value = values[i] as number;
    if (value > LIMIT) addPast(history, 'high', i * 1000, value, offDelayMs);
    else addInside(history, 'high', i * 1000, offDelayMs);
  }
  return history.excursions.high.map((each) => ({
    from: each.fromMs / 1000,
    to: each.toMs / 1000,
    first: each.firstValue,
    peak: each.peakValue,
    count: each.readingCount,
    endSeen: hasEndBeenSeen(each, offDelayMs),
  }));
}

/** The runs of values past the limit, as expected. */
function runsOf(values: readonly number[]) {
  const runs: ReturnType<typeof excursionsOf> = [];
  values.forEach((value, i) => {
    if (value <= LIMIT) return;
    const run = runs.at(-1);
    if (run === undefined || run.to !== i - 1) {
      runs.push({ from: i, to: i, first: value, peak: value, count: 1, endSeen: false });
    } else Object.assign(run, { to: i, peak: Math.max(run.peak, value), count: run.count + 1 });
  });
  for (const run of runs) run.endSeen = run.to < values.length - 1;
  return runs;
}

const values = fc.array(fc.integer({ min: 75, max: 90 }), { minLength: 1, maxLength: 40 });
const ascending = (length: number) => Array.from({ length }, (_, i) => i);

test('readings in order, in reverse, or from any moment on in both directions give the same excursions', () => {
  fc.assert(
    fc.property(values, fc.nat(), fc.array(fc.boolean(), { maxLength: 80 }), (all, start, turns) => {
      let low = start % all.length;
      let high = low + 1;
      const outward: number[] = [low];
      for (let i = 0; low > 0 || high < all.length; i++) {
        if (low > 0 && (high === all.length || turns[i] === true)) outward.push(--low);
        else outward.push(high++);
      }
      const expected = runsOf(all);
      expect(excursionsOf(all, ascending(all.length))).toEqual(expected);
      expect(excursionsOf(all, ascending(all.length).reverse())).toEqual(expected);
      // Only the last reading inside the limit next to the start is known, so counts may differ.
      expect(excursionsOf(all, outward).map(({ from, to }) => [from, to])).toEqual(
        expected.map(({ from, to }) => [from, to]),
      );
    }),
  );
});

test('readings that are sent again change nothing', () => {
  fc.assert(
    fc.property(values, fc.array(fc.nat(), { maxLength: 40 }), (all, again) => {
      const order = ascending(all.length);
      const expected = excursionsOf(all, order);
      const withoutEnds = ({ endSeen: _, ...rest }: (typeof expected)[number]) => rest;
      const repeated = excursionsOf(all, [...order, ...again.map((each) => each % all.length)]);
      expect(repeated.map(withoutEnds)).toEqual(expected.map(withoutEnds));
    }),
  );
});

test('an excursion continues after values inside the limit for less than the off-delay', () => {
  const all = [81, 70, 82, 70, 70, 70, 83];
  expect(excursionsOf(all, ascending(all.length), 2000)).toMatchObject([
    { from: 0, to: 2, count: 2, endSeen: true },
    { from: 6, to: 6, endSeen: false },
  ]);
  expect(excursionsOf(all, ascending(all.length).reverse(), 2000)).toMatchObject([
    { from: 0, to: 2, count: 2 },
    { from: 6, to: 6 },
  ]);
});
