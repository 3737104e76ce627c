// Behind the line of a plot: the zones of its limits, how long each raise lasted, and hatching where nothing was measured.

import type { EffectiveLimits } from '@gonsters/contract';
import { useId } from 'react';
import type { PlotBox, PlotRaise, PlotScale } from '../../../charts/limit-plot/plot-geometry.ts';
import { limitMarks } from '../../../charts/limit-zones.ts';

export function PlotZones({
  limits,
  box,
  scale,
  raises,
  gaps,
}: {
  limits: EffectiveLimits;
  box: PlotBox;
  scale: PlotScale;
  raises: readonly PlotRaise[];
  gaps: readonly (readonly [number, number])[];
}) {
  const hatch = useId();
  const { high_high, high, low, low_low } = limits;
  const bottom = box.top + box.height;
  const y = (value: number | null, otherwise: number) => (value === null ? otherwise : scale.y(value));
  const [highY, lowY] = [y(high ?? high_high, box.top), y(low ?? low_low, bottom)];
  const zone = (name: string, from: number, to: number, isThere = true) =>
    isThere && to > from ? (
      <rect x={box.left} y={from} width={box.width} height={to - from} className={`plot-zone-${name}`} />
    ) : null;
  return (
    <>
      <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1="0" x2="0" y1="0" y2="6" className="plot-hatch" />
      </pattern>
      {zone('normal', highY, lowY, limitMarks(limits).length > 0)}
      {zone('warn', y(high_high, box.top), highY, high !== null)}
      {zone('crit', box.top, y(high_high, box.top), high_high !== null)}
      {zone('warn', lowY, y(low_low, bottom), low !== null)}
      {zone('crit', y(low_low, bottom), bottom, low_low !== null)}
      {gaps.map(([from, to]) => (
        <rect
          key={from}
          x={scale.x(from)}
          y={box.top}
          width={Math.max(0, scale.x(to) - scale.x(from))}
          height={box.height}
          fill={`url(#${hatch})`}
        />
      ))}
      {raises.map(({ key, fromMs, toMs, severity }) => (
        <rect
          key={key}
          x={scale.x(fromMs)}
          y={box.top}
          width={Math.max(2, scale.x(toMs) - scale.x(fromMs))}
          height={box.height}
          className={severity === 'critical' ? 'plot-zone-crit' : 'plot-zone-warn'}
        />
      ))}
    </>
  );
}
