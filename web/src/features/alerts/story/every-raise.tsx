// Every raise of an alert: marked in the chart with the limit in force then, and listed in a table.

import { type Alert, type AlertRaise, isAboutMetric } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChartLine } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { historyOf } from '../../../components/domain/links.ts';
import { liveValue, valueText } from '../../../components/domain/metrics/metric-view.ts';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useStoryText } from '../../../i18n/story/use-story-text.ts';
import { isActive } from '../../../live/live-alerts.ts';
import { useLive } from '../../../live/use-live.ts';
import { RaisesChart } from './raises-chart.tsx';

const FIRST_SHOWN = 8;
const FIGURES_MS = 5_000;

export function EveryRaise({ alert }: { alert: Alert }) {
  const { say } = useStoryText();
  const live = useLive();
  const { data, error, refetch } = useRaises(alert);
  return (
    <section className="card overflow-hidden" aria-labelledby="every-raise">
      <div className="card-head">
        <h2 id="every-raise">{say('story.raises')}</h2>
        <span className="flex-1" />
        {alert.machine_id === null ? null : (
          <Link to="/history" search={historyOf(alert, live.now())} className="button button-quiet button-small">
            <ChartLine size={16} strokeWidth={1.5} aria-hidden="true" />
            {say('story.history')}
          </Link>
        )}
      </div>
      {data ? (
        <>
          {alert.machine_id !== null && isAboutMetric(alert.metric) ? (
            <RaisesChart alert={alert} machineId={alert.machine_id} raises={data} />
          ) : null}
          <RaisesTable alert={alert} raises={data} />
        </>
      ) : error ? (
        <LoadFailed title={say('story.raises.failed')} error={error} onRetry={refetch} />
      ) : (
        <div className="p-4" aria-busy="true">
          <Skeleton width="100%" height={280} />
        </div>
      )}
    </section>
  );
}

/** Newest first; asked for again with every change of the alert. */
export function useRaises(alert: Alert) {
  const api = useApi();
  return useQuery({
    queryKey: ['alerts', 'raises', alert.id, 'all', alert.seq],
    queryFn: ({ signal }) => api.alertRaises(alert.id, null, signal),
    placeholderData: (before) => before,
    // The peak grows with the readings, of which the alert lane says nothing.
    refetchInterval: isActive(alert) ? FIGURES_MS : false,
  });
}

function RaisesTable({ alert, raises }: { alert: Alert; raises: readonly AlertRaise[] }) {
  const { say, format } = useStoryText();
  const texts = useAlertTexts();
  const [all, setAll] = useState(false);
  const view = texts.metricNamed(alert.metric);
  const value = (stored: number | null) =>
    stored === null || !isAboutMetric(alert.metric)
      ? '–'
      : valueText(texts, view, liveValue(texts.metrics, view, stored));
  const stamp = (time: string) => format.stamp(Date.parse(time), Date.now());
  const shown = all ? raises : raises.slice(0, FIRST_SHOWN);
  return (
    <>
      <table className="plain-table" aria-labelledby="every-raise">
        <thead>
          <tr>
            <th scope="col">{say('story.raises.number')}</th>
            <th scope="col">{say('story.raises.from')}</th>
            <th scope="col">{say('story.raises.to', { zone: format.zone(Date.parse(alert.raised_at)) })}</th>
            <th scope="col" className="right">
              {say('story.raises.peak')}
            </th>
            <th scope="col" className="right hide-phone">
              {say('story.raises.limit')}
            </th>
            <th scope="col" className="hide-phone">
              {say('story.raises.acknowledged')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((raise) => (
            <tr key={raise.number}>
              <td>{raise.number}</td>
              <td className="strong">{stamp(raise.raised_at)}</td>
              <td>{raise.cleared_at === null ? say('story.raises.still_on') : stamp(raise.cleared_at)}</td>
              <td className="right">
                <b className={raise.cleared_at === null && isActive(alert) ? toneOf(raise) : ''}>{value(raise.peak)}</b>
              </td>
              <td className="right hide-phone">{value((raise.escalation ?? raise).threshold)}</td>
              <td className="hide-phone">{acknowledged(raise)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {raises.length > shown.length ? (
        <button type="button" className="card-more" onClick={() => setAll(true)}>
          {say('story.raises.more', { count: raises.length - shown.length })}
        </button>
      ) : null}
    </>
  );

  /** A raise that was acknowledged is never followed by another one of the same alert. */
  function acknowledged(raise: AlertRaise): string {
    if (raise.number === alert.raises && alert.acknowledged_at !== null) {
      return say('story.raises.by', { by: alert.acknowledged_by ?? '—', time: stamp(alert.acknowledged_at) });
    }
    return say(raise.cleared_at === null ? 'story.raises.nobody_yet' : 'story.raises.by_itself');
  }
}

const toneOf = ({ severity, escalation }: AlertRaise) =>
  (escalation?.severity ?? severity) === 'critical' ? 'crit' : 'warn';
