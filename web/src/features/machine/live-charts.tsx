// The stacked charts of a machine: one per metric, one time cursor, drawn by the frame scheduler and not by React.

import { type EffectiveLimits, METRICS, type MetricName } from '@gonsters/contract';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import 'uplot/dist/uPlot.min.css';
import { NO_LIMITS } from '../../charts/limit-zones.ts';
import { MetricChart } from '../../charts/metric-chart.ts';
import { watchTheme } from '../../components/theme-colors.ts';
import { useText } from '../../i18n/use-text.ts';
import type { Drawing } from '../../live/frame-scheduler.ts';
import type { MachineFeed } from '../../live/machine-feeds.ts';
import { type SeriesWindow, selectWindow } from '../../live/series-window.ts';
import { useLive } from '../../live/use-live.ts';
import { ChartFigure, type FigureParts } from './chart-figure.tsx';

const CHART_HZ = 10;
/** A long window moves less than a pixel a second, and costs more to draw. */
const LONG_WINDOW = { ms: 30 * 60_000, hz: 3 };
const TEXT_HZ = 2;
const KEY_STEP_PX = 8;
const KEYS: Record<string, (chart: MetricChart) => void> = {
  ArrowLeft: (chart) => chart.moveCursor(-KEY_STEP_PX),
  ArrowRight: (chart) => chart.moveCursor(KEY_STEP_PX),
  Escape: (chart) => chart.hideCursor(),
};

interface LiveChartsProps {
  feed: MachineFeed;
  windowMs: number;
  /** The right edge stands still at this time; null for the present. */
  pausedMs: number | null;
  limits: Record<MetricName, EffectiveLimits> | null;
}

export function LiveCharts(props: LiveChartsProps) {
  const { feed, windowMs } = props;
  const { scheduler, alerts, now } = useLive();
  const { format, language } = useText();
  const syncKey = useId();
  const figures = useRef<(FigureParts | null)[]>([]);
  const charts = useRef<MetricChart[]>([]);
  const latest = useRef(props);
  const drawn = useRef<Drawing | null>(null);
  useEffect(() => {
    latest.current = props;
    drawn.current?.mark();
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: charts are made anew for another machine or language only
  useEffect(() => {
    const windows: SeriesWindow[] = [];
    const parts = METRICS.map((_, metric) => figures.current[metric]).filter((figure) => figure != null);
    charts.current = parts.map(
      (figure, metric) =>
        new MetricChart({
          element: figure.plot,
          metric,
          syncKey,
          timeAxis: metric === METRICS.length - 1,
          timeText: (timeMs) => (latest.current.windowMs <= 5 * 60_000 ? format.clock(timeMs) : format.minute(timeMs)),
          numberText: (value) => format.number(value, Number.isInteger(value) ? 0 : 1),
          onCursor: (point) => figure.showCursor(point),
        }),
    );
    const draw = () => {
      const { pausedMs, limits, windowMs: span } = latest.current;
      const newest = feed.series.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY;
      // A gateway's clock may run ahead of the server's: what it measured is shown all the same.
      const toMs = pausedMs ?? Math.max(now(), newest);
      const fromMs = toMs - span;
      const raised = alerts.ofMachine(feed.machineId);
      charts.current.forEach((chart, metric) => {
        const name = (METRICS[metric] as (typeof METRICS)[number]).name;
        const window = selectWindow(feed.series, metric, { fromMs, toMs, widthPx: chart.widthPx });
        windows[metric] = window;
        chart.draw(window, fromMs, toMs, {
          limits: limits?.[name] ?? NO_LIMITS,
          limitText: (value) => format.number(value, Number.isInteger(value) ? 0 : 1),
          markers: raised
            .filter((alert) => alert.metric === name)
            .map((alert) => ({ timeMs: Date.parse(alert.raised_at), severity: alert.severity })),
        });
      });
      texts.mark();
    };
    const drawing = scheduler.add(draw, CHART_HZ);
    const texts = scheduler.add(() => {
      parts.forEach((figure, metric) => {
        const window = windows[metric];
        if (window) figure.showSpread(window, feed.phase);
      });
    }, TEXT_HZ);
    drawn.current = drawing;
    const ends = [
      feed.data.subscribe(drawing.mark),
      feed.signal.subscribe(drawing.mark),
      alerts.signal.subscribe(drawing.mark),
      watchTheme(() => {
        for (const chart of charts.current) chart.restyle();
        drawing.mark();
      }),
    ];
    const sizes = new ResizeObserver(() => {
      for (const chart of charts.current) chart.resize();
      drawing.mark();
    });
    for (const figure of parts) sizes.observe(figure.plot);
    drawing.mark();
    return () => {
      for (const end of ends) end();
      sizes.disconnect();
      drawing.remove();
      texts.remove();
      for (const chart of charts.current) chart.destroy();
      charts.current = [];
      drawn.current = null;
    };
  }, [feed, language, syncKey, scheduler, alerts, now]);

  // Time moves on without readings too: one step per pixel is as fine as can be seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another feed comes with another drawing
  useEffect(() => {
    drawn.current?.setRate(windowMs > LONG_WINDOW.ms ? LONG_WINDOW.hz : CHART_HZ);
    const stepMs = Math.max(1000 / CHART_HZ, windowMs / 800);
    const timer = setInterval(() => {
      if (latest.current.pausedMs === null) drawn.current?.mark();
    }, stepMs);
    return () => clearInterval(timer);
  }, [windowMs, feed]);

  const onKey = (event: KeyboardEvent) => {
    const move = KEYS[event.key];
    if (!move) return;
    for (const chart of charts.current) move(chart);
    event.preventDefault();
  };

  return METRICS.map((metric, index) => (
    <ChartFigure
      key={metric.name}
      metric={index}
      minutes={windowMs / 60_000}
      last={index === METRICS.length - 1}
      onKeyDown={onKey}
      ref={(parts) => {
        figures.current[index] = parts;
      }}
    />
  ));
}
