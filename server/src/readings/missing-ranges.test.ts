import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MissingRange, missingWithin } from './missing-ranges.ts';

const WIDTH = 40;
const ranges = fc.array(
  fc.record({
    part: fc.constantFrom('readings' as const, 'minutes' as const),
    fromMs: fc.nat(WIDTH - 1),
    lengthMs: fc.integer({ min: 1, max: 10 }),
  }),
  { maxLength: 8 },
);

/** The milliseconds of a part that the ranges cover. */
function covered(found: readonly MissingRange[], part: string): Set<number> {
  const times = new Set<number>();
  for (const each of found) {
    if (each.part !== part) continue;
    for (let ms = each.fromMs as number; ms < (each.toMs as number); ms++) times.add(ms);
  }
  return times;
}

describe('what a range lacks', () => {
  it('covers the same times as the lost files that touch it, each part once and in order', () => {
    fc.assert(
      fc.property(ranges, fc.nat(WIDTH), fc.nat(WIDTH), (lost, a, b) => {
        const range = { fromMs: Math.min(a, b), toMs: Math.max(a, b) + 1 };
        const files = lost.map(({ part, fromMs, lengthMs }) => ({ part, fromMs, toMs: fromMs + lengthMs }));
        const touching = files.filter(({ fromMs, toMs }) => fromMs < range.toMs && toMs > range.fromMs);
        const found = missingWithin(files, range);
        for (const part of ['readings', 'minutes']) {
          expect(covered(found, part)).toEqual(covered(touching, part));
          const own = found.filter((each) => each.part === part);
          for (const [i, each] of own.entries())
            if (i > 0) expect(each.fromMs).toBeGreaterThan(own[i - 1]?.toMs as number);
        }
      }),
    );
  });

  it('names what nobody knows the time of, for every range', () => {
    const unknown = { part: 'journal', fromMs: null, toMs: null } as const;
    expect(missingWithin([unknown, { part: 'readings', fromMs: 5, toMs: 6 }], { fromMs: 0, toMs: 5 })).toEqual([
      unknown,
    ]);
  });
});
