// The values of one metric of one machine for a plot, in the unit that is shown.

import type { CompareReply } from '@gonsters/contract';
import { findGaps, type HistoryPoints, readComparison } from '../../../charts/history/history-lines.ts';

const NO_POINTS: HistoryPoints = { timesMs: [], xs: [], mean: [], min: [], max: [], count: [] };

export function plotValues(
  reply: CompareReply,
  toShown: (value: number) => number,
): { points: HistoryPoints; gaps: [number, number][] } {
  const data = readComparison(reply);
  const points = data.machines[0]?.points ?? NO_POINTS;
  return {
    gaps: points.xs.length === 0 ? [] : findGaps(points, data.interval, data),
    points: { ...points, mean: points.mean.map(toShown), min: points.min.map(toShown), max: points.max.map(toShown) },
  };
}
