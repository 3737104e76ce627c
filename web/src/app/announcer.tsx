// Two live regions for screen readers: a new critical alert at once, a summary of the others from time to time.

import type { Alert } from '@gonsters/contract';
import { useEffect, useRef, useState } from 'react';
import { alertText } from '../components/domain/alerts/alert-text.ts';
import { type AlertTexts, useAlertTexts } from '../components/domain/alerts/use-alert-texts.ts';
import { isAlarming, isShelved, isUnacknowledged } from '../live/live-alerts.ts';
import { useOpenAlerts } from '../live/use-live.ts';

const SUMMARY_MS = 10_000;

export function Announcer() {
  const texts = useAlertTexts();
  const { t } = texts;
  const { alerts, phase } = useOpenAlerts();
  const known = useRef<ReadonlySet<string> | null>(null);
  const [urgent, setUrgent] = useState('');
  const [summary, setSummary] = useState('');
  const current = useRef(alerts);
  useEffect(() => {
    current.current = alerts;
    if (phase !== 'ready') return;
    const critical = alerts.filter((alert) => alert.severity === 'critical' && isAlarming(alert));
    const news = known.current === null ? [] : critical.filter((alert) => !known.current?.has(alert.id));
    known.current = new Set(critical.map((alert) => alert.id));
    if (news.length > 0) setUrgent(news.map((alert) => sentence(texts, alert)).join('. '));
  }, [alerts, phase, texts]);
  useEffect(() => {
    const timer = setInterval(() => {
      const open = current.current.filter((alert) => !isShelved(alert));
      // The same sentence again is not read out again.
      setSummary(t('alerts.summary', { count: open.length, unacknowledged: open.filter(isUnacknowledged).length }));
    }, SUMMARY_MS);
    return () => clearInterval(timer);
  }, [t]);
  return (
    <>
      <div className="sr-only" role="alert">
        {urgent}
      </div>
      <div className="sr-only" role="status">
        {summary}
      </div>
    </>
  );
}

function sentence(texts: AlertTexts, alert: Alert): string {
  return texts.t('alerts.announce', { machine: alert.machine_name, condition: alertText(texts, alert) });
}
