// What a chart draws of a metric of any kind, in the unit that is shown.

import type { BandLevel, BandSpan } from '../../../charts/band-paint.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { selectIncreases } from '../../../live/readings/increase-window.ts';
import type { MetricSeries } from '../../../live/readings/metric-series.ts';
import { type SeriesWindow, selectWindow, type WindowBounds } from '../../../live/readings/series-window.ts';
import { selectStates } from '../../../live/readings/state-window.ts';

/** How states are shown. */
export interface StateRules {
  /** A state holds at most this long. */
  timeoutMs: number;
  levelOf: (metric: MetricView, state: string) => BandLevel;
}

export function chartWindow(
  series: MetricSeries,
  metric: MetricView,
  bounds: WindowBounds,
  { timeoutMs, levelOf }: StateRules,
  textOf: (value: number) => string,
): { window: SeriesWindow; spans: readonly BandSpan[] } {
  if (metric.kind === 'gauge') return { window: inShownUnit(selectWindow(series, bounds), metric), spans: [] };
  if (metric.kind === 'counter') return { window: inShownUnit(selectIncreases(series, bounds), metric), spans: [] };
  const window = selectStates(series, { fromMs: bounds.fromMs, toMs: bounds.toMs, holdMs: timeoutMs });
  const spans = window.spans.map(({ fromMs, toMs, value }) => {
    const text = textOf(value);
    const name = metric.kind === 'boolean' ? String(value !== 0) : text;
    return { fromMs, toMs, text, level: levelOf(metric, name) };
  });
  return { window, spans };
}

function inShownUnit(window: SeriesWindow, { toShown }: MetricView): SeriesWindow {
  return {
    ...window,
    ys: window.ys.map((value) => (value === null ? null : toShown(value))),
    min: toShown(window.min),
    max: toShown(window.max),
    mean: toShown(window.mean),
  };
}
