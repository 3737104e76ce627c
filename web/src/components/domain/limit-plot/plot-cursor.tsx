// The cursor of a plot: what was measured at a time, by pointer and by the arrow keys.

import type { KeyboardEvent } from 'react';
import type { HistoryPoints } from '../../../charts/history/history-lines.ts';
import type { PlotBox, PlotScale } from '../../../charts/limit-plot/plot-geometry.ts';

const LABEL_HALF_PX = 76;

export function PlotCursor({
  label,
  points,
  scale,
  box,
  cursor,
  onMove,
  text,
}: {
  label: string;
  points: HistoryPoints;
  scale: PlotScale;
  box: PlotBox;
  /** Index of a point; -1: nowhere. */
  cursor: number;
  onMove: (cursor: number) => void;
  text: (timeMs: number, value: number) => string;
}) {
  const last = points.xs.length - 1;
  const at = Math.min(cursor, last);
  const x = at < 0 ? 0 : scale.x(points.xs[at] as number);
  const words = at < 0 ? '' : text(points.timesMs[at] as number, points.mean[at] as number);
  const move = (event: KeyboardEvent) => {
    const by = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageDown: -20,
      PageUp: 20,
      Home: -points.xs.length,
      End: points.xs.length,
    }[event.key];
    if (by === undefined || last < 0) return;
    event.preventDefault();
    onMove(Math.min(last, Math.max(0, (at < 0 ? last : at) + by)));
  };
  return (
    <>
      <div
        className="plot-keys"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={words}
        style={{ left: box.left, top: box.top, width: box.width, height: box.height }}
        onKeyDown={move}
        onBlur={() => onMove(-1)}
      />
      {at < 0 ? null : (
        <>
          <i className="plot-cursor" style={{ left: x, top: box.top, height: box.height }} />
          <i className="plot-cursor-point" style={{ left: x, top: scale.y(points.mean[at] as number) }} />
          <span
            className="plot-cursor-text"
            style={{
              left: Math.min(box.left + box.width - LABEL_HALF_PX, Math.max(box.left + LABEL_HALF_PX, x)),
              top: box.top + 4,
            }}
          >
            {words}
          </span>
        </>
      )}
    </>
  );
}
