import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvCell, plainText } from './csv-cell.ts';

describe('csvCell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\r=x', '  =x'])('makes %j harmless', (text) => {
    expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/);
  });

  it('leaves numbers, flags and nothing as they are', () => {
    expect([-5.2, 0, 1e21, true, null, undefined].map((value) => csvCell(value))).toEqual([
      '-5.2',
      '0',
      '1e+21',
      'true',
      '',
      '',
    ]);
  });

  it('is read back by any reader, and plainText gives the text again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2 }),
        fc.constantFrom(',', ';', '\t'),
        (texts, delimiter) => {
          fc.pre(texts.every((text) => !/^\s*'/.test(text) && !text.includes('\ufeff')));
          const line = texts.map((text) => csvCell(text, delimiter)).join(delimiter);
          const [row] = parse(`${line}\r\n`, {
            delimiter,
            record_delimiter: '\r\n',
            skip_empty_lines: false,
          }) as string[][];
          expect(row?.map(plainText)).toEqual(texts);
        },
      ),
    );
  });
});
