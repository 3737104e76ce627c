// Draws one large line on a canvas: interrupted where readings are missing, coloured where it is past its limit.

import { NO_LIMITS, scaleRange } from '../../charts/limit-zones.ts';
import { readColor } from '../../components/ui/theme/design-tokens.ts';
import type { SeriesWindow } from '../../live/readings/series-window.ts';

export interface TrendScene {
  window: SeriesWindow;
  fromMs: number;
  toMs: number;
  /** Drawn dotted, with `limitText`; null where there is none. */
  threshold: number | null;
  critical: boolean;
  /** The limit is one from below: what lies under it is abnormal. */
  low: boolean;
  limitText: string;
}

/** Of the canvas' height: a wall is looked at from any distance. */
const LINE_SHARE = 0.012;
const TEXT_SHARE = 0.11;
const PAD_SHARE = 0.1;

export function drawTrend(canvas: HTMLCanvasElement, scene: TrendScene): void {
  const context = canvas.getContext('2d');
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!context || width === 0 || height === 0) return;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  const { fromMs, toMs, threshold, critical } = scene;
  const { xs, ys, min, max, gaps } = scene.window;
  if (Number.isNaN(min)) return;
  const limit = threshold ?? max;
  const [low, high] = scaleRange(Math.min(min, limit), Math.max(max, limit), NO_LIMITS);
  const pad = height * PAD_SHARE;
  const x = (timeMs: number) => ((timeMs - fromMs) / (toMs - fromMs)) * (width - pad);
  const y = (value: number) => height - pad / 2 - ((value - low) / (high - low)) * (height - pad);
  const stroke = Math.max(2, height * LINE_SHARE);
  const past = readColor(critical ? 'crit-text' : 'warn-text');

  context.fillStyle = readColor('surface-2');
  for (const [from, to] of gaps) context.fillRect(x(from), 0, x(to) - x(from), height);

  if (threshold !== null) {
    context.strokeStyle = past;
    context.lineWidth = Math.max(1, stroke / 2);
    context.setLineDash([stroke, stroke * 2]);
    context.beginPath();
    context.moveTo(0, y(threshold));
    context.lineTo(width, y(threshold));
    context.stroke();
    context.setLineDash([]);
    const text = Math.max(12, height * TEXT_SHARE);
    context.font = `500 ${text}px "Inter Variable", Inter, system-ui, sans-serif`;
    context.fillStyle = readColor('text-2');
    const above = y(threshold) - text * 1.3 > 0;
    context.textBaseline = above ? 'bottom' : 'top';
    context.fillText(scene.limitText, 0, y(threshold) + (above ? -text * 0.2 : text * 0.2));
  }

  const line = new Path2D();
  let pen = false;
  xs.forEach((timeMs, point) => {
    const value = ys[point];
    if (value == null) pen = false;
    else if (pen) line.lineTo(x(timeMs), y(value));
    else {
      line.moveTo(x(timeMs), y(value));
      pen = true;
    }
  });
  context.lineWidth = stroke;
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.strokeStyle = readColor('text-2');
  context.stroke(line);
  // The same line once more, in colour, where it is beyond the limit: above it for a high one, below it for a low one.
  const newest = ys.findLast((value) => value != null) ?? Number.NaN;
  if (threshold !== null) {
    context.save();
    context.beginPath();
    if (!scene.low) context.rect(0, 0, width, y(threshold));
    else context.rect(0, y(threshold), width, height);
    context.clip();
    context.strokeStyle = past;
    context.stroke(line);
    context.restore();
  }
  const newestMs = xs.at(-1);
  if (newestMs === undefined || Number.isNaN(newest)) return;
  context.fillStyle = past;
  context.beginPath();
  context.arc(x(newestMs), y(newest), stroke * 2, 0, Math.PI * 2);
  context.fill();
}
