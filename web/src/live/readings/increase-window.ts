// What a chart draws of a counter: its increase in bars of equal length.

import { BAD, lowerBound, type MetricSeries } from './metric-series.ts';
import { type SeriesWindow, selectWindow, type WindowBounds } from './series-window.ts';

/** Bars are this wide or a little wider. */
const BAR_PX = 18;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300].map((seconds) => seconds * 1000);

/** The length of a bar: a round one, so that bars stay where they are while the window moves. */
export function barMsOf(windowMs: number, widthPx: number): number {
  const least = (windowMs * BAR_PX) / Math.max(1, widthPx);
  return STEPS_MS.find((step) => step >= least) ?? (STEPS_MS.at(-1) as number);
}

/**
 * Points in the middle of their bars. A smaller value than the one before is a reset: the counter began at 0 again. A bar in
 * which nothing was measured is left out. `mean` is the increase of the whole window.
 */
export function selectIncreases(series: MetricSeries, bounds: WindowBounds): SeriesWindow {
  const { fromMs, toMs, widthPx } = bounds;
  const barMs = barMsOf(toMs - fromMs, widthPx);
  const window: SeriesWindow = { ...selectWindow(series, bounds), xs: [], ys: [], min: Number.NaN, max: Number.NaN };
  const { timesMs, values, qualities } = series;
  const firstBarMs = Math.floor(fromMs / barMs) * barMs;
  const start = lowerBound(timesMs, firstBarMs);
  let before = Number.NaN;
  for (let row = start - 1; row >= 0 && Number.isNaN(before); row--) {
    if (qualities[row] !== BAD) before = values[row] as number;
  }
  let total = 0;
  for (let row = start; row < timesMs.length && (timesMs[row] as number) <= toMs; row++) {
    const value = values[row] as number;
    if (qualities[row] === BAD || Number.isNaN(value)) continue;
    const middleMs = (Math.floor((timesMs[row] as number) / barMs) + 0.5) * barMs;
    if (window.xs.at(-1) !== middleMs) {
      window.xs.push(middleMs);
      window.ys.push(0);
    }
    const increase = Number.isNaN(before) ? 0 : value >= before ? value - before : value;
    before = value;
    total += increase;
    window.ys[window.ys.length - 1] = (window.ys.at(-1) as number) + increase;
  }
  if (window.xs.length === 0) return window;
  window.min = 0;
  window.max = Math.max(...(window.ys as number[]));
  window.mean = total;
  return window;
}
