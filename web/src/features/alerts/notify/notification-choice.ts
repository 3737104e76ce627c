// Decides which alerts to notify of and which notifications to close: a pure function of the open alerts.

import type { Alert } from '@gonsters/contract';
import type { NotifyLevel } from '../../../components/domain/signals/signal-settings.ts';
import { isAlarming, isShelved, isUnacknowledged } from '../../../live/live-alerts.ts';

export interface NotificationChoice {
  show: Alert[];
  /** Ids of alerts that need no action any more. */
  close: string[];
  known: ReadonlySet<string>;
}

/** `known` is what was there before, null at first: what one finds on opening the page is no news. */
export function chooseNotifications(
  known: ReadonlySet<string> | null,
  open: readonly Alert[],
  { hidden, level }: { hidden: boolean; level: NotifyLevel },
): NotificationChoice {
  const waiting = open.filter((alert) => isUnacknowledged(alert) && !isShelved(alert));
  const now = new Set(waiting.map(keyOf));
  const wanted = (alert: Alert) => level === 'all' || (level === 'critical' && alert.severity === 'critical');
  const show =
    known === null || !hidden
      ? []
      : waiting.filter((alert) => isAlarming(alert) && wanted(alert) && !known.has(keyOf(alert)));
  const ids = new Set(waiting.map((alert) => alert.id));
  const gone = [...(known ?? [])].map(idOf).filter((id) => !ids.has(id));
  return { show, close: [...new Set(gone)], known: now };
}

/** An escalation is news of the same alert. */
const keyOf = (alert: Alert) => `${alert.id}:${alert.severity}`;
const idOf = (key: string) => key.slice(0, key.indexOf(':'));
