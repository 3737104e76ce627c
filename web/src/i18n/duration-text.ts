// A duration in words.

import type { Translate } from './text.ts';

const SIGNIFICANT_PARTS = 2;
const UNITS = [
  ['duration.days', 86_400],
  ['duration.hours', 3_600],
  ['duration.minutes', 60],
  ['duration.seconds', 1],
] as const;

/** `5400` is `1 hour 30 minutes`; the two largest units that say it. */
export function durationText(t: Translate, seconds: number): string {
  let rest = seconds;
  const parts: string[] = [];
  for (const [key, width] of UNITS) {
    const count = Math.floor(rest / width);
    if (count === 0) continue;
    parts.push(t(key, { count }));
    rest -= count * width;
  }
  return parts.length === 0 ? t('duration.seconds', { count: 0 }) : parts.slice(0, SIGNIFICANT_PARTS).join(' ');
}
