// The line of the overview as an SVG path.

import type { HistoryPoints } from '../../../charts/history/history-lines.ts';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';

/** In a box of 1000 by 100, broken at the gaps. */
export function overviewPath(
  { xs, mean }: HistoryPoints,
  gaps: readonly (readonly [number, number])[],
  { fromMs, toMs }: TimeSpan,
): string {
  const low = mean.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = mean.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  // A constant value is a line in the middle.
  const span = high - low || 1;
  const middle = high === low ? 0.5 : 0;
  let path = '';
  let gap = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i] as number;
    let broken = i === 0;
    while (gap < gaps.length && (gaps[gap]?.[0] ?? 0) < x) {
      broken = true;
      gap++;
    }
    const left = (((x - fromMs) / (toMs - fromMs)) * 1000).toFixed(1);
    const top = (90 - (((mean[i] as number) - low) / span + middle) * 80).toFixed(1);
    path += `${broken ? 'M' : 'L'}${left} ${top}`;
  }
  return path;
}
