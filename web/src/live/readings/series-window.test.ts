import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAD, GOOD, MetricSeries } from './metric-series.ts';
import { type SeriesWindow, selectWindow } from './series-window.ts';

/** NaN for a bad value. */
function seriesOf(points: readonly (readonly [timeMs: number, value: number])[]): MetricSeries {
  const series = new MetricSeries(100_000);
  for (const [timeMs, value] of points) series.add(timeMs, value, Number.isNaN(value) ? BAD : GOOD, 'newer');
  return series;
}

const every = (stepMs: number, fromMs: number, toMs: number) =>
  Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, i) => fromMs + i * stepMs);
const flat = (times: readonly number[]) => times.map((timeMs) => [timeMs, 70] as const);

/** Runs of points that are joined by a line. */
function lines(window: SeriesWindow): number[][] {
  const runs: number[][] = [[]];
  window.xs.forEach((x, i) => {
    if (window.ys[i] === null) runs.push([]);
    else runs.at(-1)?.push(x);
  });
  return runs;
}

describe('the window of a chart', () => {
  it('draws one line through readings at a steady rate, and no hole', () => {
    const window = selectWindow(seriesOf(flat(every(200, 0, 60_000))), { fromMs: 0, toMs: 60_000, widthPx: 600 });
    expect(lines(window)).toHaveLength(1);
    expect(window.gaps).toEqual([]);
    expect(window.count).toBe(301);
  });

  it('draws no line over a hole of more than three times the usual spacing', () => {
    const times = [...every(1000, 0, 20_000), ...every(1000, 24_000, 60_000)];
    const window = selectWindow(seriesOf(flat(times)), { fromMs: 0, toMs: 60_000, widthPx: 600 });
    expect(lines(window).map((run) => [run[0], run.at(-1)])).toEqual([
      [0, 20_000],
      [24_000, 60_000],
    ]);
    expect(window.gaps).toEqual([[20_000, 24_000]]);
  });

  it('takes an empty beginning for a hole once nothing is on its way any more', () => {
    const series = seriesOf(flat(every(1000, 30_000, 60_000)));
    const bounds = { fromMs: 0, toMs: 60_000, widthPx: 600 };
    expect(selectWindow(series, bounds).gaps).toEqual([]);
    expect(selectWindow(series, { ...bounds, complete: true }).gaps).toEqual([[0, 30_000]]);
    expect(selectWindow(series, { ...bounds, fromMs: 29_000, complete: true }).gaps).toEqual([]);
  });

  it('joins readings where one or two are missing', () => {
    const times = every(1000, 0, 60_000).filter(
      (timeMs) => timeMs !== 20_000 && timeMs !== 40_000 && timeMs !== 41_000,
    );
    const window = selectWindow(seriesOf(flat(times)), { fromMs: 0, toMs: 60_000, widthPx: 600 });
    expect(lines(window)).toHaveLength(1);
  });

  it('takes a change of rate for what it is', () => {
    const times = [...every(10_000, 0, 300_000), ...every(200, 300_200, 360_000)];
    const window = selectWindow(seriesOf(flat(times)), { fromMs: 0, toMs: 360_000, widthPx: 600 });
    expect(window.gaps).toEqual([]);
  });

  it('keeps two holes apart that have one reading between them', () => {
    const times = [...every(1000, 0, 10_000), 30_000, ...every(1000, 50_000, 60_000)];
    const window = selectWindow(seriesOf(flat(times)), { fromMs: 0, toMs: 60_000, widthPx: 600 });
    expect(window.gaps).toEqual([
      [10_000, 30_000],
      [30_000, 50_000],
    ]);
  });

  it('never extends the line past the last reading of a machine that went silent', () => {
    const window = selectWindow(seriesOf(flat(every(1000, 0, 30_000))), { fromMs: 0, toMs: 60_000, widthPx: 600 });
    expect(window.xs.at(-1)).toBe(30_000);
    expect(window.gaps).toEqual([[30_000, 60_000]]);
  });

  it('lets the line enter from the left edge, but keeps what is outside out of the figures', () => {
    const series = seriesOf([
      [0, 1000],
      [1000, 10],
      [2000, 20],
      [3000, 30],
    ]);
    const window = selectWindow(series, { fromMs: 500, toMs: 3000, widthPx: 600 });
    expect(window.xs[0]).toBe(0);
    expect([window.min, window.mean, window.max, window.count]).toEqual([10, 20, 30, 3]);
  });

  it('has no point for a metric that was not measured, and takes zero for a value', () => {
    const series = seriesOf(every(1000, 0, 10_000).map((timeMs) => [timeMs, 0] as const));
    expect(selectWindow(series, { fromMs: 0, toMs: 10_000, widthPx: 600 }).max).toBe(0);
    expect(selectWindow(seriesOf([]), { fromMs: 0, toMs: 10_000, widthPx: 600 }).xs).toEqual([]);
  });

  it('interrupts the line where the sensor sent bad values, and says where', () => {
    const isBad = (timeMs: number) => timeMs < 2000 || (timeMs >= 20_000 && timeMs < 23_000) || timeMs >= 58_000;
    const times = every(1000, 0, 60_000);
    const series = seriesOf(times.map((timeMs) => [timeMs, isBad(timeMs) ? Number.NaN : 70] as const));
    const window = selectWindow(series, { fromMs: 0, toMs: 60_000, widthPx: 600, complete: true });
    expect(lines(window).map((run) => [run[0], run.at(-1)])).toEqual([
      [2000, 19_000],
      [23_000, 57_000],
    ]);
    expect(window.bad).toEqual([
      [0, 2000],
      [20_000, 23_000],
      [58_000, 60_000],
    ]);
    expect(window.gaps).toEqual([]);
    expect(window.count).toBe(times.filter((timeMs) => !isBad(timeMs)).length);
    const later = selectWindow(series, { fromMs: 21_000, toMs: 60_000, widthPx: 600 });
    expect(later.bad[0]).toEqual([21_000, 23_000]);
    const onlyBad = selectWindow(seriesOf([[5000, Number.NaN]]), { fromMs: 0, toMs: 60_000, widthPx: 600 });
    expect(onlyBad).toMatchObject({ xs: [], bad: [[5000, 60_000]], count: 0 });
  });

  it('thins to the pixels without losing an extreme, the first or the last point', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 1000, maxLength: 3000 }),
        fc.integer({ min: 20, max: 200 }),
        (values, widthPx) => {
          const toMs = (values.length - 1) * 100;
          const window = selectWindow(seriesOf(values.map((value, i) => [i * 100, value] as const)), {
            fromMs: 0,
            toMs,
            widthPx,
          });
          const shown = window.ys.filter((y) => y !== null);
          expect(shown.length).toBeLessThanOrEqual((widthPx / 2 + 1) * 4);
          expect(Math.min(...shown)).toBe(Math.min(...values));
          expect(Math.max(...shown)).toBe(Math.max(...values));
          expect([window.xs[0], window.xs.at(-1)]).toEqual([0, toMs]);
          expect(window.xs.every((x, i) => i === 0 || x > (window.xs[i - 1] as number))).toBe(true);
          expect(lines(window)).toHaveLength(1);
        },
      ),
      { numRuns: 30 },
    );
  });
});
