// A plot of one metric against its limits: zones, envelope, line, raises, and lanes of ticks below. With `onLimit` the limits
// have handles. Everything is in the unit that is shown.

import type { EffectiveLimits, LimitKind } from '@gonsters/contract';
import { type ReactNode, useId, useRef, useState } from 'react';
import type { HistoryPoints } from '../../../charts/history/history-lines.ts';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';
import {
  envelopePath,
  linePath,
  nearestPoint,
  type PlotBox,
  type PlotRaise,
  type PlotScale,
  plotGutters,
  plotRange,
  plotScale,
  spreadOut,
} from '../../../charts/limit-plot/plot-geometry.ts';
import { isCriticalLimit, LIMIT_LABELS, limitMarks } from '../../../charts/limit-zones.ts';
import { useWidth } from '../../ui/use-width.ts';
import { LimitHandles } from './limit-handles.tsx';
import { PlotAxes } from './plot-axes.tsx';
import { PlotCursor } from './plot-cursor.tsx';
import { PlotZones } from './plot-zones.tsx';
import '../../../styles/limit-plot.css';

/** A row of ticks below the plot. */
export interface PlotLane {
  name: 'rang' | 'would';
  timesMs: readonly number[];
}

export interface LimitPlotProps {
  label: string;
  points: HistoryPoints;
  gaps: readonly (readonly [number, number])[];
  span: TimeSpan;
  limits: EffectiveLimits;
  /** Limits that are in force and would be replaced, as dotted lines. */
  was?: readonly { kind: LimitKind; value: number; text: string }[];
  /** Name of the token of the line's colour. */
  color: string;
  height: number;
  raises?: readonly PlotRaise[];
  lanes?: readonly PlotLane[];
  numberText: (value: number) => string;
  /** What the cursor says of a point. */
  pointText: (timeMs: number, value: number) => string;
  /** Smallest change by a key, and what a handle says of itself. */
  step?: number;
  limitName?: (kind: LimitKind) => string;
  onLimit?: (kind: LimitKind, value: number) => void;
  children?: ReactNode;
}

const TOP_PX = 24;
const AXIS_PX = 24;
const LANE_PX = 17;
const LABEL_PX = 14;

export function LimitPlot(props: LimitPlotProps) {
  const { label, points, gaps, span, limits, was = [], color, height, raises = [], lanes = [], onLimit } = props;
  const room = useRef<HTMLDivElement>(null);
  const clip = useId();
  const widthPx = useWidth(room);
  const [cursor, setCursor] = useState(-1);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const gutters = plotGutters(widthPx, onLimit !== undefined);
  const box: PlotBox = {
    left: gutters.left,
    top: TOP_PX,
    width: Math.max(1, widthPx - gutters.left - gutters.right),
    height: height - TOP_PX - AXIS_PX - lanes.length * LANE_PX,
  };
  const marks = limitMarks(limits);
  const seen = [...(onLimit ? marks : []), ...was].map(({ value }) => value);
  // While a handle is dragged the scale stands still, so that the handle stays below the finger.
  const range = drag ?? plotRange(points, limits, [...seen, ...raises.flatMap(({ limit }) => limit ?? [])]);
  const scale = plotScale(box, span, range);
  const bottom = box.top + box.height;
  const move = (x: number) => setCursor(nearestPoint(points, scale.timeAt(x)));
  return (
    <div className="limit-plot" ref={room} style={{ height }}>
      {widthPx === 0 ? null : (
        <>
          <svg
            width={widthPx}
            height={height}
            role="img"
            aria-label={label}
            onPointerMove={(event) => move(event.clientX - event.currentTarget.getBoundingClientRect().left)}
            onPointerLeave={() => setCursor(-1)}
          >
            <clipPath id={clip}>
              <rect x={box.left} y={box.top} width={box.width} height={box.height} />
            </clipPath>
            <g clipPath={`url(#${clip})`}>
              <PlotZones limits={limits} box={box} scale={scale} raises={raises} gaps={gaps} />
            </g>
            <PlotAxes
              box={box}
              scale={scale}
              span={span}
              range={range}
              numberText={props.numberText}
              lanes={lanes.length * LANE_PX}
            />
            <g clipPath={`url(#${clip})`}>
              <path
                d={envelopePath(points, scale, gaps)}
                style={{ fill: `var(--${color})` }}
                className="plot-envelope"
              />
              <Line {...{ points, gaps, scale, limits, box, color, clip }} />
            </g>
            {was.map(({ kind, value, text }) => (
              <g key={kind} className="plot-was">
                <line x1={box.left} x2={box.left + box.width} y1={scale.y(value)} y2={scale.y(value)} />
                {onLimit ? null : (
                  <text x={box.left + box.width + 6} y={scale.y(value) + 4}>
                    {text}
                  </text>
                )}
              </g>
            ))}
            <LimitLines {...{ limits, box, scale, numberText: props.numberText, named: onLimit === undefined }} />
            {raises.map((raise) => (
              <RaiseMark key={raise.key} raise={raise} box={box} scale={scale} />
            ))}
            {lanes.map(({ name, timesMs }, place) => (
              <g key={name} className={`plot-lane plot-lane-${name}`}>
                {timesMs.map((timeMs) => (
                  <line
                    key={timeMs}
                    x1={scale.x(timeMs)}
                    x2={scale.x(timeMs)}
                    y1={bottom + 6 + place * LANE_PX}
                    y2={bottom + 17 + place * LANE_PX}
                  />
                ))}
              </g>
            ))}
          </svg>
          <PlotCursor {...{ label, points, scale, box, cursor, onMove: setCursor, text: props.pointText }} />
          {onLimit ? (
            <LimitHandles
              {...{ limits, was, scale, box, range, step: props.step ?? 1, numberText: props.numberText, onLimit }}
              name={props.limitName ?? ((kind) => LIMIT_LABELS[kind])}
              onDrag={(dragging) => setDrag(dragging ? range : null)}
            />
          ) : null}
          {props.children}
        </>
      )}
    </div>
  );
}

