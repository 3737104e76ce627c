// A live chart of one metric, as a line, as bars or as a band of states: a thin wrapper around a uPlot that is given downsampled
// windows. No React here.

import uPlot from 'uplot';
import type { SeriesWindow } from '../live/readings/series-window.ts';
import { type BandSpan, paintBand } from './band-paint.ts';
import { chartAxes, VALUE_AXIS_PX } from './chart-axes.ts';
import { type ChartColors, readChartColors } from './chart-colors.ts';
import type { AlertMarker } from './chart-markers.ts';
import { MARKER_ROOM_PX, mergeMarkers } from './chart-markers.ts';
import { type ChartGap, type ChartScene, lineStroke, paintBackground, paintForeground } from './chart-paint.ts';
import { isolatedPoints } from './isolated-points.ts';
import { NO_LIMITS, scaleRange } from './limit-zones.ts';

/** What is under the cursor. */
export interface CursorPoint {
  timeMs: number;
  /** null where nothing was measured; of a band its state. */
  value: number | null;
  /** From the left edge of the element. */
  leftPx: number;
  /** The gap that it is in. */
  gap: ChartGap | null;
  /** Alert markers close to it, worst first. */
  markers: readonly AlertMarker[];
}

export interface MetricChartOptions {
  element: HTMLElement;
  /** A band has no numbers: it shows from when to when a state lasted. */
  shape: 'line' | 'bars' | 'band';
  /** Name of the design token that the line has. */
  color: string;
  decimals: number;
  /** Charts of one key share the time cursor. */
  syncKey: string;
  /** Only the lowest of a stack names the times. */
  timeAxis: boolean;
  timeText: (timeMs: number) => string;
  numberText: (value: number) => string;
  /** null when the cursor leaves; `moved` where a person moved it, and not the data below it. */
  onCursor: (point: CursorPoint | null, moved: boolean) => void;
}

