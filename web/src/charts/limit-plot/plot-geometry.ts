// The geometry of a plot of one metric against its limits, drawn as vectors so that paper has it as sharp as the screen.

import type { EffectiveLimits, Severity } from '@gonsters/contract';
import type { HistoryPoints } from '../history/history-lines.ts';
import type { TimeSpan } from '../history/history-zoom.ts';
import { scaleRange } from '../limit-zones.ts';

/** In pixels, of the plot itself. */
export interface PlotBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface PlotRaise extends TimeSpan {
  key: string;
  severity: Severity;
  /** The limit in force then; null where it had none. */
  limit: number | null;
}

export interface PlotScale {
  x: (timeMs: number) => number;
  y: (value: number) => number;
  timeAt: (x: number) => number;
  valueAt: (y: number) => number;
}

/** What lies beside the plot: its values to the left, names or handles of limits to the right. */
export const plotGutters = (widthPx: number, hasHandles: boolean) =>
  widthPx < 520 ? { left: 40, right: hasHandles ? 84 : 56 } : { left: 48, right: hasHandles ? 92 : 60 };

export function plotScale(box: PlotBox, { fromMs, toMs }: TimeSpan, [low, high]: readonly [number, number]): PlotScale {
  const perMs = box.width / Math.max(1, toMs - fromMs);
  const perUnit = box.height / (high - low || 1);
  return {
    x: (timeMs) => box.left + (timeMs - fromMs) * perMs,
    y: (value) => box.top + (high - value) * perUnit,
    timeAt: (x) => fromMs + (x - box.left) / perMs,
    valueAt: (y) => high - (y - box.top) / perUnit,
  };
}

/** Lowest and highest value that a plot shows; `also` are limits that must be seen wherever they lie. */
export function plotRange(
  points: HistoryPoints,
  limits: EffectiveLimits,
  also: readonly number[] = [],
): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of points.min) if (value < low) low = value;
  for (const value of points.max) if (value > high) high = value;
  for (const value of also) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = [limits.low ?? 0, limits.high ?? (limits.low ?? 0) + 1];
  return scaleRange(low, high, limits);
}

/** Indexes of the points between two gaps, as [first, last]. */
function segments({ timesMs }: HistoryPoints, gaps: readonly (readonly [number, number])[]): [number, number][] {
  const found: [number, number][] = [];
  let gap = 0;
  for (let i = 0; i < timesMs.length; i++) {
    const time = timesMs[i] as number;
    const before = timesMs[i - 1];
    while (gap < gaps.length && (gaps[gap]?.[0] ?? 0) < (before ?? Number.NEGATIVE_INFINITY)) gap++;
    const last = found.at(-1);
    const isApart = before !== undefined && gap < gaps.length && (gaps[gap]?.[0] ?? 0) < time;
    if (last === undefined || isApart) found.push([i, i]);
    else last[1] = i;
  }
  return found;
}

const at = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** Of the means, broken at the gaps. A single point is a dot: a line of no length with round ends. */
export function linePath(
  points: HistoryPoints,
  scale: PlotScale,
  gaps: readonly (readonly [number, number])[],
): string {
  return segments(points, gaps)
    .map(([first, last]) => {
      const parts: string[] = [];
      for (let i = first; i <= last; i++) {
        parts.push(
          `${i === first ? 'M' : 'L'}${at(scale.x(points.xs[i] as number), scale.y(points.mean[i] as number))}`,
        );
      }
      return first === last ? `${parts[0]}h0` : parts.join('');
    })
    .join('');
}

/** Between lowest and highest of each point. */
export function envelopePath(
  points: HistoryPoints,
  scale: PlotScale,
  gaps: readonly (readonly [number, number])[],
): string {
  return segments(points, gaps)
    .filter(([first, last]) => last > first)
    .map(([first, last]) => {
      const upper: string[] = [];
      const lower: string[] = [];
      for (let i = first; i <= last; i++) {
        const x = scale.x(points.xs[i] as number);
        upper.push(at(x, scale.y(points.max[i] as number)));
        lower.unshift(at(x, scale.y(points.min[i] as number)));
      }
      return `M${upper.join('L')}L${lower.join('L')}Z`;
    })
    .join('');
}

/** Round values in a range, at most `most` of them and at least one. */
export function valueTicks([low, high]: readonly [number, number], most: number): number[] {
  const raw = (high - low) / Math.max(1, most);
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((lead) => lead * power >= raw * 0.999) ?? 10) * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks.length > 0 ? ticks : [low];
}

/** Moved apart downwards, so that each is at least `apart` below the one above it and none leaves `bottom` if there is room. */
export function spreadOut(wanted: readonly number[], apart: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed = [...wanted];
  let last = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    last = Math.max(placed[i] as number, last + apart);
    placed[i] = last;
  }
  let next = bottom + apart;
  for (const i of order.toReversed()) {
    next = Math.min(placed[i] as number, next - apart);
    placed[i] = next;
  }
  return placed;
}

/** Of the point closest to a time; -1 where there is none. */
export function nearestPoint({ xs }: HistoryPoints, timeMs: number): number {
  let [low, high] = [0, xs.length - 1];
  if (high < 0) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] as number) < timeMs) low = middle;
    else high = middle;
  }
  return Math.abs((xs[low] as number) - timeMs) <= Math.abs((xs[high] as number) - timeMs) ? low : high;
}
