import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOrderOf, readTimeMs } from './cell-times.ts';

const TEN = 1_768_471_200_000;

describe('a time', () => {
  it.each([
    ['2026-01-15T10:00:00.250Z', TEN + 250],
    ['2026-01-15 10:00:00', TEN],
    ['2026-01-15T10:00:00+07:00', TEN - 7 * 3_600_000],
    ['2026-01-15 10:00:00 UTC', TEN],
    ['2026/01/15 10:00', TEN],
    ['2026.1.15 10:00:00,5', TEN + 500],
    ['2026-01-15 9:05', TEN - 55 * 60_000],
    ['20260115T100000Z', TEN],
    ['20260115100000', TEN],
    ['20260115', TEN - 10 * 3_600_000],
    ['1768471200', TEN],
    ['1768471200.25', TEN + 250],
    ['1768471200250', TEN + 250],
    ['1768471200250000', TEN + 250],
    ['1768471200250000000', TEN + 250],
    ['15.01.2026 10:00:00', TEN],
    ['15.1.26 10:00', TEN],
    ['15/01/2026 10.00.00', TEN],
    ['15-01-2026 10:00:00.250', TEN + 250],
    ['15/01/2026, 10:00 AM', TEN],
    ['15/01/2026 12:00 AM', TEN - 10 * 3_600_000],
    ['15-Jan-26 10:00:00', TEN],
    ['15 January 2026 10:00', TEN],
  ])('such as %s is read', (text, expected) => {
    expect(readTimeMs(text, 'day')).toBe(expected);
  });

  it('has the month first where the column proves it', () => {
    expect(readTimeMs('01/15/2026 10:00:00 AM', 'month')).toBe(TEN);
    expect(readTimeMs('1/15/2026 10:00 PM', 'month')).toBe(TEN + 12 * 3_600_000);
    expect(['01/15/2026', '15/01/2026', '03/04/2026', '03.04.2026', '2026-01-15', 'x'].map(dateOrderOf)).toEqual([
      'month',
      'day',
      'unclear',
      'day',
      null,
      null,
    ]);
  });

  it.each([
    '',
    'soon',
    '12.5',
    '99999999',
    '31.02.2026',
    '15/01/2026 25:00',
    '15/01/2026 13:00 PM',
    '01/15/2026',
    '15 Foo 2026',
    '20261350',
  ])('is not %j', (text) => {
    expect(readTimeMs(text, 'day')).toBeNaN();
  });

  it('is the one that was written, in every form', () => {
    const second = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2098, 0, 1) / 1000 });
    fc.assert(
      fc.property(second, (seconds) => {
        const iso = new Date(seconds * 1000).toISOString();
        const [year, month, day, clock] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10), iso.slice(11, 19)];
        const forms = [
          ...[iso, `${seconds}`, `${seconds}000`, `${seconds}000000`, `${year}/${month}/${day} ${clock}`],
          ...[`${day}.${month}.${year} ${clock}`, `${day}/${month}/${year.slice(2)} ${clock.replaceAll(':', '.')}`],
          ...[
            `${year}${month}${day}T${clock.replaceAll(':', '')}`,
            `${year}${month}${day}${clock.replaceAll(':', '')}`,
          ],
        ];
        for (const form of forms) expect(readTimeMs(form, 'day')).toBe(seconds * 1000);
        expect(readTimeMs(`${month}/${day}/${year} ${clock}`, 'month')).toBe(seconds * 1000);
      }),
    );
  });
});
