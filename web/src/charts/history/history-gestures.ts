// Translates wheel, trackpad and touch events on a history chart into zooming and panning.

export interface GestureHandlers {
  /** `share` of the width, from the left, where it happens. Returns whether anything changed: if not, the page scrolls. */
  zoom: (factor: number, share: number) => boolean;
  /** By a share of the width, to the right where positive. */
  pan: (share: number) => boolean;
  /** A finger that is drawn across shows the values below it. */
  point: (share: number) => void;
}

const ZOOM_PER_PX = 0.0022;
const LINE_PX = 24;
const MOST_PX = 240;

/** `plotOf` gives the part of `element` that the shares are of. @returns a function that ends it */
export function attachGestures(element: HTMLElement, plotOf: () => DOMRect, handlers: GestureHandlers): () => void {
  const fingers = new Map<number, { x: number; y: number }>();
  const shareOf = (clientX: number) => {
    const { left, width } = plotOf();
    return Math.min(1, Math.max(0, (clientX - left) / Math.max(1, width)));
  };

  const onWheel = (event: WheelEvent) => {
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const delta = Math.min(MOST_PX, Math.max(-MOST_PX, (sideways ? event.deltaX : event.deltaY) * scale));
    const changed = sideways
      ? handlers.pan(delta / Math.max(1, plotOf().width))
      : handlers.zoom(Math.exp(delta * ZOOM_PER_PX * (event.ctrlKey ? 4 : 1)), shareOf(event.clientX));
    if (changed || event.ctrlKey) event.preventDefault();
  };

  const onDown = (event: PointerEvent) => {
    if (event.pointerType === 'touch') fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  const onMove = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    if (!other) {
      handlers.point(shareOf(now.x));
      return;
    }
    const distance = (point: { x: number; y: number }) => Math.max(8, Math.hypot(point.x - other.x, point.y - other.y));
    handlers.zoom(distance(before) / distance(now), shareOf((now.x + other.x) / 2));
  };
  const onUp = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
  };

  const ended = new AbortController();
  const { signal } = ended;
  element.addEventListener('wheel', onWheel, { passive: false, signal });
  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  for (const name of ['pointerup', 'pointercancel', 'pointerleave'] as const) {
    element.addEventListener(name, onUp, { signal });
  }
  return () => ended.abort();
}
