// The list of past alerts, loaded page by page while the user scrolls.

import { History } from 'lucide-react';
import { useMemo } from 'react';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { LoadMore } from '../../../components/ui/load-more.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { AlertSkeletons } from './alert-list-state.tsx';
import { AlertTable } from './alert-table.tsx';
import { dayRows } from './alert-table-rows.ts';
import type { usePastAlerts } from './use-past-alerts.ts';

export function PastAlertList({
  label,
  past,
  own = false,
}: {
  label: string;
  past: ReturnType<typeof usePastAlerts>;
  /** All of one machine. */
  own?: boolean;
}) {
  const texts = useText();
  const { t } = texts;
  const { alerts, error, isPending, refetch, hasNextPage } = past;
  const rows = useMemo(() => dayRows(texts, alerts ?? []), [texts, alerts]);
  if (isPending) return <AlertSkeletons />;
  if (alerts === undefined) {
    return <LoadFailed title={t('alerts.failed')} error={error} onRetry={refetch} />;
  }
  if (alerts.length === 0) {
    return (
      <StateMessage icon={History} title={t('alerts.past.none')}>
        {t('alerts.past.none.hint')}
      </StateMessage>
    );
  }
  return (
    <AlertTable
      label={label}
      rows={rows}
      withLocation
      withDay
      own={own}
      end={
        hasNextPage ? (
          <LoadMore query={past} />
        ) : (
          <p className="caption p-4 text-center">{t('alerts.past.end', { count: alerts.length })}</p>
        )
      }
    />
  );
}
