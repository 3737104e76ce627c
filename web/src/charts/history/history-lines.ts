// Converts replies of the server into the data of a history chart: points of each machine, gaps, statistics of a view.

import type { CompareReply, IntervalName } from '@gonsters/contract';
import type { TimeSpan } from './history-zoom.ts';

/** Widths of a bucket, of a month about; 0 where every point is a reading. */
export const INTERVAL_MS: Record<IntervalName, number> = {
  raw: 0,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
  '1w': 7 * 86_400_000,
  '1mo': 30 * 86_400_000,
};
/** A step this many times the usual one is a hole. */
const GAP_FACTOR = 3;
/** Where a bucket usually holds several readings, one empty bucket is a hole already. */
const FULL_BUCKET = { readings: 3, gapFactor: 1.5 };
const NEIGHBOURS = 5;

/** Columns of one machine, ascending; only points that have a value. */
export interface HistoryPoints {
  /** Of a reading, or the start of its bucket. */
  timesMs: number[];
  /** Where the point is drawn: the middle of what of the bucket lies in the range. */
  xs: number[];
  mean: number[];
  min: number[];
  max: number[];
  count: number[];
}
export interface HistoryMachine {
  id: string;
  name: string;
  points: HistoryPoints;
}
export interface HistoryData extends TimeSpan {
  /** Of all machines; where each has its own, what the metrics share. */
  metric: string;
  interval: IntervalName;
  machines: HistoryMachine[];
}

export function readComparison(reply: CompareReply): HistoryData {
  const { interval } = reply.query;
  const range = { fromMs: Date.parse(reply.query.start_time), toMs: Date.parse(reply.query.end_time) };
  const times = reply.timestamps.map((time) => Date.parse(time));
  const machines = reply.series.map(({ machine_id: id, name, values, min, max, count }) => {
    const points: HistoryPoints = { timesMs: [], xs: [], mean: [], min: [], max: [], count: [] };
    for (let i = 0; i < times.length; i++) {
      const value = values[i];
      if (value === null || value === undefined) continue;
      const timeMs = times[i] as number;
      points.timesMs.push(timeMs);
      points.xs.push(middleOf(timeMs, INTERVAL_MS[interval], range));
      points.mean.push(value);
      points.min.push(min[i] ?? value);
      points.max.push(max[i] ?? value);
      points.count.push(count[i] ?? 1);
    }
    return { id, name, points };
  });
  return { ...range, metric: reply.metric, interval, machines };
}

function middleOf(startMs: number, widthMs: number, { fromMs, toMs }: TimeSpan): number {
  return widthMs === 0 ? startMs : (Math.max(startMs, fromMs) + Math.min(startMs + widthMs, toMs)) / 2;
}

/** Holes as [from, to] in ms; those at the edges of the range included where the usual step is known. */
export function findGaps(points: HistoryPoints, interval: IntervalName, range: TimeSpan): [number, number][] {
  const { timesMs, count } = points;
  const widthMs = INTERVAL_MS[interval];
  const last = timesMs.length - 1;
  if (last < 0) return [[range.fromMs, range.toMs]];
  const full = widthMs > 0 && median(count) >= FULL_BUCKET.readings;
  const factor = full ? FULL_BUCKET.gapFactor : GAP_FACTOR;
  const gaps: [number, number][] = [];
  const usualAt = (i: number) =>
    Math.max(usualStep(timesMs, i - NEIGHBOURS, i), usualStep(timesMs, i, i + NEIGHBOURS), widthMs);
  const first = timesMs[0] as number;
  if (usualAt(0) > 0 && first - range.fromMs > factor * usualAt(0)) gaps.push([range.fromMs, first]);
  for (let i = 0; i < last; i++) {
    const from = timesMs[i] as number;
    const to = timesMs[i + 1] as number;
    if (to - from <= factor * widthMs) continue;
    const usual = Math.max(
      usualStep(timesMs, i - NEIGHBOURS, i),
      usualStep(timesMs, i + 1, i + 1 + NEIGHBOURS),
      widthMs,
    );
    if (usual > 0 && to - from > factor * usual) gaps.push([from + widthMs, to]);
  }
  const end = timesMs[last] as number;
  if (usualAt(last) > 0 && range.toMs - end > factor * usualAt(last)) gaps.push([end + widthMs, range.toMs]);
  return gaps;
}

