// The enumerations of alerts. Without schemas, so that the page's first screen needs no validator.

import { CONDITION_KINDS } from './condition-terms.ts';
import type { MachineStatus } from './machine.ts';
import { METRIC_NAMES } from './metrics.ts';

export const SEVERITIES = ['critical', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** The order matters: the worst limit of each side comes first. */
export const LIMIT_KINDS = ['high_high', 'high', 'low', 'low_low'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];
/** Names of the limits in messages, such as `above high-high limit`. */
export const LIMIT_LABELS: Record<LimitKind, string> = {
  high_high: 'high-high',
  high: 'high',
  low: 'low',
  low_low: 'low-low',
};
/**
 * The kinds of conditions, `gateway`: a gateway is offline or most of what it sends is refused, and `notification`: people cannot
 * be told of alerts.
 */
export const ALERT_CONDITIONS = [...CONDITION_KINDS, 'gateway', 'notification'] as const;
export type AlertCondition = (typeof ALERT_CONDITIONS)[number];
/** Why an alert is suppressed by design (ISA-18.2): the status of its machine. */
export const SUPPRESSION_REASONS = ['maintenance', 'inactive'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];
/** null where alerts of a machine of this status are annunciated. */
export function suppressionBy(status: MachineStatus): SuppressionReason | null {
  return SUPPRESSION_REASONS.find((reason) => reason === status) ?? null;
}
export const ALERT_STATES = ['active_unacked', 'active_acked', 'cleared_unacked', 'closed', 'suppressed'] as const;
export type AlertState = (typeof ALERT_STATES)[number];
/** The subject of an alert: the name of a metric, `connection` for that of the machine, `gateway` for what a gateway sends, or `notification` for a channel. */
export type AlertMetric = string;
/** Subjects that are no metrics: their alerts have no value of a machine. */
const ALERT_SUBJECTS = ['connection', 'gateway', 'notification'] as const;
export const isAboutMetric = (metric: AlertMetric): boolean => !ALERT_SUBJECTS.some((subject) => subject === metric);
/** The subjects that every plant has. */
export const ALERT_METRICS = [...METRIC_NAMES, ...ALERT_SUBJECTS] as const;

/**
 * Whether people were told of an alert. `none`: nobody was, and nobody is going to be. `waiting`: somebody is going to be. `told`: a
 * message was accepted by its channel. `nobody`: a critical alert of which no message was accepted although its chain has ended.
 */
export const TOLD_STATES = ['none', 'waiting', 'told', 'nobody'] as const;
export type ToldState = (typeof TOLD_STATES)[number];
