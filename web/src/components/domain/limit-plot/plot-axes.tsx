// Around a plot: the values to its left, the times below it, and a firm line with its name where a day begins.

import { useMemo } from 'react';
import { localMidnights, timeTicks } from '../../../charts/history/history-ticks.ts';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import { type PlotBox, type PlotScale, valueTicks } from '../../../charts/limit-plot/plot-geometry.ts';
import { useText } from '../../../i18n/use-text.ts';
import { browserZone } from '../../../i18n/zone.ts';

const TICK_PX = 96;
const VALUE_PX = 40;
const DAY_NAME_PX = 52;
/** Days can be told from each other in a range of two of them and more. */
const DAYS_FROM_MS = 2 * 86_400_000;

export function PlotAxes({
  box,
  scale,
  span,
  range,
  numberText,
  lanes,
}: {
  box: PlotBox;
  scale: PlotScale;
  span: TimeSpan;
  range: readonly [number, number];
  numberText: (value: number) => string;
  /** Height of what stands between the plot and the times. */
  lanes: number;
}) {
  const { format } = useText();
  const { fromMs, toMs } = span;
  const zone = browserZone();
  const days = useMemo(
    () => (toMs - fromMs >= DAYS_FROM_MS ? localMidnights({ fromMs, toMs }, zone) : []),
    [fromMs, toMs, zone],
  );
  const { unit, timesMs } = useMemo(
    () => timeTicks(fromMs, toMs, Math.max(2, Math.floor(box.width / TICK_PX)), zone),
    [fromMs, toMs, zone, box.width],
  );
  const bottom = box.top + box.height;
  const tickText = (timeMs: number) => {
    if (unit === 'second') return format.clock(timeMs);
    if (unit === 'month') return format.month(timeMs);
    return unit === 'day' ? format.day(timeMs) : format.minute(timeMs);
  };
  // Named above by their lines, the days need no names below.
  const named = days.length > 0 && (days.length + 1) * DAY_NAME_PX <= box.width;
  return (
    <g className="plot-axes">
      {valueTicks(range, Math.max(2, Math.floor(box.height / VALUE_PX))).map((value) => (
        <g key={value}>
          <line className="plot-grid" x1={box.left} x2={box.left + box.width} y1={scale.y(value)} y2={scale.y(value)} />
          <text className="plot-value" x={box.left - 8} y={scale.y(value) + 4}>
            {numberText(value)}
          </text>
        </g>
      ))}
      {days.map((day) => (
        <line
          key={day}
          className="plot-day"
          x1={scale.x(day)}
          x2={scale.x(day)}
          y1={named ? box.top - 18 : box.top}
          y2={bottom}
        />
      ))}
      {named
        ? days
            .filter((day) => scale.x(day) + DAY_NAME_PX <= box.left + box.width + 8)
            .map((day) => (
              <text key={day} className="plot-day-name" x={scale.x(day) + 5} y={box.top - 8}>
                {box.width / days.length > 84 ? format.weekday(day) : format.weekday(day).split(/[ ,]/)[0]}
              </text>
            ))
        : null}
      {named && unit === 'day'
        ? null
        : timesMs.map((timeMs) => (
            <g key={timeMs}>
              {days.length > 0 ? null : (
                <line className="plot-grid" x1={scale.x(timeMs)} x2={scale.x(timeMs)} y1={box.top} y2={bottom} />
              )}
              <text className="plot-time" x={scale.x(timeMs)} y={bottom + lanes + 17}>
                {tickText(timeMs)}
              </text>
            </g>
          ))}
    </g>
  );
}
