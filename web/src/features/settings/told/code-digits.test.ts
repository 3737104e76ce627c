import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE_LENGTH, withTyped } from './code-digits.ts';

describe('a code of six digits', () => {
  it('never has anything but digits, and never more than six', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.string())), (entries) => {
        const code = entries.reduce((before, [place, typed]) => withTyped(before, place, typed), '');
        expect(code).toMatch(/^\d{0,6}$/);
      }),
    );
  });

  it('is the same however it is entered', () => {
    const codes = fc.stringMatching(/^\d{6}$/);
    fc.assert(
      fc.property(codes, fc.nat(5), (code, place) => {
        const typed = [...code].reduce((before, digit, at) => withTyped(before, at, digit), '');
        expect(typed).toBe(code);
        expect(withTyped('12', place, `Code: ${code.slice(0, 3)} ${code.slice(3)}.`)).toBe(code);
        expect(code).toHaveLength(CODE_LENGTH);
      }),
    );
  });

  it('replaces the digit that stands there', () => {
    expect(withTyped('123456', 2, '9')).toBe('129456');
    expect(withTyped('12', 5, '3')).toBe('123');
    expect(withTyped('12', 1, 'x')).toBe('12');
  });
});
