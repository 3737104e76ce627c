// What a live chart paints beside its line: limit bands, gaps, limit names, alert markers, the newest point.

import type { EffectiveLimits } from '@gonsters/contract';
import type uPlot from 'uplot';
import type { ChartColors } from './chart-colors.ts';
import { type AlertMarker, paintMarkers } from './chart-markers.ts';
import { isCriticalLimit, LIMIT_LABELS, limitMarks, zoneOf } from './limit-zones.ts';

/** A hole in the line; `bad`: values came, and they were bad. */
export type ChartGap = readonly [fromMs: number, toMs: number, reason?: 'bad'];

/** What lies around the line at this moment. */
export interface ChartScene {
  limits: EffectiveLimits;
  gaps: readonly ChartGap[];
  markers: readonly AlertMarker[];
  /** Shown for a limit in the gutter. */
  limitText: (value: number) => string;
  /** Why there is nothing; written into a hole that is wide enough. */
  gapText?: (gap: ChartGap) => string;
}

const FONT = '11px "Inter Variable", Inter, system-ui, sans-serif';
const LABEL_PX = 12;
const HATCH_PX = 6;

/** The line's colour by height: its metric's inside the limits, the status colour outside. */
export function lineStroke(u: uPlot, limits: EffectiveLimits, colors: ChartColors): CanvasGradient | string {
  const { top, height } = u.bbox;
  const marks = limitMarks(limits);
  if (marks.length === 0 || height === 0) return colors.line;
  const gradient = u.ctx.createLinearGradient(0, top, 0, top + height);
  const share = (value: number) => Math.min(1, Math.max(0, (u.valToPos(value, 'y', true) - top) / height));
  const step = (value: number | null, above: string, below: string) => {
    if (value === null) return;
    gradient.addColorStop(share(value), above);
    gradient.addColorStop(share(value), below);
  };
  step(limits.high_high, colors.critText, limits.high === null ? colors.line : colors.warnText);
  step(limits.high, colors.warnText, colors.line);
  step(limits.low, colors.line, colors.warnText);
  step(limits.low_low, limits.low === null ? colors.line : colors.warnText, colors.critText);
  return gradient;
}

/** Below grid and line. */
export function paintBackground(u: uPlot, scene: ChartScene, colors: ChartColors): void {
  const { ctx } = u;
  const { left, top, width, height } = u.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  const { high_high, high, low, low_low } = scene.limits;
  const bottom = top + height;
  const y = (value: number | null, otherwise: number) => (value === null ? otherwise : u.valToPos(value, 'y', true));
  const fill = (from: number, to: number, color: string) => {
    ctx.fillStyle = color;
    ctx.fillRect(left, from, width, to - from);
  };
  const highY = y(high ?? high_high, top);
  const lowY = y(low ?? low_low, bottom);
  if (limitMarks(scene.limits).length > 0) fill(highY, lowY, colors.band);
  if (high !== null) fill(y(high_high, top), highY, colors.bandWarn);
  if (high_high !== null) fill(top, y(high_high, top), colors.bandCrit);
  if (low !== null) fill(lowY, y(low_low, bottom), colors.bandWarn);
  if (low_low !== null) fill(y(low_low, bottom), bottom, colors.bandCrit);
  for (const gap of scene.gaps) {
    const [from, to] = gap;
    const [x, right] = [u.valToPos(from, 'x', true), u.valToPos(to, 'x', true)];
    hatch(u, x, right, colors.hatch);
    if (scene.gapText) writeInto(u, x, right, scene.gapText(gap), colors);
  }
  ctx.restore();
}

/** At the foot of the hole, away from most lines. */
function writeInto(u: uPlot, from: number, to: number, text: string, colors: ChartColors): void {
  const { ctx } = u;
  const scale = devicePixelRatio;
  ctx.font = FONT.replace('11px', `${11 * scale}px`);
  const width = ctx.measureText(text).width + 12 * scale;
  if (width > to - from) return;
  const x = (from + to - width) / 2;
  const y = u.bbox.top + u.bbox.height - 22 * scale;
  ctx.fillStyle = colors.surface;
  ctx.beginPath();
  ctx.roundRect(x, y, width, 18 * scale, 4 * scale);
  ctx.fill();
  ctx.fillStyle = colors.text;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText(text, (from + to) / 2, y + 9 * scale);
}

function hatch(u: uPlot, from: number, to: number, color: string): void {
  const { ctx } = u;
  const { top, height } = u.bbox;
  const step = HATCH_PX * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, top, to - from, height);
  ctx.clip();
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (let x = Math.floor((from - height) / step) * step; x < to; x += step) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.restore();
}

/** Above the line. `last` is the newest point of an unbroken line, null where it does not reach the present. */
export function paintForeground(
  u: uPlot,
  scene: ChartScene,
  colors: ChartColors,
  last: { timeMs: number; value: number } | null,
): void {
  const { ctx } = u;
  const scale = devicePixelRatio;
  ctx.save();
  paintLimits(u, scene, colors);
  paintMarkers(u, scene.markers, colors);
  if (last) {
    const zone = zoneOf(last.value, scene.limits);
    ctx.beginPath();
    ctx.arc(u.valToPos(last.timeMs, 'x', true), u.valToPos(last.value, 'y', true), 3.5 * scale, 0, 2 * Math.PI);
    ctx.fillStyle = zone === 'normal' ? colors.line : isCriticalLimit(zone) ? colors.critFill : colors.warnFill;
    ctx.strokeStyle = colors.surface;
    ctx.lineWidth = 2 * scale;
    ctx.stroke();
    ctx.fill();
  }
  ctx.restore();
}

function paintLimits(u: uPlot, scene: ChartScene, colors: ChartColors): void {
  const { ctx } = u;
  const { left, top, width, height } = u.bbox;
  const scale = devicePixelRatio;
  ctx.font = FONT.replace('11px', `${11 * scale}px`);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.lineWidth = scale;
  ctx.setLineDash([2 * scale, 3 * scale]);
  let lastLabelY = Number.NEGATIVE_INFINITY;
  for (const mark of limitMarks(scene.limits)) {
    const y = Math.round(u.valToPos(mark.value, 'y', true)) + 0.5;
    if (y < top - 1 || y > top + height + 1) continue;
    const color = isCriticalLimit(mark.kind) ? colors.critText : colors.warnText;
    ctx.strokeStyle = color;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    ctx.fillStyle = color;
    const labelY = Math.max(y, lastLabelY + LABEL_PX * scale);
    lastLabelY = labelY;
    ctx.fillText(`${LIMIT_LABELS[mark.kind]} ${scene.limitText(mark.value)}`, left + width + 6 * scale, labelY);
  }
  ctx.setLineDash([]);
}
