import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberInput, parseNumber } from './parse-number.ts';

describe('a typed number', () => {
  it.each([
    ['80', 80],
    ['80.5', 80.5],
    ['80,5', 80.5],
    [' −4,25 ', -4.25],
    ['.5', 0.5],
    ['0', 0],
    ['1234567,8', 1_234_567.8],
  ])('%s is the same in every language', (text, value) => {
    expect(parseNumber(text, 'en')).toBe(value);
    expect(parseNumber(text, 'id')).toBe(value);
  });

  it('reads thousands as the language writes them', () => {
    expect([parseNumber('1,800', 'en'), parseNumber('1.800', 'en')]).toEqual([1800, 1.8]);
    expect([parseNumber('1.800', 'id'), parseNumber('1,800', 'id')]).toEqual([1800, 1.8]);
    expect([parseNumber('1,234.5', 'en'), parseNumber('1.234,5', 'id')]).toEqual([1234.5, 1234.5]);
    expect(parseNumber('100,000', 'en')).toBe(100_000);
  });

  it('is empty or wrong, and says which', () => {
    expect(parseNumber('  ', 'en')).toBeNull();
    for (const text of ['-', '1.2.3', '8O', '1e3', '1,2,3', '12 kPa']) expect(parseNumber(text, 'en')).toBeNaN();
  });

  it('comes back as it was shown', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        fc.constantFrom('en' as const, 'id' as const),
        (hundredths, language) => {
          const value = hundredths / 100;
          expect(parseNumber(numberInput(value, language), language)).toBe(value);
        },
      ),
    );
  });
});
