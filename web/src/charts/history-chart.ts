// The chart of the past: one metric of several machines, a thin owner of a uPlot. No React here.

import { type EffectiveLimits, METRICS } from '@gonsters/contract';
import uPlot from 'uplot';
import { readColor } from '../components/theme-colors.ts';
import { type ChartColors, paintBackground, paintForeground, readChartColors } from './chart-paint.ts';
import { attachGestures } from './history-gestures.ts';
import { HUES } from './history-hues.ts';
import type { AlignedLines } from './history-lines.ts';
import { timeTicks } from './history-ticks.ts';
import type { TimeSpan } from './history-zoom.ts';
import { scaleRange } from './limit-zones.ts';

export interface HistoryScene {
  metric: number;
  lines: AlignedLines;
  view: TimeSpan;
  zone: string;
  limits: EffectiveLimits;
  /** Of the machine in focus. */
  gaps: readonly (readonly [number, number])[];
  /** Place of the line in the list of machines, which gives its colour: one a line. */
  places: readonly number[];
  focus: number;
  tickText: (timeMs: number, unit: 'second' | 'minute' | 'day' | 'month', first: boolean) => string;
  numberText: (value: number) => string;
}
export interface HistoryChartOptions {
  element: HTMLElement;
  onCursor: (timeMs: number | null) => void;
  onView: (view: TimeSpan) => void;
  onReset: () => void;
  /** Returns whether anything changed. */
  onZoom: (factor: number, atMs: number) => boolean;
  onPan: (byMs: number) => boolean;
}

const TIME_AXIS_PX = 28;
const TOP_PX = 22;
const TICK_PX = 88;
const LEAST_DRAG_PX = 5;
/** A point farther from the cursor than this says nothing about it. */
const HOVER_PX = 16;
/** Lowest and highest come before the lines. */
const FIRST_LINE = 3;

/** Beside the plot, for what is laid over it. */
export const gutterOf = (widthPx: number) => (widthPx < 520 ? { left: 40, right: 50 } : { left: 48, right: 60 });

export class HistoryChart {
  readonly #options: HistoryChartOptions;
  readonly #endGestures: () => void;
  #plot: uPlot | null = null;
  #scene: HistoryScene | null = null;
  #colors: ChartColors;

