// Alarm performance: figures compared with their ISA-18.2 targets. Figures are no alarms, so they have no colour.

import type { AlertKpiName, AlertStats } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { KpiTile } from './kpi-tile.tsx';
import { TopContributors } from './top-contributors.tsx';

/** In the order they are shown: the first four also on a phone. */
const SHOWN: readonly AlertKpiName[] = [
  'alerts_per_10_minutes_average',
  'alerts_per_10_minutes_worst',
  'share_of_10_minutes_over_10',
  'top_10_share',
  'chattering',
  'stale_on_worst_day',
  'critical_share',
  'time_to_acknowledge_median',
];
const DAYS_FOR_VERDICT = 30;
const STALE_MS = 60_000;

export function AlertKpis() {
  const { t, format } = useText();
  const api = useApi();
  const [expanded, setExpanded] = useState(false);
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['alerts', 'stats'],
    queryFn: ({ signal }) => api.alertStats(signal),
    staleTime: STALE_MS,
  });
  const Chevron = expanded ? ChevronDown : ChevronRight;
  return (
    <section className="card overflow-hidden" aria-label={t('alerts.kpis')}>
      <div className="card-head">
        <h2>{t('alerts.kpis')}</h2>
        <span className="caption ellipsis">{data ? <Lead stats={data} /> : null}</span>
        <span className="flex-1" />
        <button
          type="button"
          className="button button-quiet button-small tablet:hidden"
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {t('alerts.kpis.all', { count: SHOWN.length })}
        </button>
        {data && data.top_contributors.length > 0 ? (
          <button
            type="button"
            className="button button-quiet button-small"
            aria-expanded={expanded}
            onClick={() => setExpanded(!expanded)}
          >
            {t('alerts.top')}
            <Chevron size={14} strokeWidth={1.5} aria-hidden="true" />
          </button>
        ) : null}
      </div>
      {error && !data ? (
        <p className="hint flex items-center gap-3" role="alert">
          {t('alerts.kpis.failed', { reason: errorText(t, error) })}
          <button type="button" className="button button-small" onClick={() => void refetch()}>
            {t('app.retry')}
          </button>
        </p>
      ) : (
        <dl className={`kpis ${all ? 'is-all' : ''}`}>
          {SHOWN.map((name) => {
            const kpi = data?.kpis.find((one) => one.name === name);
            return kpi ? (
              <KpiTile key={name} kpi={kpi} />
            ) : (
              <div key={name} className="kpi">
                <dt className="label">{t(`alerts.kpi.${name}`)}</dt>
                <dd>
                  <Skeleton width={64} height={62} />
                </dd>
              </div>
            );
          })}
        </dl>
      )}
      {expanded && data ? <TopContributors stats={data} share={(value) => format.share(value)} /> : null}
    </section>
  );
}

function Lead({ stats }: { stats: AlertStats }) {
  const { t, format } = useText();
  const days = stats.days_of_data;
  return days < DAYS_FOR_VERDICT
    ? t('alerts.kpis.young', { days: format.number(Math.floor(days)), needed: DAYS_FOR_VERDICT })
    : t('alerts.kpis.lead', { days: DAYS_FOR_VERDICT });
}
