// The frame of one chart: title, value at the cursor, range of the window. Its figures change without React.

import { METRICS } from '@gonsters/contract';
import { type KeyboardEventHandler, type PointerEventHandler, type Ref, useImperativeHandle, useRef } from 'react';
import type { CursorPoint } from '../../../charts/metric-chart.ts';
import { metricText } from '../../../components/domain/values/metric-value.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { FeedPhase } from '../../../live/readings/past-readings.ts';
import type { SeriesWindow } from '../../../live/readings/series-window.ts';

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

const SPREAD = ['min', 'mean', 'max'] as const;

export function ChartFigure({
  metric,
  minutes,
  last,
  onKeyDown,
  onPointerMove,
  onPick,
  ref,
}: {
  metric: number;
  minutes: number;
  /** The lowest of the stack: it carries the times, also the one at the cursor. */
  last: boolean;
  onKeyDown: KeyboardEventHandler;
  onPointerMove: PointerEventHandler<HTMLElement>;
  /** Somebody clicked; in pixels from the corner of the plot's element. */
  onPick: (xPx: number, yPx: number) => void;
  ref: Ref<FigureParts>;
}) {
  const { t, format, metricLabel } = useText();
  const plot = useRef<HTMLDivElement>(null);
  const cursor = useRef<HTMLElement>(null);
  const cursorTime = useRef<HTMLDivElement>(null);
  const message = useRef<HTMLDivElement>(null);
  const spread = useRef<Partial<Record<(typeof SPREAD)[number], HTMLElement | null>>>({});
  const definition = METRICS[metric];

  useImperativeHandle(
    ref,
    () => ({
      plot: plot.current as HTMLElement,
      showCursor: (point) => {
        const value =
          point === null ? '' : point.value === null ? point.gapWords : metricText(format, metric, point.value);
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
        for (const name of SPREAD) {
          const element = spread.current[name];
          if (element) element.textContent = format.number(window[name], definition?.decimals);
        }
        if (!message.current) return;
        message.current.textContent =
          window.count > 0 ? '' : t(phase === 'loading' ? 'app.loading' : 'machine.no_readings');
      },
    }),
    [format, metric, definition, t],
  );

  return (
    <figure className="chart">
      <figcaption className="chart-head">
        <b>
          <i className="swatch" style={{ background: `var(--metric-${metric + 1})` }} />
          {metricLabel(metric)}
        </b>
        <span>{definition?.unit}</span>
        <dl>
          <div className="at-cursor">
            <dt className="sr-only">{t('machine.at_cursor')}</dt>
            <dd ref={cursor} />
          </div>
          {SPREAD.map((name) => (
            <div key={name} className="spread">
              <dt>{t(`machine.${name}`)}</dt>
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
      </figcaption>
      <div
        ref={plot}
        className={`plot ${last ? 'plot-last' : ''}`}
        role="slider"
        tabIndex={0}
        aria-label={t('machine.chart', { metric: metricLabel(metric), count: minutes })}
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
