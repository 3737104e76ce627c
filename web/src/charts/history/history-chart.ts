// The history chart: one metric of several machines, a thin wrapper around a uPlot. No React here.

import uPlot from 'uplot';
import { type ChartColors, readChartColors } from '../chart-colors.ts';
import { attachGestures } from './history-gestures.ts';
import { type HistoryScene, historyOptions } from './history-options.ts';
import type { TimeSpan } from './history-zoom.ts';

export interface HistoryChartOptions {
  element: HTMLElement;
  onCursor: (timeMs: number | null) => void;
  onView: (view: TimeSpan) => void;
  onReset: () => void;
  /** Returns whether anything changed. */
  onZoom: (factor: number, atMs: number) => boolean;
  onPan: (byMs: number) => boolean;
}

const LEAST_DRAG_PX = 5;

/** What a plot cannot change while it exists. */
const looksOf = ({ focus, places, ghost, shape, timeAxis }: HistoryScene) =>
  [focus, places.join(), ghost, shape, timeAxis].join('|');

export class HistoryChart {
  readonly #options: HistoryChartOptions;
  readonly #endGestures: () => void;
  #plot: uPlot | null = null;
  #scene: HistoryScene | null = null;
  #colors: ChartColors;

  constructor(options: HistoryChartOptions) {
    this.#options = options;
    this.#colors = readChartColors('metric-1');
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
    const { lines } = scene;
    const data = [lines.xs, ...lines.envelope, ...lines.means] as uPlot.AlignedData;
    if (this.#plot && before && looksOf(before) === looksOf(scene)) {
      this.#plot.setData(data, true);
      return;
    }
    this.#plot?.destroy();
    const { element, onReset } = this.#options;
    const options = historyOptions({
      size: { width: element.clientWidth, height: element.clientHeight },
      scene: () => this.#scene as HistoryScene,
      colors: () => this.#colors,
      onReset,
      onCursor: (u) => this.#tellCursor(u),
      onSelect: (u) => this.#tellDragged(u),
    });
    this.#plot = new uPlot(options, data, element);
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#options.element;
    if (width > 0 && height > 0) this.#plot?.setSize({ width, height });
  }

  /** After the theme has changed. */
  restyle(): void {
    this.#colors = readChartColors('metric-1');
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
