// The frame of one chart: title, value at the cursor, range of the window. Its figures change without React.

import {
  type DragEventHandler,
  type KeyboardEventHandler,
  type PointerEventHandler,
  type ReactNode,
  type Ref,
  useImperativeHandle,
  useRef,
} from 'react';
import type { CursorPoint } from '../../../charts/metric-chart.ts';
import { type MetricView, shownText, valueText } from '../../../components/domain/metrics/metric-view.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { FeedPhase } from '../../../live/readings/past-readings.ts';
import type { SeriesWindow } from '../../../live/readings/series-window.ts';
import { useLive } from '../../../live/use-live.ts';
import { dragsMetric } from './metric-drag.ts';

/** The cursor with its words. */
export interface CursorText extends CursorPoint {
  gapWords: string;
  markerWords: string;
}

export interface FigureParts {
  readonly plot: HTMLElement;
  showCursor(point: CursorText | null): void;
  showSpread(window: SeriesWindow, phase: FeedPhase): void;
}

/** What is said of the window. A counter has the increase of its bars as their sum. */
const SPREADS = { gauge: ['min', 'mean', 'max'], counter: ['max', 'mean'], boolean: [], state: [] } as const;
const SHAPE_CLASSES = { gauge: '', counter: 'plot-bars', boolean: 'plot-band', state: 'plot-band' } as const;
type Spread = 'min' | 'mean' | 'max';

export function ChartFigure({
  metric,
  minutes,
  last,
  tools,
  onDrop,
  onKeyDown,
  onPointerMove,
  onPick,
  ref,
}: {
  metric: MetricView;
  minutes: number;
  /** The lowest of the stack: it carries the times, also the one at the cursor. */
  last: boolean;
  /** Of its title. */
  tools: ReactNode;
  /** A metric is dropped on it. */
  onDrop: DragEventHandler<HTMLElement>;
  onKeyDown: KeyboardEventHandler;
  onPointerMove: PointerEventHandler<HTMLElement>;
  /** Somebody clicked; in pixels from the corner of the plot's element. */
  onPick: (xPx: number, yPx: number) => void;
  ref: Ref<FigureParts>;
}) {
  const { t, format } = useText();
  const { metrics } = useLive();
  const plot = useRef<HTMLDivElement>(null);
  const cursor = useRef<HTMLElement>(null);
  const cursorTime = useRef<HTMLDivElement>(null);
  const message = useRef<HTMLDivElement>(null);
  const spread = useRef<Partial<Record<Spread, HTMLElement | null>>>({});
  const { kind, unit, label } = metric;
  const spreads: readonly Spread[] = SPREADS[kind];

  useImperativeHandle(
    ref,
    () => ({
      plot: plot.current as HTMLElement,
      showCursor: (point) => {
        const value =
          point === null
            ? ''
            : point.value === null
              ? point.gapWords
              : pointText({ t, format, metrics }, metric, point.value);
        if (cursor.current) cursor.current.textContent = value;
        const words = point
          ? [value || '—', format.clock(point.timeMs), point.markerWords]
          : [t('machine.cursor_hint')];
        plot.current?.setAttribute('aria-valuetext', words.filter((part) => part !== '').join(', '));
        const share = point && plot.current ? Math.round((100 * point.leftPx) / plot.current.clientWidth) : 100;
        plot.current?.setAttribute('aria-valuenow', String(share));
        if (!cursorTime.current) return;
        cursorTime.current.hidden = point === null;
        if (point === null) return;
        cursorTime.current.textContent = format.clock(point.timeMs);
        cursorTime.current.style.left = `${point.leftPx}px`;
      },
      showSpread: (window, phase) => {
        for (const name of SPREADS[kind] as readonly Spread[]) {
          const element = spread.current[name];
          if (element) element.textContent = shownText(format, { ...metric, unit: '' }, window[name]);
        }
        if (!message.current) return;
        message.current.textContent =
          window.count > 0 ? '' : t(phase === 'loading' ? 'app.loading' : 'machine.no_readings');
      },
    }),
    [format, metric, metrics, t, kind],
  );

  return (
    <figure className="chart" onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <figcaption className="chart-head" {...dragsMetric(metric.name)}>
        <b>
          <i className="swatch" style={{ background: `var(--${metric.color})` }} />
          {label}
        </b>
        <span>{unit}</span>
        <dl>
          <div className="at-cursor">
            <dt className="sr-only">{t('machine.at_cursor')}</dt>
            <dd ref={cursor} />
          </div>
          {spreads.map((name) => (
            <div key={name} className="spread">
              <dt>{t(kind === 'counter' && name === 'mean' ? 'machine.sum' : `machine.${name}`)}</dt>
              <dd
                ref={(element) => {
                  spread.current[name] = element;
                }}
              >
                —
              </dd>
            </div>
          ))}
        </dl>
        {tools}
      </figcaption>
      <div
        ref={plot}
        className={`plot ${SHAPE_CLASSES[kind]} ${last ? 'plot-last' : ''}`}
        role="slider"
        tabIndex={0}
        aria-label={t('machine.chart', { metric: label, count: minutes })}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={100}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onClick={(event) => {
          const { left, top } = event.currentTarget.getBoundingClientRect();
          onPick(event.clientX - left, event.clientY - top);
        }}
      >
        <div ref={message} className="plot-message" />
        {last ? <div ref={cursorTime} className="cursor-time" hidden /> : null}
      </div>
    </figure>
  );
}

/** A chart has its values in the unit that is shown already; a state is a code. */
function pointText(words: Parameters<typeof valueText>[0], metric: MetricView, value: number): string {
  if (metric.kind === 'boolean' || metric.kind === 'state') return valueText(words, metric, value);
  return `${metric.kind === 'counter' ? '+' : ''}${shownText(words.format, metric, value)}`;
}
