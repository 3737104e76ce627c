// What a chart draws of a state or a boolean: from when to when it had which value.

import { BAD, lowerBound, type MetricSeries } from './metric-series.ts';
import type { SeriesWindow } from './series-window.ts';

export interface StateBounds {
  fromMs: number;
  toMs: number;
  /** A value holds until the next one, at most this long. */
  holdMs: number;
}

export interface StateSpan {
  fromMs: number;
  toMs: number;
  value: number;
}

export interface StateWindow extends SeriesWindow {
  /** Ascending, without overlap, clipped to the window; what is between them is in `gaps` or `bad`. */
  spans: StateSpan[];
}

export function selectStates({ timesMs, values, qualities }: MetricSeries, bounds: StateBounds): StateWindow {
  const { fromMs, toMs, holdMs } = bounds;
  const window: StateWindow = {
    ...{ xs: [], ys: [], gaps: [], bad: [], spans: [] },
    ...{ min: Number.NaN, max: Number.NaN, mean: Number.NaN, count: 0 },
  };
  let knownMs = fromMs;
  const addGap = (untilMs: number) => {
    if (untilMs > knownMs) window.gaps.push([knownMs, untilMs]);
  };
  for (let row = Math.max(0, lowerBound(timesMs, fromMs + 1) - 1); row < timesMs.length; row++) {
    const atMs = timesMs[row] as number;
    if (atMs > toMs) break;
    const start = Math.max(atMs, fromMs);
    const end = Math.min(timesMs[row + 1] ?? Number.POSITIVE_INFINITY, atMs + holdMs, toMs);
    if (end < start) continue;
    addGap(start);
    knownMs = end;
    if (qualities[row] === BAD || Number.isNaN(values[row])) {
      const last = window.bad.at(-1);
      if (last?.[1] === start) last[1] = end;
      else window.bad.push([start, end]);
      continue;
    }
    const value = values[row] as number;
    window.count++;
    const last = window.spans.at(-1);
    if (last?.value === value && last.toMs === start) last.toMs = end;
    else window.spans.push({ fromMs: start, toMs: end, value });
  }
  addGap(toMs);
  for (const span of window.spans) {
    window.xs.push(span.fromMs);
    window.ys.push(span.value);
  }
  return window;
}
