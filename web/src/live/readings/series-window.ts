// The points of a time window that a chart draws of one metric: downsampled to the pixels, interrupted where readings are
// missing.

import { BAD, lowerBound, type MetricSeries } from './metric-series.ts';

/** A hole longer than this many times the spacing around it is drawn as one. */
const GAP_FACTOR = 3;
const NEIGHBOURS = 5;
/** Younger silence at the end may just be on its way. */
const LEAST_TAIL_MS = 5_000;
/** The line is about this wide: what happens within one such column is drawn as its first, lowest, highest, last point. */
const COLUMN_PX = 2;
const POINTS_PER_COLUMN = 4;

export interface SeriesWindow {
  /** Ascending; a null value in `ys` breaks the line there. */
  xs: number[];
  ys: (number | null)[];
  /** Holes as [from, to] in ms, clipped to the window; the last may reach its right edge. */
  gaps: [number, number][];
  /** Where a sensor sent bad values, as [from, to] in ms, clipped to the window: the line is interrupted there. */
  bad: [number, number][];
  /** Over the points inside the window, NaN where there is none. */
  min: number;
  max: number;
  mean: number;
  count: number;
}

export interface WindowBounds {
  fromMs: number;
  toMs: number;
  /** Width of the plot in pixels. */
  widthPx: number;
  /** Nothing is missing from the series: then an empty beginning is a hole like any other. */
  complete?: boolean;
}

/** One point before the window is included, so that the line enters from the edge. */
export function selectWindow(series: MetricSeries, bounds: WindowBounds): SeriesWindow {
  const { fromMs, toMs } = bounds;
  const points = measured(series, fromMs, toMs);
  const window: SeriesWindow = {
    xs: [],
    ys: [],
    gaps: [],
    bad: [],
    min: Number.NaN,
    max: Number.NaN,
    mean: Number.NaN,
    count: 0,
  };
  const total = points.times.length;
  const addBad = (badMs: number, untilMs: number) => {
    if (untilMs > fromMs) window.bad.push([Math.max(badMs, fromMs), untilMs]);
  };
  if (!Number.isNaN(points.badBefore)) addBad(points.badBefore, points.times[0] ?? toMs);
  if (total === 0) return window;
  summarise(window, points, fromMs);
  const oldest = points.times[0] as number;
  const atFirst = usualAfter(points.times, 0);
  if (bounds.complete && Number.isNaN(points.badBefore) && atFirst > 0 && oldest - fromMs > GAP_FACTOR * atFirst) {
    window.gaps.push([fromMs, oldest]);
  }
  const gapAfter = findGaps(points.times);
  const columns = Math.max(1, bounds.widthPx / COLUMN_PX);
  const columnMs = (toMs - fromMs) / columns;
  const thin = total > columns * POINTS_PER_COLUMN;
  let from = 0;
  for (let i = 0; i < total; i++) {
    const last = i === total - 1;
    const badMs = points.badAfter[i] as number;
    const isBad = !Number.isNaN(badMs);
    if (!last && !gapAfter[i] && !isBad) continue;
    if (thin) emitThinned(window, points, from, i + 1, fromMs, columnMs);
    else emitAll(window, points, from, i + 1);
    const untilMs = last ? toMs : (points.times[i + 1] as number);
    if (!last) breakLine(window, points.times[i] as number, untilMs);
    if (isBad) addBad(badMs, untilMs);
    else if (!last && untilMs > fromMs) window.gaps.push([Math.max(points.times[i] as number, fromMs), untilMs]);
    from = i + 1;
  }
  const newest = points.times[total - 1] as number;
  const usual = usualBefore(points.times, total - 1);
  const isBadNow = !Number.isNaN(points.badAfter[total - 1] as number);
  if (!isBadNow && usual > 0 && toMs - newest > Math.max(GAP_FACTOR * usual, LEAST_TAIL_MS))
    window.gaps.push([Math.max(newest, fromMs), toMs]);
  return window;
}

interface Points {
  times: number[];
  values: number[];
  /** When the sensor first sent a bad value after each point, before the next one; NaN if it did not. */
  badAfter: number[];
  /** The same before the first point. */
  badBefore: number;
}

