// The table of past alerts. Every filter runs on the server.

import { useMemo } from 'react';
import type { AlertFilter } from '../../../api/alerts-api.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import type { AlertsPageSearch } from '../filter/alert-search.ts';
import { rangeOf } from '../filter/past-range.ts';
import { useAlertsAddress } from '../filter/use-alert-filter.ts';
import { PastAlertList } from '../list/past-alert-list.tsx';
import { usePastAlerts } from '../list/use-past-alerts.ts';
import { PastFilters } from './past-filters.tsx';

export function PastAlerts() {
  const { t } = useText();
  const live = useLive();
  const { search } = useAlertsAddress();
  const { state, severity, machine, metric, range, from, to } = search;
  const key = useMemo(
    () => [state, severity, machine, metric, range, from, to],
    [state, severity, machine, metric, range, from, to],
  );
  const past = usePastAlerts(key, () => pastFilter(search, live.now()));
  return (
    <section className="card overflow-hidden" aria-label={t('alerts.tab.history')}>
      <PastFilters />
      <PastAlertList label={t('alerts.tab.history')} past={past} />
    </section>
  );
}

export function pastFilter(search: AlertsPageSearch, nowMs: number): AlertFilter {
  const { state = '', severity = '', machine = '', metric = '' } = search;
  return { state, severity, machineId: machine, metric, ...rangeOf(search, nowMs) };
}
