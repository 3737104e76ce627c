import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAD, GOOD, MetricSeries } from './metric-series.ts';
import { selectStates } from './state-window.ts';

const seriesOf = (...rows: [timeMs: number, value: number, quality?: number][]) => {
  const series = new MetricSeries(1000);
  for (const [timeMs, value, quality = GOOD] of rows) series.add(timeMs, value, quality, 'newer');
  return series;
};

describe('the states of a window', () => {
  test('a value holds until the next one, and at most as long as the timeout', () => {
    const { spans, gaps } = selectStates(seriesOf([0, 1], [10, 1], [20, 2]), { fromMs: 5, toMs: 100, holdMs: 30 });
    expect(spans).toEqual([
      { fromMs: 5, toMs: 20, value: 1 },
      { fromMs: 20, toMs: 50, value: 2 },
    ]);
    expect(gaps).toEqual([[50, 100]]);
  });

  test('a bad value ends the state and is told apart from silence', () => {
    const { spans, gaps, bad } = selectStates(seriesOf([10, 1], [20, Number.NaN, BAD], [30, Number.NaN, BAD]), {
      ...{ fromMs: 0, toMs: 50, holdMs: 15 },
    });
    expect({ spans, gaps, bad }).toEqual({
      spans: [{ fromMs: 10, toMs: 20, value: 1 }],
      gaps: [
        [0, 10],
        [45, 50],
      ],
      bad: [[20, 45]],
    });
  });

  test('spans, gaps and bad values cover the window once', () => {
    const row = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 3 }), fc.constantFrom(GOOD, BAD));
    fc.assert(
      fc.property(fc.array(row), fc.integer({ min: 1, max: 100 }), (rows, holdMs) => {
        const window = selectStates(seriesOf(...rows), { fromMs: 50, toMs: 150, holdMs });
        const parts = [...window.spans.map(({ fromMs, toMs }) => [fromMs, toMs]), ...window.gaps, ...window.bad].filter(
          ([from, to]) => from !== to,
        ) as [number, number][];
        parts.sort((a, b) => a[0] - b[0]);
        expect(parts[0]?.[0]).toBe(50);
        expect(parts.at(-1)?.[1]).toBe(150);
        for (let i = 1; i < parts.length; i++) expect(parts[i]?.[0]).toBe(parts[i - 1]?.[1]);
      }),
    );
  });
});
