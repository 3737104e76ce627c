// States and booleans along the time of the charts: height and grey, hatching for no data.

import type { IntervalName, MachineMetrics, ReadingRow } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useApi } from '../../../api/use-api.ts';
import { INTERVAL_MS } from '../../../charts/history/history-lines.ts';
import { spanOf, type TimeSpan } from '../../../charts/history/history-zoom.ts';
import { type Mark, stateBand } from '../../../components/domain/metrics/state-band.ts';
import { levelOf } from '../../../components/domain/metrics/state-level.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import type { Series } from '../series.ts';
import { useCursorTime } from './cursor-store.ts';
import type { PlotPlace } from './use-plot-size.ts';

const STEPS = ['1m', '5m', '15m', '1h', '1d'] as const satisfies readonly IntervalName[];
const MOST_RUNS = 800;
/** The finest buckets of which a range has at most so many. */
const stepFor = (range: TimeSpan) => STEPS.find((step) => spanOf(range) / INTERVAL_MS[step] <= MOST_RUNS) ?? '1d';

interface BandProps {
  range: TimeSpan;
  view: TimeSpan;
  place: PlotPlace;
  format: ZoneFormat;
}

export function StateBands({
  series,
  rolesOf,
  onRemove,
  ...props
}: BandProps & {
  series: readonly Series[];
  rolesOf: ReadonlyMap<string, MachineMetrics['state']>;
  onRemove: ((key: string) => void) | undefined;
}) {
  if (props.place.width === 0) return null;
  return series.map((each) => (
    <StateBandRow
      key={each.key}
      series={each}
      roles={rolesOf.get(each.machineId) ?? null}
      onRemove={onRemove && (() => onRemove(each.key))}
      {...props}
    />
  ));
}

function StateBandRow({
  series,
  roles,
  range,
  view,
  place,
  format,
  onRemove,
}: BandProps & { series: Series; roles: MachineMetrics['state']; onRemove: (() => void) | undefined }) {
  const { t } = useText();
  const api = useApi();
  const { machineId, metric } = series;
  const { data: band, isError } = useQuery({
    queryKey: ['readings', 'states', machineId, metric, range.fromMs, range.toMs, roles],
    queryFn: async ({ signal }) => {
      const step = stepFor(range);
      const most = Math.ceil(spanOf(range) / INTERVAL_MS[step]) + 2;
      const rows = await api.buckets(machineId, [metric], range, step, most, signal);
      const bounds = { ...range, bucketMs: INTERVAL_MS[step] };
      const levels = stateBand(rows, metric, bounds, (state) => levelOf(roles, metric, state));
      return { ...levels, seconds: secondsOf(rows, metric) };
    },
    placeholderData: (previous) => previous,
  });
  const isBoolean = series.view.kind === 'boolean';
  const stateText = (state: string) => (isBoolean ? t(state === 'true' ? 'metric.true' : 'metric.false') : state);
  const lasted = [...(band?.seconds ?? [])].map(([state, seconds]) => [stateText(state), seconds * 1000] as const);
  const noData = [t('machine.mark.none'), band?.totals.none ?? 0] as const;
  const words = [...lasted, noData]
    .filter(([, ms]) => ms >= 1000)
    .map(([text, ms]) => `${text} ${format.age(ms)}`)
    .join(', ');
  // Which mark a state has is the word of its machine type; without it the band says only when it changed.
  const markText = (mark: Mark) => {
    if (mark === 'none') return t('machine.mark.none');
    if (isBoolean) return stateText(mark === 'stopped' ? 'false' : 'true');
    return roles?.metric === metric ? t(`machine.mark.${mark}`) : series.view.label;
  };
  const share = (timeMs: number) =>
    (100 * (Math.min(Math.max(timeMs, view.fromMs), view.toMs) - view.fromMs)) / spanOf(view);
  return (
    <section className="history-band" aria-label={`${series.machineName} ${series.view.label}`}>
      <div className="chart-head">
        <b className="id">{series.machineName}</b>
        <span>{series.view.label}</span>
        <span className="history-when">{isError ? t('history.failed') : words}</span>
        {onRemove ? (
          <button
            type="button"
            className="button button-quiet button-icon button-small"
            aria-label={t('history.remove', { machine: `${series.machineName} ${series.view.label}` })}
            onClick={onRemove}
          >
            <X size={14} strokeWidth={1.5} />
          </button>
        ) : null}
      </div>
      <div
        className="history-band-room"
        style={{ marginLeft: place.left, width: place.width }}
        role="img"
        aria-label={words}
      >
        {band?.runs
          .filter((run) => run.toMs > view.fromMs && run.fromMs < view.toMs)
          .map((run) => (
            <i
              key={run.fromMs}
              className={`state-run state-${run.mark}`}
              style={{ left: `${share(run.fromMs)}%`, width: `${share(run.toMs) - share(run.fromMs)}%` }}
              title={`${markText(run.mark)} ${format.dayMinute(run.fromMs)} – ${format.dayMinute(run.toMs)}`}
            />
          ))}
        <BandCursor share={share} />
      </div>
    </section>
  );
}

/** How long each state lasted in all buckets, the longest first. `true` and `false` of a boolean. */
function secondsOf(rows: readonly ReadingRow[], metric: string): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const row of rows) {
    const stats = (row.stats as Record<string, Record<string, unknown>> | undefined)?.[metric] ?? {};
    const own = 'true_seconds' in stats ? { true: stats.true_seconds, false: stats.false_seconds } : stats;
    for (const [state, value] of Object.entries(own)) {
      if (typeof value === 'number') seconds.set(state, (seconds.get(state) ?? 0) + value);
    }
  }
  return new Map([...seconds].sort(([, a], [, b]) => b - a));
}

function BandCursor({ share }: { share: (timeMs: number) => number }) {
  const timeMs = useCursorTime();
  return timeMs === null ? null : <i className="history-band-cursor" style={{ left: `${share(timeMs)}%` }} />;
}
