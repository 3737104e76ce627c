// The open alerts through the filter, with every state the list can be in.

import { BellOff, ListFilter, RotateCcw } from 'lucide-react';
import { Skeleton } from '../../components/skeleton.tsx';
import { StateMessage } from '../../components/state-message.tsx';
import { useText } from '../../i18n/use-text.ts';
import { isUnacknowledged } from '../../live/live-alerts.ts';
import { useLive, useOpenAlerts } from '../../live/use-live.ts';
import { AlertItem } from './alert-item.tsx';
import { ALERT_FILTERS } from './alert-search.ts';
import { useAlertFilter } from './use-alert-filter.ts';

const SKELETONS = ['a', 'b', 'c', 'd'];

export function AlertList() {
  const { t } = useText();
  const live = useLive();
  const { alerts, phase } = useOpenAlerts();
  const { filter } = useAlertFilter();
  if (phase === 'loading' && alerts.length === 0) {
    return (
      <ul aria-busy="true" aria-label={t('app.loading')}>
        {SKELETONS.map((item) => (
          <li key={item} className="alert grid gap-2">
            <Skeleton width="40%" height={14} />
            <Skeleton width="70%" height={12} />
            <Skeleton width={88} height={24} />
          </li>
        ))}
      </ul>
    );
  }
  if (phase === 'failed' && alerts.length === 0) {
    return (
      <StateMessage
        alert
        icon={RotateCcw}
        title={t('alerts.failed')}
        actions={
          <button type="button" className="btn" onClick={live.loadAlerts}>
            {t('app.retry')}
          </button>
        }
      />
    );
  }
  const shown = alerts.filter(ALERT_FILTERS[filter]);
  if (alerts.length === 0) {
    return (
      <StateMessage icon={BellOff} title={t('alerts.none')}>
        {t('alerts.none.hint')}
      </StateMessage>
    );
  }
  if (shown.length === 0) {
    return (
      <StateMessage icon={ListFilter} title={t('alerts.none_match')}>
        {t('alerts.none_match.hint', { count: alerts.length })}
      </StateMessage>
    );
  }
  const groups = [
    { title: t('alerts.unacknowledged'), alerts: shown.filter(isUnacknowledged) },
    { title: t('alerts.acknowledged'), alerts: shown.filter((alert) => !isUnacknowledged(alert)) },
  ];
  return groups.map((group) =>
    group.alerts.length === 0 ? null : (
      <section key={group.title} aria-label={group.title}>
        <h2 className="alert-group">
          {group.title} <span>{group.alerts.length}</span>
        </h2>
        <ul>
          {group.alerts.map((alert) => (
            <AlertItem key={alert.id} alert={alert} />
          ))}
        </ul>
      </section>
    ),
  );
}
