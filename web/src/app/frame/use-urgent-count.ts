// How many critical alerts nobody has acknowledged.

import { isUrgent } from '../../live/live-alerts.ts';
import { useOpenAlerts } from '../../live/use-live.ts';

export function useUrgentCount(): number {
  const { alerts } = useOpenAlerts();
  return alerts.filter(isUrgent).length;
}