const GUTTER_PX = { left: VALUE_AXIS_PX, right: 60, top: 18 };
/** Bars take this share of their place, and no more pixels. */
const BARS = { share: 0.86, mostPx: 40 };
const EMPTY: SeriesWindow = {
  xs: [],
  ys: [],
  gaps: [],
  bad: [],
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
  #spans: readonly BandSpan[] = [];
  #gaps: readonly ChartGap[] = [];
  #bounds: [number, number] = [0, 1];
  #cursorLeft = -1;

  constructor(options: MetricChartOptions) {
    this.#options = options;
    this.#colors = readChartColors(options.color);
    const { clientWidth: width, clientHeight: height } = options.element;
    this.#plot = new uPlot(this.#uplotOptions(width, height), [[], []], options.element);
  }

  /** Of the plot itself, without axes. */
  get widthPx(): number {
    return Math.max(1, this.#options.element.clientWidth - GUTTER_PX.left - GUTTER_PX.right);
  }

  /** `spans` of a band. */
  draw(
    window: SeriesWindow,
    [fromMs, toMs]: readonly [number, number],
    scene: Omit<ChartScene, 'gaps'>,
    spans: readonly BandSpan[] = [],
  ): void {
    this.#window = window;
    this.#spans = spans;
    this.#gaps = [...window.gaps, ...window.bad.map(([from, to]) => [from, to, 'bad'] as const)];
    this.#bounds = [fromMs, toMs];
    this.#scene = { ...scene, gaps: this.#gaps };
    this.#plot.setData([window.xs, window.ys], true);
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#options.element;
    if (width > 0 && height > 0) this.#plot.setSize({ width, height });
  }

  /** After the theme has changed. */
  restyle(): void {
    this.#colors = readChartColors(this.#options.color);
    this.#plot.redraw(false, true);
  }

  /** By keyboard: `stepPx` to the right, or to the left where it is negative; it begins at the right edge. */
  moveCursor(stepPx: number): void {
    const left = this.#plot.cursor.left ?? -1;
    this.setCursor((left < 0 ? this.widthPx : left) + stepPx);
  }

  /** From the left edge of the plot; beyond an edge it is placed on the edge. */
  setCursor(leftPx: number): void {
    this.#plot.setCursor({ left: Math.min(this.widthPx, Math.max(0, leftPx)), top: 0 });
  }

  /** From the left edge of the element to that of the plot. */
  readonly plotLeftPx = GUTTER_PX.left;

  /** The markers at a place of the element, none where it is not in their row; `reachPx` to either side. */
  markersAt(xPx: number, yPx: number, reachPx: number): readonly AlertMarker[] {
    return yPx > GUTTER_PX.top + reachPx ? [] : this.#markersNear(xPx - GUTTER_PX.left, reachPx);
  }

  hideCursor(): void {
    this.#plot.setCursor({ left: -10, top: -10 });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #uplotOptions(width: number, height: number): uPlot.Options {
    const { shape, timeAxis, timeText, numberText, syncKey } = this.#options;
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
        // In a hole there is no point to show.
        dataIdx: (_, __, closest, timeMs) => this.#indexAt(closest, timeMs),
        points: {
          show: shape === 'line',
          size: 8,
          fill: () => this.#colors.line,
          stroke: () => this.#colors.surface,
        },
      },
      scales: {
        x: { time: true, range: () => this.#bounds },
        y: { range: () => this.#yRange() },
      },
      series: [
        {},
        {
          ...this.#seriesLook(),
          spanGaps: false,
          points: { show: shape === 'line', size: 4, fill: () => this.#colors.line, width: 0, filter: isolatedPoints },
        },
      ],
      axes: chartAxes({ colors: () => this.#colors, hasNumbers: shape !== 'band', timeAxis, timeText, numberText }),
      hooks: {
        drawClear: [(u) => paintBackground(u, this.#scene, this.#colors)],
        draw: [
          (u) => {
            if (shape === 'band') paintBand(u, this.#spans, this.#colors);
            paintForeground(u, this.#scene, this.#colors, shape === 'line' ? this.#newest() : null);
          },
        ],
        setCursor: [(u) => this.#tellCursor(u)],
      },
    };
  }

  #seriesLook(): uPlot.Series {
    if (this.#options.shape === 'line') {
      return { stroke: (u) => lineStroke(u, this.#scene.limits, this.#colors), width: 1.6 };
    }
    if (this.#options.shape === 'band') return { paths: () => null };
    const fill = () => this.#colors.line;
    const paths = uPlot.paths.bars?.({ size: [BARS.share, BARS.mostPx] });
    return { fill, stroke: fill, width: 0, ...(paths ? { paths } : {}) };
  }

  /** Of the point under the cursor. A state lasts from its point on. */
  #indexAt(closest: number, timeMs: number): number {
    const none = null as unknown as number;
    if (this.#gapAt(timeMs)) return none;
    if (this.#options.shape !== 'band' || (this.#window.xs[closest] ?? Number.POSITIVE_INFINITY) <= timeMs)
      return closest;
    return closest > 0 ? closest - 1 : none;
  }

  #yRange(): [number, number] {
    const { min, max } = this.#window;
    if (this.#options.shape === 'band') return [0, 1];
    if (Number.isNaN(min)) {
      const { high, low } = this.#scene.limits;
      return scaleRange(low ?? 0, high ?? (low ?? 0) + 1, this.#scene.limits);
    }
    return scaleRange(min, max, this.#scene.limits);
  }

  #newest(): { timeMs: number; value: number } | null {
    const { xs, ys, gaps } = this.#window;
    const timeMs = xs.at(-1);
    const value = ys.at(-1);
    if (timeMs === undefined || value === undefined || value === null) return null;
    return gaps.at(-1)?.[0] === timeMs ? null : { timeMs, value };
  }

  #tellCursor(u: uPlot): void {
    const { left, idx } = u.cursor;
    const moved = left !== this.#cursorLeft;
    this.#cursorLeft = left ?? -1;
    if (left === undefined || left < 0) {
      this.#options.onCursor(null, moved);
      return;
    }
    const timeMs = u.posToVal(left, 'x');
    const gap = this.#gapAt(timeMs);
    const raw = idx === null || idx === undefined || gap ? null : this.#window.ys[idx];
    const value = raw === null || raw === undefined ? null : Number(raw.toFixed(this.#options.decimals));
    const markers = this.#markersNear(left, MARKER_ROOM_PX / 2);
    this.#options.onCursor({ timeMs, value, leftPx: left + GUTTER_PX.left, gap, markers }, moved);
  }

  #gapAt(timeMs: number): ChartGap | null {
    return this.#gaps.find(([from, to]) => timeMs > from && timeMs < to) ?? null;
  }

  #markersNear(leftPx: number, reachPx: number): readonly AlertMarker[] {
    const groups = mergeMarkers(this.#scene.markers, ({ timeMs }) => this.#plot.valToPos(timeMs, 'x'), {
      from: 0,
      to: this.widthPx,
      room: MARKER_ROOM_PX,
    });
    const near = groups.filter(({ x }) => Math.abs(x - leftPx) <= reachPx);
    return near.sort((a, b) => Math.abs(a.x - leftPx) - Math.abs(b.x - leftPx))[0]?.markers ?? [];
  }
}
