// The charts of a machine, one per metric, with one time cursor: drawn by the frame scheduler, without React.

import type { Alert } from '@gonsters/contract';
import type { BandLevel } from '../../../charts/band-paint.ts';
import type { AlertMarker } from '../../../charts/chart-markers.ts';
import { type CursorPoint, MetricChart } from '../../../charts/metric-chart.ts';
import { eachRaise, type RaisesOf } from '../../../components/domain/alerts/alert-raises.ts';
import { type MetricView, valueText } from '../../../components/domain/metrics/metric-view.ts';
import { watchTheme } from '../../../components/ui/theme/design-tokens.ts';
import type { Texts } from '../../../i18n/use-text.ts';
import type { Drawing } from '../../../live/frame-scheduler.ts';
import type { Live } from '../../../live/live.ts';
import type { ReadingSource } from '../../../live/readings/past-readings.ts';
import type { SeriesWindow } from '../../../live/readings/series-window.ts';
import { windowEnd } from '../machine-search.ts';
import { alertMarkers, mergeAlerts } from './chart-alerts.ts';
import type { FigureParts } from './chart-figure.tsx';
import { chartWindow } from './chart-window.ts';
import { type Gap, type GapView, gapText, newestGap } from './gap-text.ts';

const CHART_HZ = 10;
const TEXT_HZ = 2;
/** A long window moves less than a pixel a second, and costs more to draw. */
const LONG_WINDOW = { ms: 30 * 60_000, hz: 3 };
const SECONDS_UP_TO_MS = 5 * 60_000;

/** What the charts show; read anew for every drawing. */
export interface StackView {
  source: ReadingSource;
  windowMs: number;
  /** The moment one looks at, null for the present. */
  momentMs: number | null;
  /** In the order of the charts. */
  charts: readonly MetricView[];
  /** A state holds at most this long. */
  timeoutMs: number;
  levelOf: (metric: MetricView, state: string) => BandLevel;
  /** Past ones of the window, from the server. */
  alerts: readonly Alert[];
  /** Of alerts that have returned. */
  raisesOf: RaisesOf;
}

export interface StackParts {
  machineId: string;
  figures: readonly FigureParts[];
  syncKey: string;
  live: Live;
  texts: Texts;
  view: () => StackView;
  /** The holes of the window in words, '' without any. */
  onGaps: (words: string) => void;
}

export class ChartStack {
  readonly #parts: StackParts;
  readonly #charts: MetricChart[];
  readonly #windows: SeriesWindow[] = [];
  readonly #cursors: (CursorPoint | null)[] = [];
  readonly #drawing: Drawing;
  readonly #words: Drawing;
  readonly #ends: (() => void)[];
  #gapView: GapView = { toMs: 0, live: true, offline: false };

  constructor(parts: StackParts) {
    this.#parts = parts;
    const { figures, live, texts, syncKey } = parts;
    const { format } = texts;
    const timeText = (timeMs: number) =>
      parts.view().windowMs <= SECONDS_UP_TO_MS ? format.clock(timeMs) : format.minute(timeMs);
    this.#charts = figures.map(
      (figure, chart) =>
        new MetricChart({
          element: figure.plot,
          ...shapeOf(parts.view().charts[chart] as MetricView),
          syncKey,
          timeAxis: chart === figures.length - 1,
          timeText,
          numberText: (value) => format.number(value, Number.isInteger(value) ? 0 : 1),
          onCursor: (point, moved) => {
            this.#cursors[chart] = point;
            if (moved) this.#showCursor(chart);
            else this.#words.mark();
          },
        }),
    );
    this.#words = live.scheduler.add(() => this.#showWords(), TEXT_HZ);
    this.#drawing = live.scheduler.add(() => this.#draw(), CHART_HZ);
    const sizes = new ResizeObserver(() => {
      for (const chart of this.#charts) chart.resize();
      this.mark();
    });
    for (const figure of figures) sizes.observe(figure.plot);
    this.#ends = [
      () => sizes.disconnect(),
      live.alerts.signal.subscribe(this.mark),
      live.connection.signal.subscribe(this.mark),
      watchTheme(() => {
        for (const chart of this.#charts) chart.restyle();
        this.mark();
      }),
    ];
    this.mark();
  }

  readonly mark = (): void => this.#drawing.mark();

