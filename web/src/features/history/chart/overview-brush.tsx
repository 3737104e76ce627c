// The whole range below the chart, with the visible part, which can be moved and resized.

import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react';
import { findGaps, type HistoryData } from '../../../charts/history/history-lines.ts';
import { clampView, pan, spanOf, type TimeSpan } from '../../../charts/history/history-zoom.ts';
import { useText } from '../../../i18n/use-text.ts';
import type { TimeRange } from '../range/use-time-range.ts';
import type { ZoneFormat } from '../range/use-zone-format.ts';
import { overviewPath } from './overview-path.ts';
import type { PlotPlace } from './use-plot-size.ts';

type Part = 'start' | 'move' | 'end';
const KEY_SHARE = 0.02;
const PAGE_SHARE = 0.2;
const KEY_STEPS: Record<string, number> = {
  ArrowLeft: -KEY_SHARE,
  ArrowDown: -KEY_SHARE,
  ArrowRight: KEY_SHARE,
  ArrowUp: KEY_SHARE,
  PageDown: -PAGE_SHARE,
  PageUp: PAGE_SHARE,
  Home: -1,
  End: 1,
};

export function OverviewBrush({
  data,
  time,
  place,
  color,
  format,
}: {
  data: HistoryData | undefined;
  time: TimeRange;
  place: PlotPlace;
  /** Of the machine in focus. */
  color: string;
  format: ZoneFormat;
}) {
  const { t } = useText();
  const { whole, view, show } = time;
  const room = useRef<HTMLDivElement>(null);
  const drag = useRef<{ part: Part; clientX: number; view: TimeSpan } | null>(null);
  const path = useMemo(() => {
    const points = data?.machines[0]?.points;
    return points && data ? overviewPath(points, findGaps(points, data.interval, data), whole) : '';
  }, [data, whole]);
  const share = (timeMs: number) => ((timeMs - whole.fromMs) / spanOf(whole)) * 100;
  const left = share(view.fromMs);
  const right = share(view.toMs);

  const move = (part: Part, from: TimeSpan, byMs: number) => {
    if (part === 'move') show(pan(from, whole, byMs));
    // A handle stops at the other: it never pushes it on.
    else if (part === 'start')
      show({ fromMs: Math.min(Math.max(from.fromMs + byMs, whole.fromMs), from.toMs - 1), toMs: from.toMs });
    else show({ fromMs: from.fromMs, toMs: Math.max(Math.min(from.toMs + byMs, whole.toMs), from.fromMs + 1) });
  };
  const grab = (part: Part) => (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { part, clientX: event.clientX, view };
  };
  const pull = (event: PointerEvent<HTMLElement>) => {
    if (!drag.current || !room.current) return;
    const perPx = spanOf(whole) / Math.max(1, room.current.clientWidth);
    move(drag.current.part, drag.current.view, (event.clientX - drag.current.clientX) * perPx);
  };
  const release = () => {
    drag.current = null;
  };
  const jump = (event: PointerEvent<HTMLElement>) => {
    const { left: edge, width } = event.currentTarget.getBoundingClientRect();
    const at = whole.fromMs + ((event.clientX - edge) / Math.max(1, width)) * spanOf(whole);
    const half = spanOf(view) / 2;
    show(clampView({ fromMs: at - half, toMs: at + half }, whole));
  };
  const keys = (part: Part) => (event: KeyboardEvent) => {
    const step = KEY_STEPS[event.key];
    if (step === undefined) return;
    move(part, view, step * spanOf(whole));
    event.preventDefault();
  };
  const handle = (part: Part, valueMs: number, label: string, text: string) => ({
    role: 'slider',
    tabIndex: 0,
    'aria-label': label,
    'aria-valuemin': whole.fromMs,
    'aria-valuemax': whole.toMs,
    'aria-valuenow': Math.round(valueMs),
    'aria-valuetext': text,
    onPointerDown: grab(part),
    onPointerMove: pull,
    onPointerUp: release,
    onPointerCancel: release,
    onKeyDown: keys(part),
  });

  return (
    <fieldset
      className="brush"
      aria-label={t('history.overview')}
      style={{ marginLeft: place.left, width: place.width || undefined }}
    >
      <div ref={room} className="brush-room" onPointerDown={jump}>
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          <path d={path} fill="none" stroke={color} vectorEffect="non-scaling-stroke" strokeWidth="1.5" />
        </svg>
        <i className="brush-shade" style={{ left: 0, width: `${left}%` }} />
        <i className="brush-shade" style={{ left: `${right}%`, right: 0 }} />
        <div
          className="brush-part"
          style={{ left: `${left}%`, width: `${right - left}%` }}
          {...handle(
            'move',
            (view.fromMs + view.toMs) / 2,
            t('history.overview.move'),
            `${format.dayMinute(view.fromMs)} – ${format.dayMinute(view.toMs)}`,
          )}
        />
        <div
          className="brush-handle"
          style={{ left: `${left}%` }}
          {...handle('start', view.fromMs, t('history.overview.start'), format.dayMinute(view.fromMs))}
        />
        <div
          className="brush-handle"
          style={{ left: `${right}%` }}
          {...handle('end', view.toMs, t('history.overview.end'), format.dayMinute(view.toMs))}
        />
      </div>
    </fieldset>
  );
}
