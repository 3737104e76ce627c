// A list of past alerts with every state it can be in, and more of it as one scrolls.

import { History } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useOnScreen } from '../../../components/ui/use-on-screen.ts';
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
  const { alerts, error, isPending, refetch, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } =
    past;
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
          <LoadMoreAlerts
            busy={isFetchingNextPage}
            failed={isFetchNextPageError}
            onReached={() => void fetchNextPage()}
          />
        ) : (
          <p className="cap p-4 text-center">{t('alerts.past.end', { count: alerts.length })}</p>
        )
      }
    />
  );
}

function LoadMoreAlerts({ busy, failed, onReached }: { busy: boolean; failed: boolean; onReached: () => void }) {
  const { t } = useText();
  const ref = useRef<HTMLDivElement>(null);
  const visible = useOnScreen(ref);
  const latest = useRef(onReached);
  latest.current = onReached;
  useEffect(() => {
    if (visible && !busy && !failed) latest.current();
  }, [visible, busy, failed]);
  return (
    <div ref={ref} className="cap flex items-center justify-center gap-3 p-4" role="status">
      {failed ? (
        <>
          {t('alerts.past.more_failed')}
          <button type="button" className="btn btn-sm" onClick={onReached}>
            {t('app.retry')}
          </button>
        </>
      ) : (
        t('alerts.past.more')
      )}
    </div>
  );
}
