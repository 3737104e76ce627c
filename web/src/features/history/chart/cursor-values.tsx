// The values of every machine at the cursor.

import { METRICS } from '@gonsters/contract';
import { INTERVAL_MS, pointAt } from '../../../charts/history/history-lines.ts';
import { spanOf, type TimeSpan } from '../../../charts/history/history-zoom.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import type { ChosenMachine } from '../use-history-data.ts';
import type { ChartData } from './chart-data.ts';
import { useCursorTime } from './cursor-store.ts';
import { SeriesSwatch } from './series-swatch.tsx';

export function CursorValues({
  machines,
  chartData,
  metric,
  view,
  format,
}: {
  machines: readonly ChosenMachine[];
  chartData: ChartData | null;
  metric: number;
  view: TimeSpan;
  format: ZoneFormat;
}) {
  const { t } = useText();
  const timeMs = useCursorTime();
  if (timeMs === null || !chartData) return <p className="caption history-hint">{t('history.at.hint')}</p>;
  const { interval } = chartData.data;
  const definition = METRICS[metric];
  const values = new Map(
    chartData.machines.map(({ id, points }) => {
      const at = pointAt(points, interval, timeMs);
      return [id, { value: points.mean[at] ?? null, timeMs: points.timesMs[at] ?? null }];
    }),
  );
  // The time of a bucket is its start, as in the table.
  const own = [...values.values()].find((value) => value.timeMs !== null)?.timeMs ?? timeMs;
  const shown = INTERVAL_MS[interval] > 0 ? own : timeMs;
  return (
    <dl className="history-values">
      <div>
        <dt>
          {t('history.at', {
            time: `${format.day(shown)} ${format.precise(shown, spanOf(view))}`,
          })}
        </dt>
        <dd />
      </div>
      {machines.map(({ id, name }, place) =>
        name === null ? null : (
          <div key={id}>
            <dt className="status">
              <SeriesSwatch place={place} />
              <span className="id ellipsis">{name}</span>
            </dt>
            <dd className="number">
              {format.number(values.get(id)?.value ?? null, definition?.decimals)}
              <span className="unit">{definition?.unit}</span>
            </dd>
          </div>
        ),
      )}
    </dl>
  );
}
