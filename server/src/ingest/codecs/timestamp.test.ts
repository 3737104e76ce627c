import { EARLIEST_MS, MAX_AHEAD_MS, parseIsoMs } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultOfTime, parseTimestampMs } from './timestamp.ts';

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
        fc.option(fc.stringMatching(/^\d{1,10}$/)),
      )
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

  it('never takes a text that the careful parser refuses', () => {
    const nearly = fc.stringMatching(/^[0-9]{4}[-/][0-9a]{2}-[0-9]{2}[T ][0-9]{2}:[0-9:]{2}:[0-9.]{2,6}Z?$/);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        expect(parseTimestampMs(text)).toEqual(parseIsoMs(text));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
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

describe('faultOfTime', () => {
  const nowMs = Date.UTC(2026, 0, 1);
  it.each([
    [nowMs, null],
    [nowMs + MAX_AHEAD_MS, null],
    [nowMs + MAX_AHEAD_MS + 1, 'in_the_future'],
    [EARLIEST_MS, null],
    [EARLIEST_MS - 1, 'bad_timestamp'],
    [Number.NaN, 'bad_timestamp'],
  ])('judges %d as %s', (timestampMs, fault) => {
    expect(faultOfTime(timestampMs, nowMs)).toBe(fault);
  });
});
