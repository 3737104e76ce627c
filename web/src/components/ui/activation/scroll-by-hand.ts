// Whether a list moves because the user scrolls it, and not because it has become shorter or a script has scrolled it.

/** Longer than a frame of a busy page, shorter than it takes to aim. */
const PAUSE_MS = 150;
const SCROLL_KEYS = /^(Tab|Arrow|Page|Home|End)/;

export class ScrollByHand {
  #untilMs = Number.NEGATIVE_INFINITY;
  #scrolledMs = Number.NEGATIVE_INFINITY;

  /** @returns whether it was an event of a scroll by hand */
  note(event: Event, nowMs: number): boolean {
    if (event.type === 'pointerdown') this.#untilMs = isOnScrollBar(event as PointerEvent) ? Infinity : -Infinity;
    else if (event.type === 'keydown' && !SCROLL_KEYS.test((event as KeyboardEvent).key)) return false;
    else if (event.type !== 'scroll') this.#untilMs = Math.max(this.#untilMs, nowMs + PAUSE_MS);
    else if (nowMs < this.#untilMs) {
      // A list continues to scroll for a while after a flick.
      this.#untilMs = Math.max(this.#untilMs, nowMs + PAUSE_MS);
      this.#scrolledMs = nowMs;
      return true;
    }
    return false;
  }

  isScrolling(nowMs: number): boolean {
    return nowMs - this.#scrolledMs < PAUSE_MS && nowMs < this.#untilMs;
  }
}

function isOnScrollBar({ target, clientX, clientY }: PointerEvent): boolean {
  if (!(target instanceof HTMLElement) || target.scrollHeight <= target.clientHeight) return false;
  const { left, top } = target === document.documentElement ? { left: 0, top: 0 } : target.getBoundingClientRect();
  return (
    clientX >= left + target.clientLeft + target.clientWidth || clientY >= top + target.clientTop + target.clientHeight
  );
}
