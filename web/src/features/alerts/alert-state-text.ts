// The state of an alert as a text: who acknowledged it, until when it is shelved, or why it needs no action.

import type { Alert } from '@gonsters/contract';
import type { Texts } from '../../i18n/use-text.ts';
import { isShelved } from '../../live/live-alerts.ts';

/** Of an alert that returned: how often it was raised, and when first. */
export function raisesText({ t, format }: Pick<Texts, 't' | 'format'>, alert: Alert): string | null {
  if (alert.raises <= 1) return null;
  return t('alerts.raises', {
    count: alert.raises,
    time: format.stamp(Date.parse(alert.first_raised_at), Date.now()),
  });
}

export function stateText({ t, format }: Pick<Texts, 't' | 'format'>, alert: Alert): string {
  const at = (time: string) => format.recent(Date.parse(time), Date.now());
  const who =
    alert.acknowledged_at === null
      ? ''
      : `${alert.acknowledged_by ?? t('alerts.acknowledged')}, ${at(alert.acknowledged_at)}`;
  const note = alert.acknowledge_note === null ? '' : ` · “${alert.acknowledge_note}”`;
  if (alert.state === 'suppressed') return t(`alerts.state.suppressed.${alert.suppressed_by ?? 'ended'}`);
  if (alert.state === 'closed') {
    return [t('alerts.state.closed'), who, alert.late ? t('alerts.late') : '']
      .filter((part) => part !== '')
      .join(' · ');
  }
  if (isShelved(alert) && alert.shelved_until !== null) {
    return t('alerts.shelved_until', { time: at(alert.shelved_until), reason: alert.shelve_reason ?? '' });
  }
  if (alert.state === 'active_acked') return `${who}${note}`;
  return t(alert.state === 'cleared_unacked' ? 'alerts.state.cleared_unacked' : 'alerts.unacknowledged');
}
