// One live chart of one metric: a thin owner of a uPlot, fed with thinned windows. No React here.

import { METRICS } from '@gonsters/contract';
import uPlot from 'uplot';
import type { SeriesWindow } from '../live/series-window.ts';
import {
  type ChartColors,
  type ChartScene,
  lineStroke,
  paintBackground,
  paintForeground,
  readChartColors,
} from './chart-paint.ts';
import { NO_LIMITS, scaleRange } from './limit-zones.ts';

export interface MetricChartOptions {
  element: HTMLElement;
  metric: number;
  /** Charts of one key share the time cursor. */
  syncKey: string;
  /** Only the lowest of a stack names the times. */
  timeAxis: boolean;
  timeText: (timeMs: number) => string;
  numberText: (value: number) => string;
  /** The point under the cursor, null when it leaves; `leftPx` from the left edge of the element. */
  onCursor: (point: { timeMs: number; value: number | null; leftPx: number } | null) => void;
}

const GUTTER_PX = { left: 48, right: 60, top: 18 };
const TIME_AXIS_PX = 24;
const EMPTY: SeriesWindow = {
  xs: [],
  ys: [],
  gaps: [],
  min: Number.NaN,
  max: Number.NaN,
  mean: Number.NaN,
  count: 0,
};

export class MetricChart {
  readonly #options: MetricChartOptions;
  readonly #plot: uPlot;
  #colors: ChartColors;
  #scene: ChartScene = { limits: NO_LIMITS, gaps: [], markers: [], limitText: String };
  #window = EMPTY;
  #bounds: [number, number] = [0, 1];

  constructor(options: MetricChartOptions) {
    this.#options = options;
    this.#colors = readChartColors(options.metric);
    const { clientWidth: width, clientHeight: height } = options.element;
    this.#plot = new uPlot(this.#uplotOptions(width, height), [[], []], options.element);
  }

  /** Of the plot itself, without axes. */
  get widthPx(): number {
    return Math.max(1, this.#options.element.clientWidth - GUTTER_PX.left - GUTTER_PX.right);
  }

  draw(window: SeriesWindow, fromMs: number, toMs: number, scene: Omit<ChartScene, 'gaps'>): void {
    this.#window = window;
    this.#bounds = [fromMs, toMs];
    this.#scene = { ...scene, gaps: window.gaps };
    this.#plot.setData([window.xs, window.ys], true);
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#options.element;
    if (width > 0 && height > 0) this.#plot.setSize({ width, height });
  }

  /** After the theme has changed. */
  restyle(): void {
    this.#colors = readChartColors(this.#options.metric);
    this.#plot.redraw(false, true);
  }

  /** By keyboard: `stepPx` to the right, or to the left where it is negative. */
  moveCursor(stepPx: number): void {
    const left = this.#plot.cursor.left ?? -1;
    const from = left < 0 ? this.widthPx : left;
    const to = Math.min(this.widthPx, Math.max(0, from + stepPx));
    this.#plot.setCursor({ left: to, top: 0 });
  }

  hideCursor(): void {
    this.#plot.setCursor({ left: -10, top: -10 });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #uplotOptions(width: number, height: number): uPlot.Options {
    const { metric, timeAxis, timeText, numberText, syncKey } = this.#options;
    const axis = {
      stroke: () => this.#colors.text,
      font: '11px "Inter Variable", Inter, system-ui, sans-serif',
      grid: { stroke: () => this.#colors.grid, width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height,
      ms: 1,
      padding: [GUTTER_PX.top, GUTTER_PX.right, timeAxis ? 0 : 8, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        sync: { key: syncKey, scales: ['x', null] },
        points: { size: 8, fill: () => this.#colors.line, stroke: () => this.#colors.surface },
      },
      scales: {
        x: { time: true, range: () => this.#bounds },
        y: { range: () => this.#yRange() },
      },
      series: [
        {},
        {
          stroke: (u) => lineStroke(u, this.#scene.limits, this.#colors),
          width: 1.6,
          spanGaps: false,
          points: { show: true, size: 4, fill: () => this.#colors.line, width: 0, filter: lonelyPoints },
        },
      ],
      axes: [
        {
          ...axis,
          size: timeAxis ? TIME_AXIS_PX : 0,
          gap: 6,
          space: 72,
          values: (_, splits) => splits.map((split) => (timeAxis ? timeText(split) : '')),
        },
        {
          ...axis,
          size: GUTTER_PX.left,
          gap: 8,
          space: 32,
          values: (_, splits) => splits.map(numberText),
        },
      ],
      hooks: {
        drawClear: [(u) => paintBackground(u, this.#scene, this.#colors)],
        draw: [(u) => paintForeground(u, this.#scene, this.#colors, this.#newest())],
        setCursor: [(u) => this.#tellCursor(u, METRICS[metric]?.decimals ?? 0)],
      },
    };
  }

  #yRange(): [number, number] {
    const { min, max } = this.#window;
    if (Number.isNaN(min)) {
      const { high, low } = this.#scene.limits;
      return this.#clamped(scaleRange(low ?? 0, high ?? (low ?? 0) + 1, this.#scene.limits));
    }
    return this.#clamped(scaleRange(min, max, this.#scene.limits));
  }

  /** Nothing is measured below what the metric can be. */
  #clamped([low, high]: [number, number]): [number, number] {
    return [Math.max(low, METRICS[this.#options.metric]?.min ?? low), high];
  }

  #newest(): { timeMs: number; value: number } | null {
    const { xs, ys, gaps } = this.#window;
    const timeMs = xs.at(-1);
    const value = ys.at(-1);
    if (timeMs === undefined || value === undefined || value === null) return null;
    return gaps.at(-1)?.[0] === timeMs ? null : { timeMs, value };
  }

  #tellCursor(u: uPlot, decimals: number): void {
    const { left, idx } = u.cursor;
    if (left === undefined || left < 0) {
      this.#options.onCursor(null);
      return;
    }
    const timeMs = u.posToVal(left, 'x');
    const raw = idx === null || idx === undefined ? null : this.#window.ys[idx];
    const value = raw === null || raw === undefined ? null : Number(raw.toFixed(decimals));
    this.#options.onCursor({ timeMs, value, leftPx: left + GUTTER_PX.left });
  }
}

/** A point with a hole on either side has no line to be seen by. */
function lonelyPoints(u: uPlot, seriesIndex: number): number[] {
  const ys = u.data[seriesIndex] ?? [];
  const lonely: number[] = [];
  for (let i = 0; i < ys.length; i++) {
    if (ys[i] != null && ys[i - 1] == null && ys[i + 1] == null) lonely.push(i);
  }
  return lonely;
}
