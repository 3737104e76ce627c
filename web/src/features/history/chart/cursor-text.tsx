// The time of the cursor in words, and what is under it for screen readers.

import { type RefObject, useEffect } from 'react';
import { pointAt } from '../../../charts/history/history-lines.ts';
import { spanOf } from '../../../charts/history/history-zoom.ts';
import { type MetricView, shownText } from '../../../components/domain/metrics/metric-view.ts';
import type { TimeRange } from '../range/use-time-range.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import type { ChartData } from './chart-data.ts';
import { useCursorTime } from './cursor-store.ts';

export function CursorCaption({ time: { view }, format }: { time: TimeRange; format: ZoneFormat }) {
  const timeMs = useCursorTime();
  const span = spanOf(view);
  return (
    <span className={`history-when number-flat ${timeMs === null ? 'is-range' : ''}`}>
      {timeMs === null ? (
        <>
          {format.weekday(view.fromMs)} <b>{format.precise(view.fromMs, span)}</b> – {format.weekday(view.toMs)}{' '}
          <b>{format.precise(view.toMs, span)}</b> {format.zone(view.toMs)}
        </>
      ) : (
        <>
          {format.weekday(timeMs)} <b>{format.precise(timeMs, span)}</b> {format.zone(timeMs)}
        </>
      )}
    </span>
  );
}

/** The values at the cursor. For screen readers the chart is a slider, and this is its value. */
export function CursorReader({
  plotRef,
  chartData,
  view: shown,
  time: { view },
  format,
}: {
  plotRef: RefObject<HTMLDivElement | null>;
  chartData: ChartData | null;
  view: MetricView;
  time: TimeRange;
  format: ZoneFormat;
}) {
  const timeMs = useCursorTime();
  useEffect(() => {
    const plot = plotRef.current;
    if (!plot) return;
    plot.setAttribute('aria-valuenow', String(Math.round(timeMs ?? view.toMs)));
    if (timeMs === null || !chartData) {
      plot.setAttribute('aria-valuetext', `${format.dayMinute(view.fromMs)} – ${format.dayMinute(view.toMs)}`);
      return;
    }
    const values = chartData.machines.map(({ name, points }) => {
      const at = pointAt(points, chartData.data.interval, timeMs);
      return `${name} ${at < 0 ? '—' : shownText(format, shown, points.mean[at] as number)}`;
    });
    const moment = `${format.day(timeMs)} ${format.precise(timeMs, spanOf(view))} ${format.zone(timeMs)}`;
    plot.setAttribute('aria-valuetext', [moment, ...values].join(', '));
  }, [timeMs, chartData, shown, view, format, plotRef]);
  return null;
}
