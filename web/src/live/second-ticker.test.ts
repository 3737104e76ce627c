import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundAge } from './second-ticker.ts';

describe('a shown age', () => {
  it('is finer the younger it is', () => {
    expect([1234, 12_345, 123_456, 7_384_000].map(roundAge)).toEqual([1200, 12_000, 120_000, 7_380_000]);
  });

  it('stands for the same age however often it is cut down, and never exceeds it by more than a rounding', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (ageMs) => {
        const shown = roundAge(ageMs);
        expect(shown).toBeLessThanOrEqual(ageMs);
        expect(ageMs - shown).toBeLessThan(60_000);
        if (Number.isInteger(shown / 1000)) expect(roundAge(shown)).toBe(shown);
      }),
    );
  });

  it('of no moment is none', () => {
    expect(roundAge(Number.NaN)).toBeNaN();
  });
});
