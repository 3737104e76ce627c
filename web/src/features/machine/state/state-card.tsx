// What the machine did in the last hours: a band of running, idle, stopped and no data, and how long each lasted. Grey, but for a
// fault: a state is no alarm.

import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';
import { type MetricView, valueText } from '../../../components/domain/metrics/metric-view.ts';
import { MARKS, type Run, stateBand } from '../../../components/domain/metrics/state-band.ts';
import { levelOf, type StateRoles } from '../../../components/domain/metrics/state-level.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useLive, useMetricValue } from '../../../live/use-live.ts';

const HOURS = 8;
const HOUR_MS = 3_600_000;
const BUCKET_MS = 60_000;

export function StateCard({ machineId, metric, roles }: { machineId: string; metric: MetricView; roles: StateRoles }) {
  const { t, format } = useText();
  const api = useApi();
  const { metrics, now } = useLive();
  const { value } = useMetricValue(machineId, metric.name);
  const { data: band = null } = useQuery({
    queryKey: ['machines', 'state', machineId, metric.name, roles],
    queryFn: async ({ signal }) => {
      const range = { fromMs: now() - HOURS * HOUR_MS, toMs: now() };
      const rows = await api.buckets(machineId, [metric.name], range, '1m', HOURS * 60 + 2, signal);
      return stateBand(rows, metric.name, { ...range, bucketMs: BUCKET_MS }, (state) =>
        levelOf(roles, metric.name, state),
      );
    },
    refetchInterval: BUCKET_MS,
  });
  const newest = band?.runs.at(-1);
  const told = MARKS.filter((mark) => band !== null && band.totals[mark] >= 1000);
  const words = told.map((mark) => `${t(`machine.mark.${mark}`)} ${format.age(band?.totals[mark] ?? 0)}`);
  return (
    <section className="card state-card" aria-label={metric.label}>
      <div className="state-head">
        <h2>{metric.label}</h2>
        <span className="caption">{t('machine.last_hours', { count: HOURS })}</span>
        <span className="flex-1" />
        <span className="text-strong">{valueText({ t, format, metrics }, metric, value)}</span>
        {newest && newest.mark !== 'none' ? (
          <span className="caption">{t('machine.for', { time: format.age(newest.toMs - newest.fromMs) })}</span>
        ) : null}
      </div>
      {band === null ? (
        <div className="state-band" />
      ) : (
        <div className="state-band" role="img" aria-label={words.join(', ')}>
          {band.runs.map((run) => (
            <i
              key={run.fromMs}
              className={`state-run state-${run.mark}`}
              style={{ flexGrow: run.toMs - run.fromMs }}
              title={`${t(`machine.mark.${run.mark}`)} ${format.minute(run.fromMs)}–${format.minute(run.toMs)}`}
            />
          ))}
        </div>
      )}
      <Axis runs={band?.runs ?? []} />
      <div className="state-key" aria-hidden="true">
        {told.map((mark) => (
          <span key={mark}>
            <i className={`state-run state-${mark}`} />
            {t(`machine.mark.${mark}`)} <b>{format.age(band?.totals[mark] ?? 0)}</b>
          </span>
        ))}
      </div>
    </section>
  );
}

function Axis({ runs }: { runs: readonly Run[] }) {
  const { t, format } = useText();
  const [fromMs, toMs] = [runs[0]?.fromMs ?? 0, runs.at(-1)?.toMs ?? 0];
  const offsetMs = new Date(toMs).getTimezoneOffset() * 60_000;
  const step = 2 * HOUR_MS;
  const first = Math.ceil((fromMs - offsetMs) / step) * step + offsetMs;
  const ticks: number[] = [];
  // Not so close to the present that the two words would run into each other.
  for (let timeMs = first; timeMs < toMs - HOUR_MS / 2; timeMs += step) ticks.push(timeMs);
  return (
    <div className="state-axis" aria-hidden="true">
      {ticks.map((timeMs) => (
        <span key={timeMs} style={{ left: `${(100 * (timeMs - fromMs)) / (toMs - fromMs)}%` }}>
          {format.minute(timeMs)}
        </span>
      ))}
      <span className="state-now">{t('machine.now')}</span>
    </div>
  );
}
