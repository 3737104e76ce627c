import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QUIET_ZONE, qrPath } from './qr-path.ts';

/** What the path covers, read back from its text. */
function modulesOf(path: string, size: number): boolean[][] {
  const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let at = 0; at < Number(width); at++) {
      const row = modules[Number(y) - QUIET_ZONE] as boolean[];
      expect(row[Number(x) - QUIET_ZONE + at]).toBe(false);
      row[Number(x) - QUIET_ZONE + at] = true;
    }
  }
  return modules;
}

describe('the path of a QR code', () => {
  it('covers each dark module once, and no other', () => {
    const square = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.array(fc.array(fc.boolean(), { minLength: size, maxLength: size }), { minLength: size, maxLength: size }),
      );
    fc.assert(
      fc.property(square, (modules) => {
        expect(modulesOf(qrPath(modules), modules.length)).toEqual(modules);
      }),
    );
  });
});
