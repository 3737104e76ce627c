// One animation-frame loop for everything that draws live data. Each drawing has its own maximum rate and runs only when
// marked.

/** What the scheduler needs from the page; a test hands in its own. */
export interface FrameHost {
  now(): number;
  /** Nobody sees the page: nothing is drawn, and no timer runs for it. */
  hidden(): boolean;
  requestFrame(callback: () => void): number;
  cancelFrame(id: number): void;
  setTimer(callback: () => void, delayMs: number): number;
  clearTimer(id: number): void;
}

export interface Drawing {
  /** Something changed: draw as soon as the rate allows. Cheap, may be called for every reading. */
  mark(): void;
  /** Another greatest rate from now on. */
  setRate(maxHz: number): void;
  remove(): void;
}

interface Entry {
  draw: () => void;
  intervalMs: number;
  lastMs: number;
  dirty: boolean;
}

/** A due time this close is waited for with a frame rather than a timer; also absorbs the jitter of frames. */
const FRAME_MS = 17;
const JITTER_MS = 4;
/** What is due this soon, as a share of its interval, takes a frame that comes anyway: one frame for both is cheaper than two. */
const EARLY = 0.1;

export class FrameScheduler {
  readonly #host: FrameHost;
  readonly #entries = new Set<Entry>();
  #frame: number | null = null;
  #timer: number | null = null;

  constructor(host: FrameHost) {
    this.#host = host;
  }

  /** `draw` runs at most `maxHz` times a second, never in a hidden tab, and at once after a quiet time. */
  add(draw: () => void, maxHz: number): Drawing {
    const entry: Entry = { draw, intervalMs: 1000 / maxHz, lastMs: Number.NEGATIVE_INFINITY, dirty: false };
    this.#entries.add(entry);
    return {
      mark: () => {
        if (entry.dirty || !this.#entries.has(entry)) return;
        entry.dirty = true;
        this.#plan();
      },
      setRate: (hz) => {
        entry.intervalMs = 1000 / hz;
      },
      remove: () => {
        this.#entries.delete(entry);
      },
    };
  }

  /** The page was hidden or shown again: what changed in the meantime is drawn with the next frame. */
  readonly onVisibility = (): void => {
    this.#cancel();
    this.#plan();
  };

  /** Forgets what is due; the drawings stay and run again once marked. */
  stop(): void {
    for (const entry of this.#entries) entry.dirty = false;
    this.#cancel();
  }

  #plan(): void {
    if (this.#frame !== null || this.#host.hidden()) return;
    const now = this.#host.now();
    let waitMs = Number.POSITIVE_INFINITY;
    for (const entry of this.#entries) {
      if (entry.dirty) waitMs = Math.min(waitMs, entry.lastMs + entry.intervalMs - now);
    }
    if (waitMs === Number.POSITIVE_INFINITY) return;
    this.#cancel();
    if (waitMs <= FRAME_MS) this.#frame = this.#host.requestFrame(this.#onFrame);
    else this.#timer = this.#host.setTimer(this.#onTimer, waitMs - FRAME_MS);
  }

  readonly #onTimer = (): void => {
    this.#timer = null;
    this.#plan();
  };

  readonly #onFrame = (): void => {
    this.#frame = null;
    const now = this.#host.now();
    let failure: { error: unknown } | null = null;
    for (const entry of this.#entries) {
      const early = Math.max(JITTER_MS, entry.intervalMs * EARLY);
      if (!entry.dirty || now < entry.lastMs + entry.intervalMs - early) continue;
      entry.dirty = false;
      entry.lastMs = now;
      try {
        entry.draw();
      } catch (error) {
        // One broken drawing must not freeze the others.
        failure ??= { error };
      }
    }
    this.#plan();
    if (failure) throw failure.error;
  };

  #cancel(): void {
    if (this.#frame !== null) this.#host.cancelFrame(this.#frame);
    if (this.#timer !== null) this.#host.clearTimer(this.#timer);
    this.#frame = null;
    this.#timer = null;
  }
}
