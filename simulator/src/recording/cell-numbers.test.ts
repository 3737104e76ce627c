import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberStyle } from './cell-numbers.ts';

/** The column of cells, read after all of them were seen. */
function read(cells: readonly string[], delimiter = ','): number[] {
  const style = new NumberStyle(delimiter);
  for (const cell of cells) style.note(cell);
  return cells.map((cell) => style.read(cell));
}

describe('the numbers of a column', () => {
  it.each<[string[], string, number[]]>([
    [['1', '-2.5', '+3.', '.5', '1e3', '2.5E-2'], ',', [1, -2.5, 3, 0.5, 1000, 0.025]],
    [['12,5', '0,25', ',5', '-3,'], ';', [12.5, 0.25, 0.5, -3]],
    [['12.5', '1'], ';', [12.5, 1]],
    [['1,234'], ';', [1.234]],
    [['1,234'], ',', [1234]],
    [['1,234', '12,5'], ',', [1.234, 12.5]],
    [['1,234', '12.5'], '\t', [1234, 12.5]],
    [['1,234,567.25', '1,234'], ';', [1_234_567.25, 1234]],
    [['1.234,5', '1.234', '7'], ';', [1234.5, 1234, 7]],
    [['1.234', '12,5'], ';', [1234, 12.5]],
    [['1.234', '12.5'], ';', [1.234, 12.5]],
    [['1.234.567'], ',', [1_234_567]],
    [['1 234,5', '1\u00a0234', '1\u202f234\u202f567'], ';', [1234.5, 1234, 1_234_567]],
  ])('%j in a file with "%s" are %j', (cells, delimiter, expected) => {
    expect(read(cells, delimiter)).toEqual(expected);
  });

  it('are finite, and nothing else is one', () => {
    const cells = ['', 'NaN', 'Infinity', '1e999', '0x10', '1 2', '--1', ',', '.', '1,2,3', '12:30', '5 bar', '१२'];
    for (const delimiter of [',', ';'])
      expect(read(cells, delimiter).filter((value) => !Number.isNaN(value))).toEqual([]);
  });

  it('are those that were written, in every style', () => {
    const styles = [
      { locale: 'en-US', delimiter: ',' },
      { locale: 'de-DE', delimiter: ';' },
      { locale: 'id-ID', delimiter: ';' },
      { locale: 'fr-FR', delimiter: ';' },
    ];
    const value = fc.integer({ min: -1e11, max: 1e11 }).map((hundredths) => hundredths / 100);
    fc.assert(
      fc.property(fc.constantFrom(...styles), fc.boolean(), fc.array(value), (style, useGrouping, values) => {
        // The first value proves the style, as some value of a real column does.
        const all = [1_234_567.89, ...values];
        const text = new Intl.NumberFormat(style.locale, { useGrouping, maximumFractionDigits: 2 });
        expect(
          read(
            all.map((each) => text.format(each)),
            style.delimiter,
          ),
        ).toEqual(all.map((each) => each + 0));
      }),
    );
  });
});
