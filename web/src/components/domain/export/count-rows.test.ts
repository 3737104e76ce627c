import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countNewlines, rowsOf } from './count-rows.ts';

describe('the rows of a CSV file', () => {
  it('are the same wherever the file is cut into pieces', () => {
    const rows = fc.array(fc.constantFrom('', '1;2;3', '2026-11-23T10:42:00.000+07:00;0;—'), { maxLength: 50 });
    fc.assert(
      fc.property(rows, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 }), (lines, sizes) => {
        const file = new TextEncoder().encode(['timestamp', ...lines].map((line) => `${line}\r\n`).join(''));
        let newlines = 0;
        let from = 0;
        for (const size of [...sizes, file.length]) {
          newlines += countNewlines(file.subarray(from, from + size));
          from += size;
        }
        expect(rowsOf(newlines)).toBe(lines.length);
      }),
    );
  });

  it('are none before the header has come', () => {
    expect(rowsOf(0)).toBe(0);
  });
});
