// Draws each appearance of a cell once per size and theme and copies it from there, so that thousands of cells are cheap.

import { MACHINE_CONDITIONS } from '@gonsters/contract';
import { readColor } from '../../ui/theme/design-tokens.ts';
import { type HeatCell, rankOf } from './heat-order.ts';

/** Which look a cell has: the four greys, then one for each condition. */
export type LookCode = number;

const GREYS = 4;
const NORMAL = rankOf('normal');

export const lookOf = ({ rank, step }: Pick<HeatCell, 'rank' | 'step'>): LookCode =>
  rank === NORMAL ? step - 1 : GREYS + rank;

/** Every look side by side, `sizePx` device pixels each. */
export interface CellStrip {
  readonly canvas: HTMLCanvasElement;
  readonly sizePx: number;
}

const LINE = 1.25;

export function drawStrip(size: number, scale: number): CellStrip {
  const sizePx = Math.max(1, Math.round(size * scale));
  const canvas = document.createElement('canvas');
  canvas.width = sizePx * (GREYS + MACHINE_CONDITIONS.length);
  canvas.height = sizePx;
  const context = canvas.getContext('2d');
  if (context) {
    const pen = new CellPen(context, sizePx / scale);
    const draw = (look: LookCode, paint: () => void) => {
      context.setTransform(scale, 0, 0, scale, look * sizePx, 0);
      paint();
    };
    for (let step = 0; step < GREYS; step++) draw(step, () => pen.fill(readColor(`cell-${step + 1}`)));
    for (const [rank, condition] of MACHINE_CONDITIONS.entries()) draw(GREYS + rank, () => pen.paint(condition));
  }
  return { canvas, sizePx };
}

/** Draws at the origin, in CSS pixels, nothing outside of the cell. */
class CellPen {
  readonly #context: CanvasRenderingContext2D;
  readonly #size: number;
  readonly #radius: number;

  constructor(context: CanvasRenderingContext2D, size: number) {
    this.#context = context;
    this.#size = size;
    this.#radius = Math.min(4, size * 0.22);
    context.lineJoin = 'round';
    context.lineCap = 'round';
  }

  paint(condition: (typeof MACHINE_CONDITIONS)[number]): void {
    switch (condition) {
      case 'critical':
        this.fill(readColor('crit-fill'));
        this.#shape('diamond', readColor('on-crit'), true);
        break;
      case 'warning':
        this.fill(readColor('warn-fill'));
        this.#shape('triangle', readColor('on-warn'), true);
        break;
      case 'critical_acked':
        this.fill(readColor('crit-tint'));
        this.#outline(readColor('crit-text'));
        this.#shape('diamond', readColor('crit-text'), false);
        break;
      case 'warning_acked':
        this.fill(readColor('warn-tint'));
        this.#outline(readColor('warn-text'));
        this.#shape('triangle', readColor('warn-text'), false);
        break;
      case 'error':
        this.#outline(readColor('crit-text'));
        this.#shape('cross', readColor('crit-text'), false);
        break;
      case 'maintenance':
        this.#hatched(readColor('maint-tint'), readColor('maint-text'));
        break;
      case 'stale':
        this.#outline(readColor('stale-text'), [2.5, 2.2]);
        break;
      case 'inactive':
        this.#outline(readColor('line-3'));
        break;
      case 'never':
        this.#outline(readColor('line-2'));
        this.#shape('dot', readColor('text-3'), true);
        break;
      case 'normal':
        break;
    }
  }

  fill(color: string): void {
    this.#box(0);
    this.#context.fillStyle = color;
    this.#context.fill();
  }

  #box(inset: number): void {
    const side = this.#size - 2 * inset;
    this.#context.beginPath();
    this.#context.roundRect(inset, inset, side, side, Math.max(1, this.#radius - inset));
  }

  #outline(color: string, dash: number[] = []): void {
    this.#context.lineWidth = LINE;
    this.#context.strokeStyle = color;
    this.#context.lineCap = 'butt';
    this.#context.setLineDash(dash);
    this.#box(LINE / 2);
    this.#context.stroke();
    this.#context.setLineDash([]);
  }

  #hatched(tint: string, line: string): void {
    const context = this.#context;
    const size = this.#size;
    context.save();
    this.fill(tint);
    context.clip();
    context.strokeStyle = line;
    context.globalAlpha = 0.75;
    context.lineWidth = 1.2;
    context.beginPath();
    for (let x = -size; x < size; x += size / 3.2) {
      context.moveTo(x, size);
      context.lineTo(x + size, 0);
    }
    context.stroke();
    context.restore();
    this.#outline(line);
  }

  #shape(shape: 'diamond' | 'triangle' | 'cross' | 'dot', color: string, filled: boolean): void {
    const context = this.#context;
    const middle = this.#size / 2;
    const reach = this.#size * 0.21;
    const line = (...points: [x: number, y: number][]) => {
      for (const [i, [x, y]] of points.entries()) {
        if (i === 0) context.moveTo(middle + x * reach, middle + y * reach);
        else context.lineTo(middle + x * reach, middle + y * reach);
      }
    };
    context.beginPath();
    if (shape === 'diamond') line([0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]);
    else if (shape === 'triangle') line([0, -1], [1.1, 0.8], [-1.1, 0.8]);
    else if (shape === 'dot') context.arc(middle, middle, Math.max(1.4, this.#size * 0.1), 0, 2 * Math.PI);
    else {
      line([-1, -1], [1, 1]);
      line([1, -1], [-1, 1]);
    }
    if (shape !== 'cross') context.closePath();
    context.lineWidth = LINE;
    context.fillStyle = color;
    context.strokeStyle = color;
    if (filled) context.fill();
    else context.stroke();
  }
}
