// Reorders a list by a handle in each row: dragged with any pointer, or moved with the arrow keys while it has the focus.

import { type KeyboardEvent, type PointerEvent, useRef } from 'react';

const STEPS: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };
const PLACE = 'data-place';

/** Rows carry `row(place)`, their handles `handle(place)`. `onMove` is called for each place that is passed. */
export function useReorder(onMove: (from: number, to: number) => void) {
  const dragged = useRef<{ pointer: number; place: number } | null>(null);
  return {
    row: (place: number) => ({ [PLACE]: place }),
    handle: (place: number) => ({
      style: { touchAction: 'none' as const },
      onKeyDown: (event: KeyboardEvent) => {
        const step = STEPS[event.key];
        if (step === undefined) return;
        event.preventDefault();
        onMove(place, place + step);
      },
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        dragged.current = { pointer: event.pointerId, place };
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        const drag = dragged.current;
        if (drag?.pointer !== event.pointerId) return;
        const list = event.currentTarget.closest('[data-reorder]');
        const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(`[${PLACE}]`);
        if (!over || !list?.contains(over)) return;
        const to = Number(over.getAttribute(PLACE));
        if (to === drag.place) return;
        onMove(drag.place, to);
        drag.place = to;
      },
      onPointerUp: () => {
        dragged.current = null;
      },
      onPointerCancel: () => {
        dragged.current = null;
      },
    }),
  };
}
