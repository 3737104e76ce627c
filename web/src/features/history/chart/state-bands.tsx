// States and booleans along the time of the charts: height and grey, hatching for no data.

import type { IntervalName, MachineMetrics } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useApi } from '../../../api/use-api.ts';
import { INTERVAL_MS } from '../../../charts/history/history-lines.ts';
import { spanOf, type TimeSpan } from '../../../charts/history/history-zoom.ts';
import { MARKS, stateBand } from '../../../components/domain/metrics/state-band.ts';
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
      return stateBand(rows, metric, bounds, (state) => levelOf(roles, metric, state));
    },
    placeholderData: (previous) => previous,
  });
  const told = MARKS.filter((mark) => (band?.totals[mark] ?? 0) >= 1000);
  const words = told.map((mark) => `${t(`machine.mark.${mark}`)} ${format.age(band?.totals[mark] ?? 0)}`).join(', ');
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
              title={`${t(`machine.mark.${run.mark}`)} ${format.dayMinute(run.fromMs)} – ${format.dayMinute(run.toMs)}`}
            />
          ))}
        <BandCursor share={share} />
      </div>
    </section>
  );
}

function BandCursor({ share }: { share: (timeMs: number) => number }) {
  const timeMs = useCursorTime();
  return timeMs === null ? null : <i className="history-band-cursor" style={{ left: `${share(timeMs)}%` }} />;
}
