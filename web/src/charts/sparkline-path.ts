// The line of a sparkline as SVG paths in a box of 100 × 100, apart for values within and past the limits; flat where a
// machine is only noisy.

import type { EffectiveLimits } from '@gonsters/contract';
import { zoneOf } from './limit-zones.ts';

export interface SparkPoint {
  timeMs: number;
  value: number;
}

export interface SparkLimit {
  value: number;
  /** Past it is above it, otherwise below. */
  above: boolean;
}

export interface SparkPaths {
  calm: string;
  /** Past the limit. */
  hot: string;
  last: { x: number; y: number } | null;
  limitY: number | null;
}

export const SPARK_BOX = 100;
/** The line's own width and its end need room at the edges. */
const MARGIN = 8;
/** A hole this many times the usual distance of the points is a gap, not a line. */
const GAP_FACTOR = 2.5;
const LEAST_GAP_MS = 150_000;
/** Of the band between the limits, of the limit, or of the value itself: less than that fills the box for no machine. */
const SPAN = { ofBand: 0.5, ofLimit: 0.2, ofValue: 0.3 };

/** The limit that a value is past, else the one it is closest to. */
export function sparkLimit(value: number, limits: EffectiveLimits): SparkLimit | null {
  const zone = zoneOf(value, limits);
  if (zone !== 'normal') return { value: limits[zone] as number, above: zone === 'high' || zone === 'high_high' };
  const high = limits.high ?? limits.high_high;
  const low = limits.low ?? limits.low_low;
  if (high !== null && (low === null || high - value <= value - low)) return { value: high, above: true };
  return low === null ? null : { value: low, above: false };
}

/** `points` ascend; those outside of [fromMs, toMs] are left out. With `include` the limit is always inside of the box. */
export function sparkPaths(
  points: readonly SparkPoint[],
  [fromMs, toMs]: readonly [number, number],
  limits: EffectiveLimits,
  include: boolean,
): SparkPaths {
  const shown = points.filter(({ timeMs, value }) => timeMs >= fromMs && timeMs <= toMs && !Number.isNaN(value));
  const newest = shown.at(-1);
  if (newest === undefined) return { calm: '', hot: '', last: null, limitY: null };
  const limit = sparkLimit(newest.value, limits);
  const [low, high] = rangeOf(shown, limits, include ? limit : null);
  const x = (timeMs: number) => ((timeMs - fromMs) / (toMs - fromMs)) * (SPARK_BOX - 3);
  const y = (value: number) => SPARK_BOX - MARGIN - ((value - low) / (high - low)) * (SPARK_BOX - 2 * MARGIN);
  const isHot = (value: number) => limit !== null && (limit.above ? value > limit.value : value < limit.value);
  const paths = { calm: '', hot: '' };
  const gapMs = gapOf(shown);
  let before: SparkPoint | null = null;
  const move = (kind: 'calm' | 'hot', command: 'M' | 'L', timeMs: number, value: number) => {
    paths[kind] += `${command}${round(x(timeMs))} ${round(y(value))}`;
  };
  for (const point of shown) {
    const kind = isHot(point.value) ? 'hot' : 'calm';
    if (before === null || point.timeMs - before.timeMs > gapMs) {
      move(kind, 'M', point.timeMs, point.value);
    } else if (isHot(before.value) === isHot(point.value)) {
      move(kind, 'L', point.timeMs, point.value);
    } else {
      // The colour changes where the line crosses the limit, not at the next point.
      const at = (limit as SparkLimit).value;
      const share = (at - before.value) / (point.value - before.value);
      const crossMs = before.timeMs + share * (point.timeMs - before.timeMs);
      move(kind === 'hot' ? 'calm' : 'hot', 'L', crossMs, at);
      move(kind, 'M', crossMs, at);
      move(kind, 'L', point.timeMs, point.value);
    }
    before = point;
  }
  const limitY = limit === null ? null : y(limit.value);
  return {
    ...paths,
    last: { x: round(x(newest.timeMs)), y: round(y(newest.value)) },
    limitY: limitY !== null && limitY >= 0 && limitY <= SPARK_BOX ? round(limitY) : null,
  };
}

function rangeOf(points: readonly SparkPoint[], limits: EffectiveLimits, limit: SparkLimit | null): [number, number] {
  let low = limit?.value ?? Number.POSITIVE_INFINITY;
  let high = limit?.value ?? Number.NEGATIVE_INFINITY;
  for (const { value } of points) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const middle = (low + high) / 2;
  const span = Math.max(high - low, leastSpan(limits, middle));
  return [middle - span / 2, middle + span / 2];
}

function leastSpan(limits: EffectiveLimits, middle: number): number {
  const high = limits.high ?? limits.high_high;
  const low = limits.low ?? limits.low_low;
  if (high !== null && low !== null) return (high - low) * SPAN.ofBand;
  const limit = high ?? low;
  return Math.max(limit === null ? Math.abs(middle) * SPAN.ofValue : Math.abs(limit) * SPAN.ofLimit, 1);
}

function gapOf(points: readonly SparkPoint[]): number {
  const distances = points.slice(1).map((point, i) => point.timeMs - (points[i] as SparkPoint).timeMs);
  const usual = distances.sort((a, b) => a - b)[distances.length >> 1] ?? 0;
  return Math.max(LEAST_GAP_MS, usual * GAP_FACTOR);
}

const round = (value: number) => Math.round(value * 10) / 10;
