// The name of an interval.

import type { IntervalName } from '@gonsters/contract';
import { INTERVAL_MS } from '../../../charts/history/history-lines.ts';
import type { Translate } from '../../../i18n/text.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function intervalText(t: Translate, interval: IntervalName): string {
  const widthMs = INTERVAL_MS[interval];
  if (widthMs === 0) return t('history.interval.raw');
  if (widthMs < HOUR_MS) return t('history.interval.minutes', { count: widthMs / MINUTE_MS });
  if (widthMs < DAY_MS) return t('history.interval.hours', { count: widthMs / HOUR_MS });
  if (interval === '1w') return t('history.interval.week');
  if (interval === '1mo') return t('history.interval.month');
  return t('history.interval.days', { count: widthMs / DAY_MS });
}
