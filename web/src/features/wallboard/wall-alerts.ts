// Selects the alerts of a wall screen: active ones, worst first whether acknowledged or not, then cleared but unacknowledged
// ones. Shelved ones are left out.

import { type Alert, isAboutMetric } from '@gonsters/contract';

export const isLasting = (alert: Alert): boolean => alert.state !== 'cleared_unacked';

export function wallAlerts(open: readonly Alert[]): { lasting: Alert[]; cleared: Alert[] } {
  const shown = open.filter((alert) => alert.shelved_until === null);
  const lasting = shown.filter(isLasting);
  // Critical first; within one severity the order stays: unacknowledged, then newest.
  lasting.sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'));
  return { lasting, cleared: shown.filter((alert) => !isLasting(alert)) };
}

/** A line can be drawn of it. */
export const isMeasured = (alert: Alert): boolean => alert.machine_id !== null && isAboutMetric(alert.metric);
