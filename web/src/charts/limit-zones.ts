// Which zone between its limits a value is in, for colours and texts.

import type { EffectiveLimits, LimitKind } from '@gonsters/contract';

export type Zone = LimitKind | 'normal';

export const NO_LIMITS: EffectiveLimits = { high_high: null, high: null, low: null, low_low: null };
export const LIMIT_LABELS: Record<LimitKind, string> = { high_high: 'HH', high: 'H', low: 'L', low_low: 'LL' };
/** Past it is critical; past the others is a warning. */
export const isCriticalLimit = (kind: LimitKind) => kind === 'high_high' || kind === 'low_low';

export function zoneOf(value: number, limits: EffectiveLimits): Zone {
  if (limits.high_high !== null && value > limits.high_high) return 'high_high';
  if (limits.high !== null && value > limits.high) return 'high';
  if (limits.low_low !== null && value < limits.low_low) return 'low_low';
  if (limits.low !== null && value < limits.low) return 'low';
  return 'normal';
}

export interface LimitMark {
  kind: LimitKind;
  value: number;
}

/** The limits that are set, highest first. */
export function limitMarks(limits: EffectiveLimits): LimitMark[] {
  const kinds: LimitKind[] = ['high_high', 'high', 'low', 'low_low'];
  return kinds.flatMap((kind) => (limits[kind] === null ? [] : [{ kind, value: limits[kind] }]));
}

/**
 * What a scale must show: the values, the limits close to them, never so little that noise looks like a storm. It reaches
 * below zero only where one of them does.
 */
export function scaleRange(min: number, max: number, limits: EffectiveLimits): [number, number] {
  let [low, high] = [min, max];
  const span = max - min;
  if (limits.high !== null && limits.high - max <= Math.max(span, Math.abs(limits.high) * 0.25))
    high = Math.max(high, limits.high);
  if (limits.low !== null && min - limits.low <= Math.max(span, Math.abs(limits.low) * 0.15))
    low = Math.min(low, limits.low);
  if (
    limits.high_high !== null &&
    (max > (limits.high ?? Number.POSITIVE_INFINITY) || limits.high_high - max <= span)
  ) {
    high = Math.max(high, limits.high_high);
  }
  if (limits.low_low !== null && (min < (limits.low ?? Number.NEGATIVE_INFINITY) || min - limits.low_low <= span)) {
    low = Math.min(low, limits.low_low);
  }
  const lowest = low;
  const least = Math.max(Math.abs(high) * 0.1, 1);
  if (high - low < least) [low, high] = [(low + high - least) / 2, (low + high + least) / 2];
  // Snapped to round steps, so that the scale does not creep with every reading.
  const step = roundStep((high - low) / 4);
  const pad = (high - low) * 0.06;
  const bottom = Math.floor((low - pad) / step) * step;
  return [lowest >= 0 ? Math.max(0, bottom) : bottom, Math.ceil((high + pad) / step) * step];
}

function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}
