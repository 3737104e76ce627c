import { EARLIEST_MS, fromLocalMs, MAX_AHEAD_MS, parseIsoMs, toLocalMs } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultOfTime, hasZone, parseTimestampMs } from './timestamp.ts';

describe('parseTimestampMs', () => {
  it('reads every canonical time as the careful parser does', () => {
    const field = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const canonical = fc
      .tuple(
        fc.integer({ min: 1960, max: 9999 }),
        field(13),
        field(32),
        field(25),
        field(61),
        field(61),
        fc.option(fc.stringMatching(/^\d{1,9}$/)),
      )
      // A leap second is read as the second after it.
      .filter(([, , , , , second]) => second !== '60')
      .map(([year, month, day, hour, minute, second, fraction]) => {
        const time = `${hour}:${minute}:${second}${fraction === null ? '' : `.${fraction}`}`;
        return `${year}-${month}-${day}T${time}Z`;
      });
    fc.assert(
      fc.property(canonical, (text) => {
        expect(parseTimestampMs(text)).toBe(parseIsoMs(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('reads every millisecond of the calendar back from its ISO form', () => {
    fc.assert(
      fc.property(fc.integer({ min: EARLIEST_MS, max: Date.UTC(2200, 0, 1) }), (ms) => {
        expect(parseTimestampMs(new Date(ms).toISOString())).toBe(ms);
      }),
      { numRuns: 5000 },
    );
  });

  it('reads what the contract reads in the same way', () => {
    const nearly = fc.stringMatching(/^[0-9]{4}[-/][0-9a]{2}-[0-9]{2}[T ][0-9]{2}:[0-9:]{2}:[0-9.]{2,6}Z?$/);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const ms = parseIsoMs(text);
        if (!Number.isNaN(ms)) expect(parseTimestampMs(text)).toEqual(ms);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    [1_768_473_000, Date.UTC(2026, 0, 15, 10, 30)],
    [1_768_473_000.25, Date.UTC(2026, 0, 15, 10, 30, 0, 250)],
    [1_768_473_000_250_999, Date.UTC(2026, 0, 15, 10, 30, 0, 250)],
    [1_768_473_000_250_000_000, Date.UTC(2026, 0, 15, 10, 30, 0, 250)],
    ['1768473000', Date.UTC(2026, 0, 15, 10, 30)],
    [' 1768473000.25 ', Date.UTC(2026, 0, 15, 10, 30, 0, 250)],
    ['1768473000250', Date.UTC(2026, 0, 15, 10, 30, 0, 250)],
    ['1768473000250999', Date.UTC(2026, 0, 15, 10, 30, 0, 250)],
    ['1768473000250999999', Date.UTC(2026, 0, 15, 10, 30, 0, 250)],
    ['20260115T103000Z', Date.UTC(2026, 0, 15, 10, 30)],
    ['20260115T1030+0700', Date.UTC(2026, 0, 15, 3, 30)],
    ['20260115103000', Date.UTC(2026, 0, 15, 10, 30)],
    ['20260115', Date.UTC(2026, 0, 15)],
    ['2026-01-15 10:30:00,5', Date.UTC(2026, 0, 15, 10, 30, 0, 500)],
    ['2026-01-15T10:30:00.1234567Z', Date.UTC(2026, 0, 15, 10, 30, 0, 123)],
    ['2026-01-15T10:30:00.123456789012345Z', Date.UTC(2026, 0, 15, 10, 30, 0, 123)],
    ['2026-01-15T10:30:00 UTC', Date.UTC(2026, 0, 15, 10, 30)],
    ['2026-01-15T10:30:00\u221203', Date.UTC(2026, 0, 15, 13, 30)],
    ['2026-01-15T10Z', Date.UTC(2026, 0, 15, 10)],
    ['2026-01-15T10.5Z', Date.UTC(2026, 0, 15, 10, 30)],
    ['2026-01-15T10:30.25Z', Date.UTC(2026, 0, 15, 10, 30, 15)],
    ['2026-01-14T24:00:00Z', Date.UTC(2026, 0, 15)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2026-W03-4T10:30:00Z', Date.UTC(2026, 0, 15, 10, 30)],
    ['2026W034T103000Z', Date.UTC(2026, 0, 15, 10, 30)],
    ['2026-015T10:30:00Z', Date.UTC(2026, 0, 15, 10, 30)],
    ['2026-01-15T17:30:00+07:00[Asia/Jakarta]', Date.UTC(2026, 0, 15, 10, 30)],
    ['2026-01-15T17:30:00[Asia/Jakarta]', Date.UTC(2026, 0, 15, 10, 30)],
    ['0099-01-01T00:00:00Z', Date.UTC(499, 0, 1) - 146_097 * 86_400_000],

    ['2026-01-15T10:30:00+07:00', Date.UTC(2026, 0, 15, 3, 30)],
    ['2026-01-15T10:30:00', Date.UTC(2026, 0, 15, 10, 30)],
    ['2026-01-31T10:30:00.5Z', Date.UTC(2026, 0, 31, 10, 30, 0, 500)],
    ['2024-02-29T00:00:00.000999Z', Date.UTC(2024, 1, 29)],
    [1_768_473_000_000.75, 1_768_473_000_000],
  ])('takes %s', (value, ms) => {
    expect(parseTimestampMs(value)).toBe(ms);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-01-15T10:30:00.Z',
    '2026-02-30 00:00',
    '2026-13-01T00:00:00',
    '2025-366',
    '2026-W54-1',
    '2026-01-1510:30',
    '2026-01-15T10:60:00',
    '2026-01-15T24:30:00Z',
    '2026-01-15T24:00:00.5Z',
    '2026-01-15T10:30:00+25:00',
    '2026-01-15T10:30:00[Mars/Olympus]',
    '15.01.2026 10:30',
    '10:30:00',
    '1e9',
    'yesterday',
    '',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    true,
    {},
    [],
  ])('refuses %j', (value) => {
    expect(parseTimestampMs(value)).toBeNaN();
  });
});

describe('a timestamp without a zone', () => {
  it('is read in the zone that is given', () => {
    const text = '2026-01-15T17:30:00';
    expect(parseTimestampMs(text, 'Asia/Jakarta')).toBe(Date.UTC(2026, 0, 15, 10, 30));
    expect(parseTimestampMs('20260115173000', 'Asia/Jakarta')).toBe(Date.UTC(2026, 0, 15, 10, 30));
    expect(parseTimestampMs(`${text}Z`, 'Asia/Jakarta')).toBe(Date.UTC(2026, 0, 15, 17, 30));
    expect(parseTimestampMs('2026-07-15T12:00:00', 'Europe/Berlin')).toBe(Date.UTC(2026, 6, 15, 10));
    expect(parseTimestampMs('2026-01-15T12:00:00', 'Europe/Berlin')).toBe(Date.UTC(2026, 0, 15, 11));
    expect(parseTimestampMs(1_768_473_000, 'Asia/Jakarta')).toBe(Date.UTC(2026, 0, 15, 10, 30));
  });

  it('is the inverse of writing the time in that zone, also when clocks change', () => {
    const times = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) });
    fc.assert(
      fc.property(times, fc.constantFrom('Asia/Jakarta', 'America/New_York', 'Asia/Kathmandu'), (ms, zone) => {
        const local = new Date(toLocalMs(zone, ms)).toISOString().slice(0, -1);
        expect(parseTimestampMs(local, zone)).toBe(fromLocalMs(zone, toLocalMs(zone, ms)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['2026-01-15T10:30:00', false],
    ['2026-01-15 10:30:00.25', false],
    ['2026-01-15T10:30:00Z', true],
    ['2026-01-15T10:30:00-03', true],
    ['2026-01-15T10:30:00[Asia/Jakarta]', true],
    ['1768473000', true],
    [1_768_473_000, true],
  ])('is told from one with a zone: %j', (value, expected) => {
    expect(hasZone(value)).toBe(expected);
  });
});

describe('faultOfTime', () => {
  const nowMs = Date.UTC(2026, 0, 1);
  it.each([
    [nowMs, null],
    [nowMs + MAX_AHEAD_MS, null],
    [nowMs + MAX_AHEAD_MS + 1, 'in_the_future'],
    [EARLIEST_MS, null],
    [EARLIEST_MS - 1, 'clock_not_set'],
    [Number.NaN, 'bad_timestamp'],
  ])('judges %d as %s', (timestampMs, fault) => {
    expect(faultOfTime(timestampMs, nowMs)).toBe(fault);
  });
});