/** In its own colour inside the limits, in that of the status outside. */
function Line({
  points,
  gaps,
  scale,
  limits,
  box,
  color,
  clip,
}: Pick<LimitPlotProps, 'points' | 'gaps' | 'limits' | 'color'> & { scale: PlotScale; box: PlotBox; clip: string }) {
  const path = linePath(points, scale, gaps);
  const edge = (value: number | null, otherwise: number) =>
    value === null ? otherwise : Math.min(box.top + box.height, Math.max(box.top, scale.y(value)));
  const [top, bottom] = [box.top, box.top + box.height];
  const high = edge(limits.high ?? limits.high_high, top);
  const highHigh = edge(limits.high_high, top);
  const low = edge(limits.low ?? limits.low_low, bottom);
  const lowLow = edge(limits.low_low, bottom);
  const bands = [
    { key: 'hh', from: top, to: highHigh, stroke: 'var(--crit-text)' },
    { key: 'h', from: highHigh, to: high, stroke: 'var(--warn-text)' },
    { key: 'n', from: high, to: low, stroke: `var(--${color})` },
    { key: 'l', from: low, to: lowLow, stroke: 'var(--warn-text)' },
    { key: 'll', from: lowLow, to: bottom, stroke: 'var(--crit-text)' },
  ].filter(({ from, to }) => to > from);
  return bands.map(({ key, from, to, stroke }) => (
    <g key={key}>
      <clipPath id={`${clip}-${key}`}>
        <rect x={box.left} y={from} width={box.width} height={to - from} />
      </clipPath>
      <path d={path} className="plot-line" style={{ stroke }} clipPath={`url(#${clip}-${key})`} />
    </g>
  ));
}

function LimitLines({
  limits,
  box,
  scale,
  numberText,
  named,
}: Pick<LimitPlotProps, 'limits' | 'numberText'> & { box: PlotBox; scale: PlotScale; named: boolean }) {
  const shown = limitMarks(limits).filter(
    ({ value }) => scale.y(value) >= box.top - 1 && scale.y(value) <= box.top + box.height + 1,
  );
  const places = spreadOut(
    shown.map(({ value }) => scale.y(value)),
    LABEL_PX,
    box.top + box.height,
  );
  return shown.map(({ kind, value }, i) => (
    <g key={kind} className={isCriticalLimit(kind) ? 'plot-limit is-crit' : 'plot-limit'}>
      <line x1={box.left} x2={box.left + box.width} y1={scale.y(value)} y2={scale.y(value)} />
      {named ? (
        <text x={box.left + box.width + 6} y={(places[i] ?? 0) + 4}>
          {LIMIT_LABELS[kind]} {numberText(value)}
        </text>
      ) : null}
    </g>
  ));
}

/** A mark above the plot with a line down, and the limit that was in force while it lasted. */
function RaiseMark({ raise, box, scale }: { raise: PlotRaise; box: PlotBox; scale: PlotScale }) {
  const x = Math.min(box.left + box.width, Math.max(box.left, scale.x(raise.fromMs)));
  const to = Math.min(box.left + box.width, scale.x(raise.toMs));
  const isCritical = raise.severity === 'critical';
  return (
    <g className={isCritical ? 'plot-raise is-crit' : 'plot-raise'}>
      <line className="plot-raise-down" x1={x} x2={x} y1={box.top} y2={box.top + box.height} />
      <path d={isCritical ? 'M0-6 6 0 0 6-6 0Z' : 'M0-5.5 6 4.5H-6Z'} transform={`translate(${x} ${box.top - 9})`} />
      {raise.limit === null ? null : (
        <line
          className="plot-raise-limit"
          x1={x}
          x2={Math.max(x + 2, to)}
          y1={scale.y(raise.limit)}
          y2={scale.y(raise.limit)}
        />
      )}
    </g>
  );
}
