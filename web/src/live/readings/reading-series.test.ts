import { METRICS } from '@gonsters/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lowerBound, type Precedence, type ReadingBatch, ReadingSeries } from './reading-series.ts';

type Row = { timeMs: number; values: number[] };

const row = fc.record({
  timeMs: fc.integer({ min: 0, max: 60 }),
  values: fc.array(fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 9 })), {
    minLength: METRICS.length,
    maxLength: METRICS.length,
  }),
});
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), rows: fc.array(row, { maxLength: 3 }) }),
  fc.record({
    kind: fc.constant('merge' as const),
    rows: fc.array(row, { maxLength: 20 }),
    precedence: fc.constantFrom<Precedence>('newer', 'older'),
  }),
);

const batchOf = (rows: readonly Row[]): ReadingBatch => ({
  timesMs: rows.map(({ timeMs }) => timeMs),
  values: METRICS.map((_, metric) => rows.map(({ values }) => values[metric] as number)),
});

/** What a series must hold: a plain map from time to values. */
function keep(model: Map<number, number[]>, { timeMs, values }: Row, precedence: Precedence): void {
  const known = model.get(timeMs);
  if (!known) {
    model.set(timeMs, [...values]);
    return;
  }
  values.forEach((value, metric) => {
    if (!Number.isNaN(value) && (precedence === 'newer' || Number.isNaN(known[metric]))) known[metric] = value;
  });
}

function rowsOf(series: ReadingSeries): [number, number[]][] {
  return [...series.timesMs].map((timeMs, at) => [
    timeMs,
    METRICS.map((_, metric) => series.column(metric)[at] as number),
  ]);
}

describe('a reading series', () => {
  it('holds every time once, in order, whatever came live, late, twice or from history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const series = new ReadingSeries(1000);
        const model = new Map<number, number[]>();
        for (const change of steps) {
          const precedence = change.kind === 'merge' ? change.precedence : 'newer';
          for (const one of change.rows) keep(model, one, precedence);
          if (change.kind === 'merge') series.merge(batchOf(change.rows), precedence);
          else for (const one of change.rows) series.add(one.timeMs, (metric) => one.values[metric] as number, 'newer');
        }
        expect(rowsOf(series)).toEqual([...model].sort((a, b) => a[0] - b[0]));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the newest where more come than it has room for', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), fc.integer({ min: 1, max: 8 }), (rows, capacity) => {
        const series = new ReadingSeries(capacity);
        const ascending = [...rows].sort((a, b) => a.timeMs - b.timeMs);
        for (const one of ascending) series.add(one.timeMs, (metric) => one.values[metric] as number, 'newer');
        const times = [...new Set(ascending.map(({ timeMs }) => timeMs))];
        expect([...series.timesMs]).toEqual(times.slice(-capacity));
      }),
    );
  });

  it('does not let history older than all it has room for push out newer readings', () => {
    const series = new ReadingSeries(3);
    for (const timeMs of [10, 11, 12]) series.add(timeMs, () => timeMs, 'newer');
    series.merge({ timesMs: [1, 2, 11.5], values: METRICS.map(() => [1, 2, 3]) }, 'older');
    expect([...series.timesMs]).toEqual([11, 11.5, 12]);
  });

  it('stays within its memory while readings come in for a long time', () => {
    const series = new ReadingSeries(100);
    for (let timeMs = 0; timeMs < 100_000; timeMs++) series.add(timeMs, () => timeMs, 'newer');
    expect(series.length).toBe(100);
    expect(series.timesMs.buffer.byteLength).toBeLessThanOrEqual(8 * 152);
    expect(series.column(0).at(-1)).toBe(99_999);
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
