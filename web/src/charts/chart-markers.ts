// Positions of alert markers above the plot. Markers that overlap are merged, with the worst on top.

import type { Severity } from '@gonsters/contract';
import type uPlot from 'uplot';
import type { ChartColors } from './chart-colors.ts';

/** Closer than this they merge. */
export const MARKER_ROOM_PX = 14;
const RADIUS_PX = 5;
const ABOVE_PLOT_PX = 9;

/** A moment at which an alert was raised. */
export interface AlertMarker {
  timeMs: number;
  severity: Severity;
  /** Drawn as an outline; filled otherwise. */
  acknowledged?: boolean;
  /** What it is a marker of. */
  id?: string;
}

export interface MarkerGroup {
  x: number;
  /** Worst first: the first is what is drawn. */
  markers: AlertMarker[];
}

/** `xOf` gives pixels of the same kind as `room`; markers outside of `from`…`to` are left out. */
export function mergeMarkers(
  markers: readonly AlertMarker[],
  xOf: (marker: AlertMarker) => number,
  { from, to, room }: { from: number; to: number; room: number },
): MarkerGroup[] {
  const groups: MarkerGroup[] = [];
  for (const marker of [...markers].sort(worstFirst)) {
    const x = xOf(marker);
    if (!(x >= from && x <= to)) continue;
    const near = groups.find((group) => Math.abs(group.x - x) < room);
    if (near) near.markers.push(marker);
    else groups.push({ x, markers: [marker] });
  }
  return groups;
}

function worstFirst(a: AlertMarker, b: AlertMarker): number {
  const rank = (marker: AlertMarker) => (marker.severity === 'critical' ? 0 : 2) + (marker.acknowledged ? 1 : 0);
  return rank(a) - rank(b) || b.timeMs - a.timeMs;
}

/** With a hairline down. */
export function paintMarkers(u: uPlot, markers: readonly AlertMarker[], colors: ChartColors): void {
  const { ctx } = u;
  const { left, top, width, height } = u.bbox;
  const scale = devicePixelRatio;
  const groups = mergeMarkers(markers, (marker) => u.valToPos(marker.timeMs, 'x', true), {
    from: left,
    to: left + width,
    room: MARKER_ROOM_PX * scale,
  });
  for (const group of groups) {
    const [worst] = group.markers as [AlertMarker];
    const critical = worst.severity === 'critical';
    const x = Math.round(group.x) + 0.5;
    ctx.strokeStyle = critical ? colors.critText : colors.warnText;
    ctx.fillStyle = worst.acknowledged ? colors.surface : critical ? colors.critFill : colors.warnFill;
    ctx.lineWidth = scale;
    ctx.setLineDash([scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, top + 4 * scale);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.lineWidth = (worst.acknowledged ? 1.5 : 1) * scale;
    tracePath(ctx, critical, x, top - ABOVE_PLOT_PX * scale, RADIUS_PX * scale);
    ctx.fill();
    ctx.stroke();
  }
}

/** A diamond for critical, a triangle for a warning; `y` is its upper point. */
function tracePath(ctx: CanvasRenderingContext2D, critical: boolean, x: number, y: number, r: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  if (critical) {
    ctx.lineTo(x + r, y + r);
    ctx.lineTo(x, y + 2 * r);
    ctx.lineTo(x - r, y + r);
  } else {
    ctx.lineTo(x + r, y + 1.8 * r);
    ctx.lineTo(x - r, y + 1.8 * r);
  }
  ctx.closePath();
}
