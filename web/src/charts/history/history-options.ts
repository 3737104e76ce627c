// The appearance of a history chart: scales, lines, band, axes, and what is painted around them.

import type { EffectiveLimits } from '@gonsters/contract';
import uPlot from 'uplot';
import { readColor } from '../../components/ui/theme/design-tokens.ts';
import { type ChartColors, HUES } from '../chart-colors.ts';
import { paintBackground, paintForeground } from '../chart-paint.ts';
import { isolatedPoints } from '../isolated-points.ts';
import { scaleRange } from '../limit-zones.ts';
import type { AlignedLines } from './history-lines.ts';
import { timeTicks } from './history-ticks.ts';
import type { TimeSpan } from './history-zoom.ts';

export interface HistoryScene {
  lines: AlignedLines;
  view: TimeSpan;
  zone: string;
  limits: EffectiveLimits;
  /** Of the machine in focus. */
  gaps: readonly (readonly [number, number])[];
  /** Place of the line in the list of machines, which gives its colour: one a line. */
  places: readonly number[];
  focus: number;
  /** Whether the last line is that of an earlier time: grey and dashed, whatever the colour of the one in focus. */
  ghost: boolean;
  /** `bars` for what has increased, where there is one line; steps for several. */
  shape: 'line' | 'bars';
  /** Whether the times stand below it, as they do below the lowest. */
  timeAxis: boolean;
  /** Local midnights. */
  days: readonly number[];
  tickText: (timeMs: number, unit: 'second' | 'minute' | 'day' | 'month', first: boolean) => string;
  numberText: (value: number) => string;
}
/** What changes while the plot exists, and the events that it reports. */
export interface HistoryPlotParts {
  size: { width: number; height: number };
  scene: () => HistoryScene;
  colors: () => ChartColors;
  onReset: () => void;
  onCursor: (u: uPlot) => void;
  onSelect: (u: uPlot) => void;
}

const TIME_AXIS_PX = 28;
const TOP_PX = 22;
const TICK_PX = 88;
/** A point farther from the cursor than this says nothing about it. */
const HOVER_PX = 16;
/** The charts of a page share the cursor. */
const SYNC_KEY = 'history';
/** Lowest and highest come before the lines. */
const FIRST_LINE = 3;

/** Beside the plot, for what is laid over it. */
export const gutterOf = (widthPx: number) => (widthPx < 520 ? { left: 40, right: 50 } : { left: 48, right: 60 });

export function historyOptions({ size, scene, colors, onReset, onCursor, onSelect }: HistoryPlotParts): uPlot.Options {
  const { places, focus, ghost, shape, timeAxis } = scene();
  const gutter = gutterOf(size.width);
  const axis = {
    stroke: () => colors().text,
    font: '11px "Inter Variable", Inter, system-ui, sans-serif',
    grid: { stroke: () => colors().grid, width: 1 },
    ticks: { show: false },
  };
  const hidden: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } };
  const look = shape === 'line' ? null : lookOfIncrease(places.length);
  const colorOf = (place: number) => readColor(`series-${(place % HUES) + 1}`);
  return {
    ...size,
    ms: 1,
    padding: [TOP_PX, gutter.right, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      sync: { key: SYNC_KEY, scales: ['x', null], setSeries: false },
      hover: { prox: HOVER_PX },
      points: { size: (_, series) => (series < FIRST_LINE ? 0 : 8), stroke: () => colors().surface, width: 2 },
      bind: {
        dblclick: () => () => {
          onReset();
          return null;
        },
      },
    },
    scales: {
      x: { time: true, range: () => [scene().view.fromMs, scene().view.toMs] },
      y: { range: (u) => valueRange(u, scene()) },
    },
    bands: [{ series: [2, 1], fill: () => withAlpha(colorOf(places[focus] ?? 0)) }],
    series: [
      {},
      hidden,
      hidden,
      ...places.map(
        (place): uPlot.Series => ({
          stroke: () => colorOf(place),
          width: 1.6,
          spanGaps: false,
          ...(place >= HUES ? { dash: [5, 3] } : {}),
          points: { show: look === null, size: 4, width: 0, fill: () => colorOf(place), filter: isolatedPoints },
          ...(look?.filled ? { fill: () => colorOf(place), width: 0 } : {}),
          ...(look?.paths ? { paths: look.paths } : {}),
        }),
      ),
      ...(ghost ? [{ stroke: () => colors().text, width: 1.2, dash: [4, 4], points: { show: false } }] : []),
    ],
    axes: [
      {
        ...axis,
        size: timeAxis ? TIME_AXIS_PX : 8,
        gap: 8,
        splits: (u) => ticksOf(u, scene()).timesMs,
        values: (u, splits) => {
          if (!timeAxis) return splits.map(() => '');
          const { unit } = ticksOf(u, scene());
          return splits.map((time, i) => scene().tickText(time, unit, i === 0));
        },
      },
      { ...axis, size: gutter.left, gap: 8, space: 40, values: (_, splits) => splits.map(scene().numberText) },
    ],
    hooks: {
      drawClear: [(u) => paintBackground(u, paintedOf(scene()), colors()), (u) => paintDays(u, scene().days, colors())],
      draw: [(u) => paintForeground(u, paintedOf(scene()), colors(), null)],
      setCursor: [onCursor],
      setSelect: [onSelect],
    },
  };
}

function lookOfIncrease(lines: number): { filled: boolean; paths: uPlot.Series.PathBuilder | undefined } {
  return lines === 1
    ? { filled: true, paths: uPlot.paths.bars?.({ size: [0.86, 40] }) }
    : { filled: false, paths: uPlot.paths.stepped?.({ align: 1 }) };
}

/** A firm line where a day begins. */
function paintDays(u: uPlot, days: readonly number[], colors: ChartColors): void {
  const { ctx } = u;
  const { left, top, width, height } = u.bbox;
  ctx.save();
  ctx.strokeStyle = colors.hatch;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (const day of days) {
    const x = Math.round(u.valToPos(day, 'x', true)) + 0.5;
    if (x < left || x > left + width) continue;
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
  }
  ctx.stroke();
  ctx.restore();
}

const paintedOf = ({ limits, gaps, numberText }: HistoryScene) => ({
  limits,
  gaps,
  markers: [],
  limitText: numberText,
});

function ticksOf(u: uPlot, { view, zone }: HistoryScene) {
  return timeTicks(view.fromMs, view.toMs, Math.max(2, Math.floor((u.over.clientWidth || u.width) / TICK_PX)), zone);
}

/** Of everything in the window, with the limits close to it. */
function valueRange(u: uPlot, { view, limits, shape }: HistoryScene): [number, number] {
  const [xs, ...columns] = u.data;
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i] as number;
    if (x < view.fromMs || x > view.toMs) continue;
    for (const column of columns) {
      const value = column[i];
      if (value == null) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (min > max) [min, max] = [limits.low ?? 0, limits.high ?? (limits.low ?? 0) + 1];
  return scaleRange(shape === 'bars' ? Math.min(0, min) : min, max, limits);
}

/** A breath of the line's colour, which is written as #rrggbb in the tokens. */
const withAlpha = (color: string) => `${color}40`;
