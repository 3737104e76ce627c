// The alert filter as it stands in the address.

import type { Alert } from '@gonsters/contract';
import { isUnacknowledged } from '../../live/live-alerts.ts';

export type AlertFilter = 'all' | 'critical' | 'unacknowledged';

export interface AlertSearch {
  /** All where left out. */
  alerts?: Exclude<AlertFilter, 'all'>;
}

export const ALERT_FILTERS: Record<AlertFilter, (alert: Alert) => boolean> = {
  all: () => true,
  critical: (alert) => alert.severity === 'critical',
  unacknowledged: isUnacknowledged,
};

export function readAlertSearch(search: Readonly<Record<string, unknown>>): AlertSearch {
  const { alerts } = search;
  return alerts === 'critical' || alerts === 'unacknowledged' ? { alerts } : {};
}
