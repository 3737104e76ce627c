// Replies that the contract has the parts of but no name for.

import type { Alert, EffectiveLimits, MetricName } from '@gonsters/contract';

export interface LimitsReply {
  effective: Record<MetricName, EffectiveLimits>;
}
export interface AlertPage {
  alerts: Alert[];
  next_cursor: string | null;
}
export interface AlertReply {
  alert: Alert;
}
