// Signals of new alerts outside of the page, apart from the sound: browser notifications, and the count in the title.

import type { Alert } from '@gonsters/contract';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { alertText, figuresText } from '../../../components/domain/alerts/alert-text.ts';
import { type AlertTexts, useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { useSignalSettings } from '../../../components/domain/signals/use-signals.ts';
import { useLive } from '../../../live/use-live.ts';
import { chooseNotifications } from './notification-choice.ts';
import { type Notice, Notifier } from './notifier.ts';
import { useTitleBadge } from './use-title-badge.ts';

/** More at once are one notification that says how many: a flood of them would be swept away unread. */
const MAX_APART = 3;
const MANY = 'gonsters.many';

function useNotifications(): void {
  const { alerts } = useLive();
  const router = useRouter();
  const texts = useAlertTexts();
  const { signals } = useSignalSettings();
  const latest = useRef({ texts, level: signals.notify });
  latest.current = { texts, level: signals.notify };
  useEffect(() => {
    const notifier = new Notifier((url) => router.history.push(url));
    let known: ReadonlySet<string> | null = null;
    const check = () => {
      if (alerts.phase !== 'ready') return;
      const { level, texts: words } = latest.current;
      const choice = chooseNotifications(known, alerts.open, { hidden: document.hidden, level });
      const tags = choice.known.size === 0 && known?.size !== 0 ? [...choice.close, MANY] : choice.close;
      known = choice.known;
      for (const notice of noticesOf(choice.show, words)) void notifier.show(notice);
      if (tags.length > 0) void notifier.close(tags);
    };
    check();
    return alerts.signal.subscribe(check);
  }, [alerts, router]);
}

function noticesOf(alerts: readonly Alert[], texts: AlertTexts): Notice[] {
  const { t } = texts;
  if (alerts.length > MAX_APART) {
    const names = alerts.map((alert) => alert.machine_name).slice(0, MAX_APART);
    const title = t('alerts.notice.many', { count: alerts.length });
    return [{ tag: MANY, title, body: `${names.join(', ')} …`, url: '/alerts' }];
  }
  return alerts.map((alert) => ({
    tag: alert.id,
    title: `${t(`status.${alert.severity}`)}: ${alert.machine_name}`,
    body: [alertText(texts, alert), figuresText(texts, alert), alert.location]
      .filter((part) => part !== null)
      .join(' · '),
    url: `/alerts/${alert.id}`,
  }));
}

/** Renders nothing. */
export function AlertSignals() {
  useNotifications();
  useTitleBadge();
  return null;
}