/** The usual one of the steps between the points `from` and `to`, 0 where there is none. */
function usualStep(times: readonly number[], from: number, to: number): number {
  const steps: number[] = [];
  for (let i = Math.max(0, from); i < Math.min(times.length - 1, to); i++) {
    steps.push((times[i + 1] as number) - (times[i] as number));
  }
  return median(steps);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

type Column = (number | null | undefined)[];
/** What uPlot draws: undefined is joined over, null breaks the line. */
export interface AlignedLines {
  xs: number[];
  /** Lowest and highest of the machine in focus. */
  envelope: [Column, Column];
  means: Column[];
}

/** `gaps` one list a machine, in the order of `machines`; `focus` the place of the one with the envelope. */
export function alignLines(
  machines: readonly HistoryMachine[],
  gaps: readonly (readonly [number, number][])[],
  focus: number,
): AlignedLines {
  const breaks = gaps.map((list) => list.map(([from, to]) => (from + to) / 2));
  const xs = [...new Set([...machines.flatMap(({ points }) => points.xs), ...breaks.flat()])].sort((a, b) => a - b);
  const align = (points: HistoryPoints, values: readonly number[], holes: readonly number[]) => {
    let at = 0;
    let hole = 0;
    return xs.map((x) => {
      if (points.xs[at] === x) return values[at++];
      if (holes[hole] !== x) return undefined;
      hole++;
      return null;
    });
  };
  const column = (index: number, name: 'mean' | 'min' | 'max'): Column => {
    const points = machines[index]?.points;
    return points ? align(points, points[name], breaks[index] ?? []) : xs.map(() => null);
  };
  return {
    xs,
    envelope: [column(focus, 'min'), column(focus, 'max')],
    means: machines.map((_, index) => column(index, 'mean')),
  };
}

export interface HistoryFigures {
  min: number;
  mean: number;
  max: number;
  count: number;
}

/** Over what of a view there is; the mean weighs every reading the same. NaN where there is none. */
export function figuresOf({ xs, mean, min, max, count }: HistoryPoints, { fromMs, toMs }: TimeSpan): HistoryFigures {
  const figures: HistoryFigures = { min: Number.NaN, mean: Number.NaN, max: Number.NaN, count: 0 };
  let sum = 0;
  for (let i = firstAtLeast(xs, fromMs); i < xs.length && (xs[i] as number) <= toMs; i++) {
    const none = figures.count === 0;
    figures.min = none ? (min[i] as number) : Math.min(figures.min, min[i] as number);
    figures.max = none ? (max[i] as number) : Math.max(figures.max, max[i] as number);
    figures.count += count[i] as number;
    sum += (mean[i] as number) * (count[i] as number);
  }
  if (figures.count > 0) figures.mean = sum / figures.count;
  return figures;
}

/** Place of the point nearest to a moment, -1 where none is near enough to represent it. */
export function pointAt({ xs, timesMs }: HistoryPoints, interval: IntervalName, timeMs: number): number {
  const after = firstAtLeast(xs, timeMs);
  const distance = (i: number) => Math.abs((xs[i] ?? Number.POSITIVE_INFINITY) - timeMs);
  const nearest = distance(after - 1) < distance(after) ? after - 1 : after;
  const usual = usualStep(timesMs, nearest - NEIGHBOURS, nearest + NEIGHBOURS);
  const reachMs = INTERVAL_MS[interval] > 0 ? Math.max(INTERVAL_MS[interval], usual) / 2 : usual * 1.5;
  return distance(nearest) <= reachMs ? nearest : -1;
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
