// A band of states along the time: what runs is as high as the band, idle half of it, stopped a line. Grey, except for a fault.

import type uPlot from 'uplot';
import type { ChartColors } from './chart-colors.ts';

export type BandLevel = 'running' | 'idle' | 'stopped' | 'fault';

export interface BandSpan {
  fromMs: number;
  toMs: number;
  level: BandLevel;
  /** The state, written into a span that is wide enough. */
  text: string;
}

const BAND_PX = 40;
const STOPPED_PX = 3;
const GAP_PX = 1;
const FONT = 'px "Inter Variable", Inter, system-ui, sans-serif';

export function paintBand(u: uPlot, spans: readonly BandSpan[], colors: ChartColors): void {
  const { ctx } = u;
  const scale = devicePixelRatio;
  const { left, top, width, height } = u.bbox;
  const full = Math.min(BAND_PX * scale, height);
  const bottom = top + height;
  const heights = { running: full, idle: full / 2, stopped: STOPPED_PX * scale, fault: full };
  const fills = { running: colors.running, idle: colors.idle, stopped: colors.stopped, fault: colors.critTint };
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.font = `${11 * scale}${FONT}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  for (const { fromMs, toMs, level, text } of spans) {
    const x = u.valToPos(fromMs, 'x', true);
    const wide = Math.max(scale, u.valToPos(toMs, 'x', true) - x - GAP_PX * scale);
    const high = heights[level];
    ctx.fillStyle = fills[level];
    ctx.beginPath();
    ctx.roundRect(x, bottom - high, wide, high, Math.min(2 * scale, high / 2));
    ctx.fill();
    if (level === 'fault') {
      ctx.strokeStyle = colors.critText;
      ctx.lineWidth = 1.25 * scale;
      ctx.stroke();
    }
    if (ctx.measureText(text).width + 12 * scale > wide) continue;
    ctx.fillStyle = level === 'fault' ? colors.critText : colors.strong;
    const above = level === 'stopped' || level === 'idle';
    ctx.fillText(text, x + 6 * scale, above ? bottom - high - 9 * scale : bottom - high / 2);
  }
  ctx.restore();
}
