// What ANSI/ISA-18.2-2016 clause 16 (table "Alarm performance metrics summary") accepts, per operator position.

import type { AlertKpi, AlertKpiName } from '@gonsters/contract';

interface KpiTarget {
  readonly unit: AlertKpi['unit'];
  /** The highest value that meets the target; null where the standard sets none. */
  readonly target: number | null;
  /** Column "very likely to be acceptable"; the only target of the rows that have one. */
  readonly acceptable: number | null;
  /** Column "maximum manageable"; null for rows that have one target. */
  readonly manageable: number | null;
}

const none = (unit: AlertKpi['unit']): KpiTarget => ({ unit, target: null, acceptable: null, manageable: null });
const one = (unit: AlertKpi['unit'], target: number): KpiTarget => ({
  unit,
  target,
  acceptable: target,
  manageable: null,
});
const two = (unit: AlertKpi['unit'], acceptable: number, manageable: number): KpiTarget => ({
  unit,
  target: acceptable,
  acceptable,
  manageable,
});

export const KPI_TARGETS: Record<AlertKpiName, KpiTarget> = {
  alerts_per_day_average: two('alerts', 150, 300),
  alerts_per_day_worst: none('alerts'),
  alerts_per_hour_average: two('alerts', 6, 12),
  alerts_per_hour_worst: none('alerts'),
  alerts_per_10_minutes_average: two('alerts', 1, 2),
  alerts_per_10_minutes_worst: one('alerts', 10),
  share_of_10_minutes_over_10: one('share', 0.01),
  hours_over_30: one('share', 0.01),
  flood_share: one('share', 0.01),
  floods: none('count'),
  // "~<1 % to 5 % maximum".
  top_10_share: { unit: 'share', target: 0.05, acceptable: 0.01, manageable: 0.05 },
  chattering: one('alerts', 0),
  fleeting: one('alerts', 0),
  // "Less than 5 on any day".
  stale_on_worst_day: one('alerts', 4),
  time_to_acknowledge_median: none('seconds'),
  time_to_acknowledge_p95: none('seconds'),
  critical_share: one('share', 0.05),
  suppressed: none('alerts'),
  shelved: none('alerts'),
  unaudited_limit_changes: one('count', 0),
};