function measured({ timesMs, values, qualities }: MetricSeries, fromMs: number, toMs: number): Points {
  const isUsable = (row: number) => qualities[row] !== BAD && !Number.isNaN(values[row]);
  let first = lowerBound(timesMs, fromMs);
  while (first > 0) {
    first--;
    if (isUsable(first)) break;
  }
  const points: Points = { times: [], values: [], badAfter: [], badBefore: Number.NaN };
  for (let row = first; row < timesMs.length && (timesMs[row] as number) <= toMs; row++) {
    const timeMs = timesMs[row] as number;
    const newest = points.times.length - 1;
    if (isUsable(row)) {
      points.times.push(timeMs);
      points.values.push(values[row] as number);
      points.badAfter.push(Number.NaN);
    } else if (newest < 0) {
      if (Number.isNaN(points.badBefore)) points.badBefore = timeMs;
    } else if (Number.isNaN(points.badAfter[newest] as number)) points.badAfter[newest] = timeMs;
  }
  return points;
}

function summarise(window: SeriesWindow, { times, values }: Points, fromMs: number): void {
  let sum = 0;
  for (let i = 0; i < times.length; i++) {
    if ((times[i] as number) < fromMs) continue;
    const value = values[i] as number;
    sum += value;
    window.min = window.count === 0 ? value : Math.min(window.min, value);
    window.max = window.count === 0 ? value : Math.max(window.max, value);
    window.count++;
  }
  if (window.count > 0) window.mean = sum / window.count;
}

/** 1 where the step after a point is a hole. A slower rate on either side is a rate, not a hole. */
function findGaps(times: readonly number[]): Uint8Array {
  const flags = new Uint8Array(times.length);
  const shortest = typicalShortStep(times);
  for (let i = 0; i + 1 < times.length; i++) {
    const step = (times[i + 1] as number) - (times[i] as number);
    if (step <= GAP_FACTOR * shortest) continue;
    const usual = Math.max(usualBefore(times, i), usualAfter(times, i + 1));
    if (usual > 0 && step > GAP_FACTOR * usual) flags[i] = 1;
  }
  return flags;
}

/** A cheap lower estimate that spares most steps the look at their neighbours. */
function typicalShortStep(times: readonly number[]): number {
  const stride = Math.max(1, Math.floor((times.length - 1) / 128));
  const steps: number[] = [];
  for (let i = 0; i + 1 < times.length; i += stride) steps.push((times[i + 1] as number) - (times[i] as number));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 10)] ?? 0;
}

const usualBefore = (times: readonly number[], at: number) => medianStep(times, at - NEIGHBOURS, at);
const usualAfter = (times: readonly number[], at: number) => medianStep(times, at, at + NEIGHBOURS);

function medianStep(times: readonly number[], from: number, to: number): number {
  const steps: number[] = [];
  for (let i = Math.max(0, from); i < Math.min(times.length - 1, to); i++) {
    steps.push((times[i + 1] as number) - (times[i] as number));
  }
  steps.sort((a, b) => a - b);
  // The lower middle: of two steps one may be the hole itself.
  return steps[(steps.length - 1) >> 1] ?? 0;
}

function breakLine(window: SeriesWindow, fromMs: number, toMs: number): void {
  window.xs.push((fromMs + toMs) / 2);
  window.ys.push(null);
}

function emitAll(window: SeriesWindow, { times, values }: Points, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    window.xs.push(times[i] as number);
    window.ys.push(values[i] as number);
  }
}

/** Keeps what one sees: per column the first, the lowest, the highest and the last point, in order of time. */
function emitThinned(
  window: SeriesWindow,
  { times, values }: Points,
  from: number,
  to: number,
  originMs: number,
  columnMs: number,
): void {
  let i = from;
  while (i < to) {
    const column = Math.floor(((times[i] as number) - originMs) / columnMs);
    const first = i;
    let low = i;
    let high = i;
    for (; i < to && Math.floor(((times[i] as number) - originMs) / columnMs) === column; i++) {
      if ((values[i] as number) < (values[low] as number)) low = i;
      if ((values[i] as number) > (values[high] as number)) high = i;
    }
    const chosen = [first, Math.min(low, high), Math.max(low, high), i - 1];
    chosen.forEach((point, n) => {
      if (n > 0 && point === chosen[n - 1]) return;
      window.xs.push(times[point] as number);
      window.ys.push(values[point] as number);
    });
  }
}
