// The list of open alerts, or what is shown in place of it: loading, failed, no alerts, no match.

import { CircleCheck, ListFilter, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useConnection, useLive, useOpenAlerts } from '../../../live/use-live.ts';
import { useAlertFilter } from '../filter/use-alert-filter.ts';

const SKELETONS = ['a', 'b', 'c', 'd'];

/** `children` where there is something to list. */
export function AlertListState({ shown, children }: { shown: number; children: ReactNode }) {
  const { t } = useText();
  const live = useLive();
  const { alerts, phase } = useOpenAlerts();
  const connection = useConnection();
  const { filter, choose } = useAlertFilter();
  if (shown > 0) return children;
  if (alerts.length > 0) {
    return (
      <StateMessage
        icon={ListFilter}
        title={t(filter === 'shelved' ? 'alerts.none_shelved' : 'alerts.none_match')}
        actions={
          <button type="button" className="button" onClick={() => choose('all')}>
            {t('alerts.show_all')}
          </button>
        }
      >
        {t('alerts.none_match.hint', { count: alerts.length })}
      </StateMessage>
    );
  }
  if (phase === 'failed') {
    return <LoadFailed title={t('alerts.failed')} onRetry={live.loadAlerts} />;
  }
  // Nothing known is not nothing wrong.
  if (connection.phase === 'offline') {
    return (
      <StateMessage icon={WifiOff} title={t('alerts.unknown')}>
        {t('alerts.unknown.hint')}
      </StateMessage>
    );
  }
  if (phase === 'loading' || connection.phase !== 'live') return <AlertSkeletons />;
  return (
    <StateMessage icon={CircleCheck} title={t('alerts.none')}>
      {t('alerts.none.hint')}
    </StateMessage>
  );
}

export function AlertSkeletons() {
  const { t } = useText();
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
