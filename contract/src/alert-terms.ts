// The words that alerts are spoken of in. Apart from the schemas, so that the page's first screen needs no validator.

import { METRIC_NAMES, type MetricName } from './metrics.ts';

export const SEVERITIES = ['critical', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** Order matters: worst first within a side. */
export const LIMIT_KINDS = ['high_high', 'high', 'low', 'low_low'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];
/** The limit in words, as it stands in messages: `above high-high limit`. */
export const LIMIT_LABELS: Record<LimitKind, string> = {
  high_high: 'high-high',
  high: 'high',
  low: 'low',
  low_low: 'low-low',
};
/** Kinds of condition: a value past a limit, or a machine that sends nothing. */
export const ALERT_CONDITIONS = ['level', 'connection'] as const;
export type AlertCondition = (typeof ALERT_CONDITIONS)[number];
/** Why an alert is suppressed by design. */
export const SUPPRESSION_REASONS = ['maintenance'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];
export const ALERT_STATES = ['active_unacked', 'active_acked', 'cleared_unacked', 'closed', 'suppressed'] as const;
export type AlertState = (typeof ALERT_STATES)[number];
/** What an alert can be about: a metric, or the machine's connection. */
export const ALERT_METRICS = [...METRIC_NAMES, 'connection'] as const;
export type AlertMetric = MetricName | 'connection';