  /** Time moves on without readings too: one step per pixel is as fine as can be seen. */
  keepTime(windowMs: number): () => void {
    this.#drawing.setRate(windowMs > LONG_WINDOW.ms ? LONG_WINDOW.hz : CHART_HZ);
    const timer = setInterval(
      () => {
        if (this.#gapView.live) this.mark();
      },
      Math.max(1000 / CHART_HZ, windowMs / 800),
    );
    return () => clearInterval(timer);
  }

  /** Draws what comes from there. */
  watch(source: ReadingSource): () => void {
    const ends = [source.data.subscribe(this.mark), source.signal.subscribe(this.mark)];
    this.mark();
    return () => {
      for (const end of ends) end();
    };
  }

  moveCursor(stepPx: number): void {
    for (const chart of this.#charts) chart.moveCursor(stepPx);
  }

  /** From the left edge of the element. */
  setCursor(xPx: number): void {
    for (const chart of this.#charts) chart.setCursor(xPx - chart.plotLeftPx);
  }

  hideCursor(): void {
    for (const chart of this.#charts) chart.hideCursor();
  }

  markersAt(chart: number, xPx: number, yPx: number, reachPx: number): readonly AlertMarker[] {
    return this.#charts[chart]?.markersAt(xPx, yPx, reachPx) ?? [];
  }

  cursorOf(chart: number): CursorPoint | null {
    return this.#cursors[chart] ?? null;
  }

  destroy(): void {
    for (const end of this.#ends) end();
    this.#drawing.remove();
    this.#words.remove();
    for (const chart of this.#charts) chart.destroy();
  }

  #draw(): void {
    const { live, texts, machineId } = this.#parts;
    const view = this.#parts.view();
    const { source, momentMs, windowMs, charts, alerts, raisesOf } = view;
    const newestMs = source.series.newestMs;
    // A gateway's clock may run ahead of the server's: what it measured is shown all the same.
    const nowMs = Number.isNaN(newestMs) ? live.now() : Math.max(live.now(), newestMs);
    const toMs = windowEnd(momentMs, windowMs, nowMs);
    const fromMs = toMs - windowMs;
    this.#gapView = { toMs, live: toMs === nowMs, offline: live.connection.state.phase === 'offline' };
    const known = eachRaise(mergeAlerts(alerts, live.alerts.ofMachine(machineId)), raisesOf);
    this.#charts.forEach((chart, at) => {
      const metric = charts[at];
      if (metric === undefined) return;
      const bounds = { fromMs, toMs, widthPx: chart.widthPx, complete: source.phase === 'ready' };
      const { window, spans } = chartWindow(source.series.of(metric.number), metric, bounds, view, (value) =>
        valueText({ ...texts, metrics: live.metrics }, metric, value),
      );
      this.#windows[at] = window;
      const scene = {
        limits: metric.limits,
        limitText: (value: number) => texts.format.number(value, Number.isInteger(value) ? 0 : 1),
        markers: alertMarkers(known, metric.name),
        gapText: (gap: Gap) => this.#gapWords(gap),
      };
      chart.draw(window, [fromMs, toMs], scene, spans);
    });
    this.#words.mark();
  }

  #showWords(): void {
    const { figures, view, onGaps, texts } = this.#parts;
    const { phase } = view().source;
    figures.forEach((figure, chart) => {
      const window = this.#windows[chart];
      if (window) figure.showSpread(window, phase);
      this.#showCursor(chart);
    });
    const newest = newestGap(this.#windows.map(({ gaps }) => gaps));
    const words = newest === null ? '' : this.#gapWords(newest.gap);
    onGaps(newest && newest.count > 1 ? texts.t('machine.gap.more', { words, count: newest.count - 1 }) : words);
  }

  #showCursor(chart: number): void {
    const point = this.#cursors[chart] ?? null;
    const { t } = this.#parts.texts;
    this.#parts.figures[chart]?.showCursor(
      point && {
        ...point,
        gapWords: point.gap ? this.#gapWords(point.gap) : '',
        markerWords: point.markers.map(({ severity }) => t(`status.${severity}`)).join(', '),
      },
    );
  }

  #gapWords(gap: Gap): string {
    return gapText(this.#parts.texts, gap, this.#gapView);
  }
}

const SHAPES = { gauge: 'line', counter: 'bars', boolean: 'band', state: 'band' } as const;
const shapeOf = ({ kind, color, decimals }: MetricView) => ({ shape: SHAPES[kind], color, decimals });
