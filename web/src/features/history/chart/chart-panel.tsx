// The chart with its title, marks and keys. It is drawn without React.

import type { Alert } from '@gonsters/contract';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import 'uplot/dist/uPlot.min.css';
import { HistoryChart } from '../../../charts/history/history-chart.ts';
import type { HistoryScene } from '../../../charts/history/history-options.ts';
import { localMidnights } from '../../../charts/history/history-ticks.ts';
import { spanOf } from '../../../charts/history/history-zoom.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { watchTheme } from '../../../components/ui/theme/design-tokens.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { TimeRange } from '../range/use-time-range.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import { AlertMarks } from './alert-marks.tsx';
import type { ChartData } from './chart-data.ts';
import { useCursor } from './cursor-store.ts';
import { CursorReader } from './cursor-text.tsx';
import type { PlotPlace } from './use-plot-size.ts';

const KEY_STEP_PX = 8;
const KEY_ZOOM = 0.6;
const KEY_PAN = 0.2;
const FAR_PX = 1e6;

export function ChartPanel({
  chartData,
  view: shown,
  title,
  time,
  alerts,
  format,
  place,
  lowest,
  children,
}: {
  chartData: ChartData | null;
  /** The metric of the one in focus, with its limits. */
  view: MetricView;
  /** What its lines measure. */
  title: string;
  time: TimeRange;
  alerts: readonly Alert[];
  format: ZoneFormat;
  place: PlotPlace;
  /** The lowest of a stack names the times. */
  lowest: boolean;
  /** At the end of its head. */
  children?: ReactNode;
}) {
  const { t } = useText();
  const plotRef = useRef<HTMLDivElement>(null);
  const cursor = useCursor();
  const hint = useId();
  const chart = useRef<HistoryChart | null>(null);
  const controls = useRef(time);
  useEffect(() => {
    controls.current = time;
  });

  useEffect(() => {
    const element = plotRef.current;
    if (!element) return;
    const drawn = new HistoryChart({
      element,
      onCursor: (timeMs) => cursor.set(timeMs),
      onView: (view) => controls.current.show(view),
      onReset: () => controls.current.reset(),
      onZoom: (factor, atMs) => controls.current.zoom(factor, atMs),
      onPan: (byMs) => controls.current.pan(byMs),
    });
    chart.current = drawn;
    const endTheme = watchTheme(() => drawn.restyle());
    const sizes = new ResizeObserver(() => drawn.resize());
    sizes.observe(element);
    return () => {
      endTheme();
      sizes.disconnect();
      drawn.destroy();
      chart.current = null;
      cursor.set(null);
    };
  }, [cursor]);

  const { view } = time;
  useEffect(() => {
    if (!chartData) return;
    const { decimals, limits, kind } = shown;
    const scene: HistoryScene = {
      lines: chartData.lines,
      view,
      zone: format.zoneName,
      limits,
      gaps: chartData.gaps[chartData.focus] ?? [],
      places: chartData.places,
      focus: chartData.focus,
      ghost: chartData.ghost !== null,
      shape: kind === 'counter' && chartData.data.interval !== 'raw' ? 'bars' : 'line',
      timeAxis: lowest,
      days: localMidnights(view, format.zoneName),
      numberText: (value) => format.number(value, Number.isInteger(value) ? 0 : Math.max(1, decimals)),
      tickText: (timeMs, unit) => {
        if (unit === 'month') return format.month(timeMs);
        if (unit === 'day') return format.day(timeMs);
        // A new day says so.
        if (format.clock(timeMs) === '00:00:00') return format.day(timeMs);
        return unit === 'second' ? format.clock(timeMs) : format.minute(timeMs);
      },
    };
    chart.current?.draw(scene);
  }, [chartData, shown, view, format, lowest]);

  const onKey = (event: KeyboardEvent) => {
    const drawn = chart.current;
    if (!drawn || event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (actOnKey(event, drawn, time, cursor.timeMs ?? undefined)) event.preventDefault();
  };

  return (
    <figure className="history-figure">
      <figcaption className="chart-head">
        <b>{title}</b>
        <span>{shown.unit}</span>
        <span className="hide-narrow">
          {t(
            chartData?.data.interval === 'raw'
              ? 'history.every_reading'
              : shown.kind === 'counter'
                ? 'history.increase'
                : 'history.envelope',
          )}
        </span>
        {children}
      </figcaption>
      <div className="history-plot-room">
        <div
          ref={plotRef}
          className="history-plot plot"
          role="slider"
          tabIndex={0}
          aria-label={t('history.chart', { metric: title })}
          aria-describedby={hint}
          aria-valuemin={view.fromMs}
          aria-valuemax={view.toMs}
          aria-valuenow={view.toMs}
          onKeyDown={onKey}
          onBlur={() => chart.current?.hideCursor()}
        />
        <CursorReader plotRef={plotRef} chartData={chartData} view={shown} time={time} format={format} />
        <AlertMarks
          alerts={alerts}
          view={view}
          plot={place}
          format={format}
          onPoint={(timeMs) => chart.current?.showCursor(timeMs)}
          onZoom={time.show}
        />
      </div>
      <span id={hint} className="sr-only">
        {t('history.chart.keys')}
      </span>
    </figure>
  );
}

/** Returns whether the key means anything here. */
function actOnKey(event: KeyboardEvent, chart: HistoryChart, time: TimeRange, atMs: number | undefined): boolean {
  const arrow = (direction: 1 | -1) => {
    // At the edge the picture moves on below the cursor.
    const moved = !event.shiftKey && chart.moveCursor(direction * KEY_STEP_PX);
    if (!moved) time.pan(direction * spanOf(time.view) * KEY_PAN);
  };
  switch (event.key) {
    case 'ArrowLeft':
      arrow(-1);
      return true;
    case 'ArrowRight':
      arrow(1);
      return true;
    case 'Home':
      chart.moveCursor(-FAR_PX);
      return true;
    case 'End':
      chart.moveCursor(FAR_PX);
      return true;
    case '+':
    case '=':
      time.zoom(KEY_ZOOM, atMs);
      return true;
    case '-':
      time.zoom(1 / KEY_ZOOM, atMs);
      return true;
    case '0':
      time.reset();
      return true;
    case 'Escape':
      chart.hideCursor();
      return true;
    default:
      return false;
  }
}
