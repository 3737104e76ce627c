// How long readings and rollups are retained: single readings as the setting says, rollups longer.

import type { RetentionDays } from './reading-store.ts';

const MINUTES_DAYS = 2 * 365;
const HOURS_DAYS = 5 * 365;
/** In effect without limit: ten years of a machine are 3,650 rows. */
const DAYS_DAYS = 100 * 365;

/** A coarser rollup is never retained for a shorter time than a finer one. */
export function retentionOf(settings: { number(name: 'data_retention_days'): number | null }): RetentionDays {
  const raw = settings.number('data_retention_days') ?? 365;
  return {
    raw,
    '1m': Math.max(raw, MINUTES_DAYS),
    '1h': Math.max(raw, HOURS_DAYS),
    '1d': Math.max(raw, DAYS_DAYS),
  };
}
