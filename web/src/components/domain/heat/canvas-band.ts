// The canvas of the heat grid: as large as the grid or, where the grid is taller than a few screens, as its visible part.

import { type CellStrip, drawStrip, type LookCode } from './heat-paint.ts';

/** Taller grids are drawn in part: browsers refuse huge canvases, and each pixel is memory. */
const WHOLE_UP_TO_SCREENS = 3;
const NOT_DRAWN = 255;

export class CanvasBand {
  readonly #canvas: HTMLCanvasElement;
  readonly #moved: () => void;
  #context: CanvasRenderingContext2D | null = null;
  #strip: (CellStrip & { size: number; scale: number }) | null = null;
  /** What each cell looked like when it was drawn last, in reading order. */
  #drawn = new Uint8Array(0);
  #top = 0;
  #height = 0;
  #width = 0;
  #scale = 0;
  #gridHeight = 0;

  constructor(canvas: HTMLCanvasElement, moved: () => void) {
    this.#canvas = canvas;
    this.#moved = moved;
    document.addEventListener('scroll', this.#onScroll, { passive: true, capture: true });
  }

  stop(): void {
    document.removeEventListener('scroll', this.#onScroll, { capture: true });
  }

  /** After the theme has changed. */
  forgetStrip(): void {
    this.#strip = null;
  }

  /** Starts a drawing of `count` cells of a size; `whole` clears what is there. */
  begin(grid: { width: number; height: number; count: number; size: number }, whole: boolean): void {
    const scale = window.devicePixelRatio || 1;
    const { top, bottom } = this.#wanted(grid.height);
    const fits = this.#covers(grid.height) && this.#width === grid.width && this.#scale === scale;
    if (!fits || whole) {
      this.#gridHeight = grid.height;
      this.#top = top;
      this.#height = bottom - top;
      this.#width = grid.width;
      this.#scale = scale;
      this.#resize();
    }
    if (!fits || whole || this.#drawn.length !== grid.count) this.#drawn = new Uint8Array(grid.count).fill(NOT_DRAWN);
    if (this.#strip?.size !== grid.size || this.#strip.scale !== scale) {
      this.#strip = { ...drawStrip(grid.size, scale), size: grid.size, scale };
    }
  }

  /** Whether anything between two heights of the grid is on the canvas. */
  shows(top: number, bottom: number): boolean {
    return bottom > this.#top && top < this.#top + this.#height;
  }

  /** Draws one cell unless it already looks like that. */
  put(slot: number, x: number, y: number, look: LookCode): void {
    if (this.#drawn[slot] === look || this.#context === null || this.#strip === null) return;
    const { canvas, sizePx } = this.#strip;
    const left = Math.round(x * this.#scale);
    const top = Math.round((y - this.#top) * this.#scale);
    if (this.#drawn[slot] !== NOT_DRAWN) this.#context.clearRect(left, top, sizePx, sizePx);
    this.#context.drawImage(canvas, look * sizePx, 0, sizePx, sizePx, left, top, sizePx, sizePx);
    this.#drawn[slot] = look;
  }

  /** Setting the size clears it, also where it stays the same. */
  #resize(): void {
    const canvas = this.#canvas;
    canvas.width = Math.round(this.#width * this.#scale);
    canvas.height = Math.round(this.#height * this.#scale);
    canvas.style.width = `${this.#width}px`;
    canvas.style.height = `${this.#height}px`;
    canvas.style.top = `${this.#top}px`;
    this.#context = canvas.getContext('2d');
  }

  #covers(gridHeight: number): boolean {
    if (gridHeight !== this.#gridHeight) return false;
    if (this.#height >= gridHeight) return true;
    const { seenTop, seenBottom } = this.#seen(gridHeight);
    return seenTop >= this.#top && seenBottom <= this.#top + this.#height;
  }

  #wanted(gridHeight: number): { top: number; bottom: number } {
    if (gridHeight <= WHOLE_UP_TO_SCREENS * window.innerHeight) return { top: 0, bottom: gridHeight };
    const { seenTop, seenBottom } = this.#seen(gridHeight);
    return {
      top: Math.max(0, Math.floor(seenTop - window.innerHeight)),
      bottom: Math.min(gridHeight, Math.ceil(seenBottom + window.innerHeight)),
    };
  }

  #seen(gridHeight: number): { seenTop: number; seenBottom: number } {
    const top = -(this.#canvas.parentElement?.getBoundingClientRect().top ?? 0);
    const within = (at: number) => Math.min(gridHeight, Math.max(0, at));
    return { seenTop: within(top), seenBottom: within(top + window.innerHeight) };
  }

  readonly #onScroll = (): void => {
    if (this.#height < this.#gridHeight && !this.#covers(this.#gridHeight)) this.#moved();
  };
}