  constructor(options: HistoryChartOptions) {
    this.#options = options;
    this.#colors = readChartColors(0);
    const { element, onZoom, onPan } = options;
    const at = (share: number) => {
      const view = this.#scene?.view ?? { fromMs: 0, toMs: 0 };
      return view.fromMs + (view.toMs - view.fromMs) * share;
    };
    this.#endGestures = attachGestures(element, () => (this.#plot?.over ?? element).getBoundingClientRect(), {
      zoom: (factor, share) => onZoom(factor, at(share)),
      pan: (share) => onPan(at(share) - at(0)),
      point: (share) => this.#plot?.setCursor({ left: share * this.#width, top: 0 }),
    });
  }

  draw(scene: HistoryScene): void {
    const before = this.#scene;
    this.#scene = scene;
    const { lines, places, focus } = scene;
    const data = [lines.xs, ...lines.envelope, ...lines.means] as uPlot.AlignedData;
    const same = before?.focus === focus && before.places.join() === places.join();
    if (this.#plot && same) {
      this.#plot.setData(data, true);
      return;
    }
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#uplotOptions(scene), data, this.#options.element);
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#options.element;
    if (width > 0 && height > 0) this.#plot?.setSize({ width, height });
  }

  /** After the theme has changed. */
  restyle(): void {
    this.#colors = readChartColors(0);
    this.#plot?.redraw(false, true);
  }

  /** By keyboard. Returns false where there is no way further. */
  moveCursor(stepPx: number): boolean {
    const left = this.#plot?.cursor.left ?? -1;
    const from = left < 0 ? (stepPx < 0 ? this.#width : 0) : left;
    const to = Math.min(this.#width, Math.max(0, from + stepPx));
    this.#plot?.setCursor({ left: to, top: 0 });
    return to !== from;
  }

  showCursor(timeMs: number): void {
    this.#plot?.setCursor({ left: this.#plot.valToPos(timeMs, 'x'), top: 0 });
  }

  hideCursor(): void {
    this.#plot?.setCursor({ left: -10, top: -10 });
  }

  destroy(): void {
    this.#endGestures();
    this.#plot?.destroy();
  }

  get #width(): number {
    return this.#plot?.over.clientWidth ?? 0;
  }

  #uplotOptions(scene: HistoryScene): uPlot.Options {
    const { clientWidth: width, clientHeight: height } = this.#options.element;
    const gutter = gutterOf(width);
    const now = () => this.#scene as HistoryScene;
    const axis = {
      stroke: () => this.#colors.text,
      font: '11px "Inter Variable", Inter, system-ui, sans-serif',
      grid: { stroke: () => this.#colors.grid, width: 1 },
      ticks: { show: false },
    };
    const hidden: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
    const colorOf = (place: number) => readColor(`series-${(place % HUES) + 1}`);
    return {
      width,
      height,
      ms: 1,
      padding: [TOP_PX, gutter.right, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        hover: { prox: HOVER_PX },
        points: { size: (_, series) => (series < FIRST_LINE ? 0 : 8), stroke: () => this.#colors.surface, width: 2 },
        bind: {
          dblclick: () => () => {
            this.#options.onReset();
            return null;
          },
        },
      },
      scales: {
        x: { time: true, range: () => [now().view.fromMs, now().view.toMs] },
        y: { range: (u) => this.#yRange(u) },
      },
      bands: [{ series: [2, 1], fill: () => withAlpha(colorOf(scene.places[scene.focus] ?? 0)) }],
      series: [
        {},
        hidden,
        hidden,
        ...scene.places.map(
          (place): uPlot.Series => ({
            stroke: () => colorOf(place),
            width: 1.6,
            spanGaps: false,
            ...(place >= HUES ? { dash: [5, 3] } : {}),
            points: { show: true, size: 4, width: 0, fill: () => colorOf(place), filter: lonelyPoints },
          }),
        ),
      ],
      axes: [
        {
          ...axis,
          size: TIME_AXIS_PX,
          gap: 8,
          splits: () => this.#ticks().timesMs,
          values: (_, splits) => {
            const { unit } = this.#ticks();
            return splits.map((time, i) => now().tickText(time, unit, i === 0));
          },
        },
        { ...axis, size: gutter.left, gap: 8, space: 40, values: (_, splits) => splits.map(now().numberText) },
      ],
      hooks: {
        drawClear: [(u) => paintBackground(u, this.#painted(), this.#colors)],
        draw: [(u) => paintForeground(u, this.#painted(), this.#colors, null)],
        setCursor: [(u) => this.#tellCursor(u)],
        setSelect: [(u) => this.#tellDragged(u)],
      },
    };
  }

  #painted() {
    const { limits, gaps, numberText } = this.#scene as HistoryScene;
    return { limits, gaps, markers: [], limitText: numberText };
  }

  #ticks() {
    const { view, zone } = this.#scene as HistoryScene;
    const most = Math.max(2, Math.floor((this.#width || this.#options.element.clientWidth) / TICK_PX));
    return timeTicks(view.fromMs, view.toMs, most, zone);
  }

  #yRange(u: uPlot): [number, number] {
    const { view, limits, metric } = this.#scene as HistoryScene;
    const [xs, ...columns] = u.data;
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < xs.length; i++) {
      const x = xs[i] as number;
      if (x < view.fromMs || x > view.toMs) continue;
      for (const column of columns) {
        const value = column[i];
        if (value == null) continue;
        if (value < min) min = value;
        if (value > max) max = value;
      }
    }
    if (min > max) [min, max] = [limits.low ?? 0, limits.high ?? (limits.low ?? 0) + 1];
    const [low, high] = scaleRange(min, max, limits);
    return [Math.max(low, METRICS[metric]?.min ?? low), high];
  }

  #tellCursor(u: uPlot): void {
    const { left } = u.cursor;
    this.#options.onCursor(left === undefined || left < 0 ? null : u.posToVal(left, 'x'));
  }

  #tellDragged(u: uPlot): void {
    const { left, width } = u.select;
    if (width === 0) return;
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (width >= LEAST_DRAG_PX) {
      this.#options.onView({ fromMs: u.posToVal(left, 'x'), toMs: u.posToVal(left + width, 'x') });
    }
  }
}

/** A breath of the line's colour, which is written as #rrggbb in the tokens. */
const withAlpha = (color: string) => `${color}40`;

/** A point with a hole on either side has no line to be seen by. */
function lonelyPoints(u: uPlot, series: number): number[] {
  const values = u.data[series] ?? [];
  const lonely: number[] = [];
  let [before, alone] = [null as number | null, -1];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    if (value === null) {
      if (alone >= 0) lonely.push(alone);
      alone = -1;
    } else alone = before === null && alone < 0 ? i : -1;
    before = value;
  }
  if (alone >= 0) lonely.push(alone);
  return lonely;
}
