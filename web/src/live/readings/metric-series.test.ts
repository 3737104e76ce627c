import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAD, GOOD, lowerBound, type MetricColumn, MetricSeries, type Precedence } from './metric-series.ts';

type Row = { timeMs: number; value: number };

const row = fc.record({
  timeMs: fc.integer({ min: 0, max: 60 }),
  value: fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 9 })),
});
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), rows: fc.array(row, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('merge' as const),
    rows: fc.array(row, { maxLength: 20 }),
    precedence: fc.constantFrom<Precedence>('newer', 'older'),
  }),
);

/** NaN for a bad value. */
const qualityOf = (value: number) => (Number.isNaN(value) ? BAD : GOOD);
const columnOf = (rows: readonly Row[]): MetricColumn => ({
  timesMs: rows.map(({ timeMs }) => timeMs),
  values: rows.map(({ value }) => value),
  qualities: rows.map(({ value }) => qualityOf(value)),
});

/** What a series must hold: a plain map from time to value. */
function keep(model: Map<number, number>, { timeMs, value }: Row, precedence: Precedence): void {
  if (precedence === 'newer' || !model.has(timeMs)) model.set(timeMs, value);
}

const rowsOf = ({ timesMs, values, qualities }: MetricSeries) =>
  [...timesMs].map((timeMs, at) => [timeMs, values[at], qualities[at]]);

describe('the series of a metric', () => {
  it('holds every time once, in order, whatever came live, late, twice or from history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const series = new MetricSeries(1000);
        const model = new Map<number, number>();
        for (const change of steps) {
          const precedence = change.kind === 'merge' ? change.precedence : 'newer';
          for (const one of change.rows) keep(model, one, precedence);
          if (change.kind === 'merge') series.merge(columnOf(change.rows), precedence);
          else for (const { timeMs, value } of change.rows) series.add(timeMs, value, qualityOf(value), 'newer');
        }
        const expected = [...model].sort((a, b) => a[0] - b[0]);
        expect(rowsOf(series)).toEqual(expected.map(([timeMs, value]) => [timeMs, value, qualityOf(value)]));
        expect(series.newestMs).toBe(expected.at(-1)?.[0] ?? Number.NaN);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the newest where more come than it has room for, also after the room was changed', () => {
    const capacity = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), capacity, capacity, (rows, first, second) => {
        const series = new MetricSeries(first);
        const ascending = [...rows].sort((a, b) => a.timeMs - b.timeMs);
        const times = [...new Set(ascending.map(({ timeMs }) => timeMs))];
        const half = times[times.length >> 1] ?? 0;
        for (const { timeMs, value } of ascending) if (timeMs < half) series.add(timeMs, value, GOOD, 'newer');
        series.setCapacity(second);
        expect(series.length).toBeLessThanOrEqual(second);
        for (const { timeMs, value } of ascending) if (timeMs >= half) series.add(timeMs, value, GOOD, 'newer');
        const kept = times
          .filter((timeMs) => timeMs < half)
          .slice(-first)
          .slice(-second);
        expect([...series.timesMs]).toEqual([...kept, ...times.filter((timeMs) => timeMs >= half)].slice(-second));
      }),
    );
  });

  it('does not let history older than all it has room for push out newer values', () => {
    const series = new MetricSeries(3);
    for (const timeMs of [10, 11, 12]) series.add(timeMs, timeMs, GOOD, 'newer');
    series.merge({ timesMs: [1, 2, 11.5], values: [1, 2, 3], qualities: [0, 0, 0] }, 'older');
    expect([...series.timesMs]).toEqual([11, 11.5, 12]);
  });

  it('stays within its memory while values come in for a long time', () => {
    const series = new MetricSeries(100);
    for (let timeMs = 0; timeMs < 100_000; timeMs++) series.add(timeMs, timeMs, GOOD, 'newer');
    expect(series.length).toBe(100);
    expect(series.timesMs.buffer.byteLength).toBeLessThanOrEqual(8 * 152);
    expect(series.values.at(-1)).toBe(99_999);
    series.setCapacity(10);
    expect(series.timesMs.buffer.byteLength).toBe(8 * 10);
    expect([series.length, series.values.at(0)]).toEqual([10, 99_990]);
  });

  it('finds the first time at or after another', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: -1, max: 51 }), (times, at) => {
        const sorted = times.sort((a, b) => a - b);
        const found = lowerBound(sorted, at);
        expect(sorted.slice(0, found).every((time) => time < at)).toBe(true);
        expect(sorted.slice(found).every((time) => time >= at)).toBe(true);
      }),
    );
  });
});
