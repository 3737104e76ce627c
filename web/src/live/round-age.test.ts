import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownAge } from './round-age.ts';

describe('a shown age', () => {
  it('is finer the younger it is', () => {
    expect([1234, 12_345, 123_456, 7_384_000].map(shownAge)).toEqual([1200, 12_000, 120_000, 7_380_000]);
  });

  it('stands for the same age however often it is cut down, and never exceeds it by more than a rounding', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (ageMs) => {
        const shown = shownAge(ageMs);
        expect(shown).toBeLessThanOrEqual(ageMs);
        expect(ageMs - shown).toBeLessThan(60_000);
        if (Number.isInteger(shown / 1000)) expect(shownAge(shown)).toBe(shown);
      }),
    );
  });

  it('of no moment is none', () => {
    expect(shownAge(Number.NaN)).toBeNaN();
  });
});
