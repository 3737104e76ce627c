// The values of every series at the cursor.

import { INTERVAL_MS, pointAt } from '../../../charts/history/history-lines.ts';
import { spanOf, type TimeSpan } from '../../../charts/history/history-zoom.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import type { Series } from '../series.ts';
import type { ChartData } from './chart-data.ts';
import { useCursorTime } from './cursor-store.ts';
import { SeriesSwatch } from './series-swatch.tsx';

export function CursorValues({
  series,
  charts,
  view,
  format,
}: {
  series: readonly Series[];
  charts: readonly (ChartData | null)[];
  view: TimeSpan;
  format: ZoneFormat;
}) {
  const { t } = useText();
  const timeMs = useCursorTime();
  if (timeMs === null || charts.every((chart) => chart === null)) {
    return <p className="caption history-hint">{t('history.at.hint')}</p>;
  }
  const several = new Set(series.map(({ metric }) => metric)).size > 1;
  const values = new Map<string, { value: number | null; earlier: number | null }>();
  let own: number | null = null;
  for (const chart of charts) {
    if (chart === null) continue;
    const { interval } = chart.data;
    for (const [i, { id, points }] of chart.machines.entries()) {
      const at = pointAt(points, interval, timeMs);
      const { ghost } = chart;
      const before =
        ghost && i === chart.focus ? ghost.points.mean[pointAt(ghost.points, interval, timeMs)] : undefined;
      values.set(id, { value: points.mean[at] ?? null, earlier: before ?? null });
      // The time of a bucket is its start, as in the table.
      if (own === null && INTERVAL_MS[interval] > 0) own = points.timesMs[at] ?? null;
    }
  }
  return (
    <dl className="history-values">
      <div>
        <dt>
          {t('history.at', {
            time: `${format.day(own ?? timeMs)} ${format.precise(own ?? timeMs, spanOf(view))}`,
          })}
        </dt>
        <dd />
      </div>
      {series.map(({ key, machineName, view: metric, place }) => {
        if (machineName === null) return null;
        const { value = null, earlier = null } = values.get(key) ?? {};
        return (
          <div key={key}>
            <dt className="status">
              <SeriesSwatch place={place} />
              <span className="series-name">
                <span className="id">{machineName}</span>
                {several ? <small className="caption"> {metric.label}</small> : null}
              </span>
            </dt>
            <dd className="number">
              {format.number(value, metric.decimals)}
              <span className="unit">{metric.unit}</span>
              {earlier === null ? null : (
                <small className="caption">
                  {t('history.earlier', { value: format.number(earlier, metric.decimals) })}
                </small>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
