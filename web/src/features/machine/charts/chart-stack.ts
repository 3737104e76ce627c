// The charts of a machine, one per metric, with one time cursor: drawn by the frame scheduler, without React.

import { type Alert, type EffectiveLimits, METRICS, type MetricName } from '@gonsters/contract';
import type { AlertMarker } from '../../../charts/chart-markers.ts';
import { NO_LIMITS } from '../../../charts/limit-zones.ts';
import { type CursorPoint, MetricChart } from '../../../charts/metric-chart.ts';
import { eachRaise, type RaisesOf } from '../../../components/domain/alerts/alert-raises.ts';
import { watchTheme } from '../../../components/ui/theme/design-tokens.ts';
import type { Texts } from '../../../i18n/use-text.ts';
import type { Drawing } from '../../../live/frame-scheduler.ts';
import type { Live } from '../../../live/live.ts';
import type { ReadingSource } from '../../../live/readings/past-readings.ts';
import { type SeriesWindow, selectWindow } from '../../../live/readings/series-window.ts';
import { windowEnd } from '../machine-search.ts';
import { alertMarkers, mergeAlerts } from './chart-alerts.ts';
import type { FigureParts } from './chart-figure.tsx';
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
  limits: Record<MetricName, EffectiveLimits> | null;
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
      (figure, metric) =>
        new MetricChart({
          element: figure.plot,
          metric,
          syncKey,
          timeAxis: metric === METRICS.length - 1,
          timeText,
          numberText: (value) => format.number(value, Number.isInteger(value) ? 0 : 1),
          onCursor: (point, moved) => {
            this.#cursors[metric] = point;
            if (moved) this.#showCursor(metric);
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

  markersAt(metric: number, xPx: number, yPx: number, reachPx: number): readonly AlertMarker[] {
    return this.#charts[metric]?.markersAt(xPx, yPx, reachPx) ?? [];
  }

  cursorOf(metric: number): CursorPoint | null {
    return this.#cursors[metric] ?? null;
  }

  destroy(): void {
    for (const end of this.#ends) end();
    this.#drawing.remove();
    this.#words.remove();
    for (const chart of this.#charts) chart.destroy();
  }

  #draw(): void {
    const { live, texts, machineId } = this.#parts;
    const { source, momentMs, windowMs, limits, alerts, raisesOf } = this.#parts.view();
    const newestMs = source.series.newestMs;
    // A gateway's clock may run ahead of the server's: what it measured is shown all the same.
    const nowMs = Number.isNaN(newestMs) ? live.now() : Math.max(live.now(), newestMs);
    const toMs = windowEnd(momentMs, windowMs, nowMs);
    const fromMs = toMs - windowMs;
    this.#gapView = { toMs, live: toMs === nowMs, offline: live.connection.state.phase === 'offline' };
    const known = eachRaise(mergeAlerts(alerts, live.alerts.ofMachine(machineId)), raisesOf);
    this.#charts.forEach((chart, metric) => {
      const name = (METRICS[metric] as (typeof METRICS)[number]).name;
      const window = selectWindow(source.series.of(metric), {
        fromMs,
        toMs,
        widthPx: chart.widthPx,
        complete: source.phase === 'ready',
      });
      this.#windows[metric] = window;
      chart.draw(window, fromMs, toMs, {
        limits: limits?.[name] ?? NO_LIMITS,
        limitText: (value) => texts.format.number(value, Number.isInteger(value) ? 0 : 1),
        markers: alertMarkers(known, name),
        gapText: (from, to) => this.#gapWords([from, to]),
      });
    });
    this.#words.mark();
  }

  #showWords(): void {
    const { figures, view, onGaps, texts } = this.#parts;
    const { phase } = view().source;
    figures.forEach((figure, metric) => {
      const window = this.#windows[metric];
      if (window) figure.showSpread(window, phase);
      this.#showCursor(metric);
    });
    const newest = newestGap(this.#windows.map(({ gaps }) => gaps));
    const words = newest === null ? '' : this.#gapWords(newest.gap);
    onGaps(newest && newest.count > 1 ? texts.t('machine.gap.more', { words, count: newest.count - 1 }) : words);
  }

  #showCursor(metric: number): void {
    const point = this.#cursors[metric] ?? null;
    const { t } = this.#parts.texts;
    this.#parts.figures[metric]?.showCursor(
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
