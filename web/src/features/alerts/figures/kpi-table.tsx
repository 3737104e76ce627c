// The key figures as a table. Figures are no alarms, so they have no colour: a verdict is an arrow and a word.

import type { AlertKpi } from '@gonsters/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ArrowUp, Check } from 'lucide-react';
import { alertFiguresApi, type FiguresFilter } from '../../../api/alert-figures-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useFiguresText } from '../../../i18n/figures/use-figures-text.ts';
import { figureOf } from './kpi-figure.ts';

const DAYS_FOR_VERDICT = 30;
const STALE_MS = 60_000;

export function KpiTable({ filter }: { filter: FiguresFilter }) {
  const { say, format } = useFiguresText();
  const api = useApi();
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['alerts', 'figures', filter],
    queryFn: ({ signal }) => alertFiguresApi(api.client).figures(filter, signal),
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <section className="card overflow-hidden" aria-labelledby="kpi-table" aria-busy={isPlaceholderData}>
      <div className="card-head">
        <h2 id="kpi-table">{say('figures.title')}</h2>
        <span className="caption ellipsis">
          {data
            ? say('figures.lead', {
                from: format.fullDay(Date.parse(data.from)),
                to: format.fullDay(Date.parse(data.to)),
              })
            : null}
        </span>
        <span className="flex-1" />
        {data ? (
          <span className="caption hide-phone">
            {say('figures.total', { count: data.total })} ·{' '}
            {say('figures.mix', {
              critical: format.share(data.priority_mix.critical),
              warning: format.share(data.priority_mix.warning),
            })}
          </span>
        ) : null}
      </div>
      {data && data.days_of_data < DAYS_FOR_VERDICT ? (
        <p className="hint">
          {say('figures.young', { needed: DAYS_FOR_VERDICT, days: format.number(Math.floor(data.days_of_data)) })}
        </p>
      ) : null}
      {data ? (
        <table className="plain-table kpi-table" aria-labelledby="kpi-table">
          <thead>
            <tr>
              <th scope="col">{say('figures.column.figure')}</th>
              <th scope="col" className="right">
                {say('figures.column.value')}
              </th>
              <th scope="col" className="right hide-phone">
                {say('figures.column.acceptable')}
              </th>
              <th scope="col" className="right hide-phone">
                {say('figures.column.manageable')}
              </th>
              <th scope="col">{say('figures.column.verdict')}</th>
            </tr>
          </thead>
          <tbody>
            {data.kpis.map((kpi) => (
              <Row key={kpi.name} kpi={kpi} />
            ))}
          </tbody>
        </table>
      ) : error ? (
        <LoadFailed title={say('figures.failed')} error={error} onRetry={refetch} />
      ) : (
        <div className="p-4">
          <Skeleton width="100%" height={420} />
        </div>
      )}
    </section>
  );
}

function Row({ kpi }: { kpi: AlertKpi }) {
  const { t, say, format } = useFiguresText();
  const [number, unit] = figureOf(kpi, kpi.value, format);
  const target = (value: number | null) => {
    if (value === null) return say('figures.no_target');
    const [text, unitText] = figureOf(kpi, value, format);
    const whole = unitText === '' ? text : `${text} ${unitText}`;
    return value === 0 ? whole : say('figures.at_most', { value: whole });
  };
  const hasTarget = kpi.acceptable !== null || kpi.manageable !== null || kpi.target !== null;
  return (
    <tr>
      <th scope="row">{t(`alerts.kpi.${kpi.name}`)}</th>
      <td className="right kpi-now">
        {number}
        {unit === '' ? null : <span className="unit"> {unit}</span>}
      </td>
      <td className="right hide-phone">{target(kpi.acceptable ?? kpi.target)}</td>
      <td className="right hide-phone">{target(kpi.manageable)}</td>
      <td className="kpi-word" title={kpi.reason ?? undefined}>
        {kpi.verdict === 'met' ? (
          <>
            <Check size={14} strokeWidth={1.5} aria-hidden="true" /> {say('figures.verdict.met')}
          </>
        ) : kpi.verdict === 'missed' ? (
          <>
            <ArrowUp size={14} strokeWidth={1.5} aria-hidden="true" /> {say('figures.verdict.missed')}
          </>
        ) : (
          <span className="caption">{say(hasTarget ? 'figures.verdict.none' : 'figures.verdict.no_target')}</span>
        )}
      </td>
    </tr>
  );
}
