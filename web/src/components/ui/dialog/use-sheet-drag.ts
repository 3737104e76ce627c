// Closes a bottom sheet that is dragged down by its handle. One that is released early returns.

import { type PointerEvent, type RefObject, useRef } from 'react';

const FAR_PX = 96;
const FAST_PX_PER_MS = 0.6;

export interface DragHandle {
  className: string;
  onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  onPointerUp: (event: PointerEvent<HTMLElement>) => void;
  onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
}

/** Goes onto the part one draws by. Does nothing where the dialog is not a sheet. */
export function useSheetDrag(sheet: RefObject<HTMLElement | null>, onClose: () => void): DragHandle {
  const start = useRef<{ y: number; atMs: number } | null>(null);
  const distance = (event: PointerEvent) => Math.max(0, event.clientY - (start.current?.y ?? event.clientY));
  const move = (offset: string) => {
    if (sheet.current) sheet.current.style.transform = offset;
  };
  return {
    className: 'drag-handle',
    onPointerDown: (event) => {
      const onButton = event.target instanceof Element && event.target.closest('button') !== null;
      if (onButton || !matchMedia('(max-width: 767px)').matches) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      start.current = { y: event.clientY, atMs: event.timeStamp };
    },
    onPointerMove: (event) => {
      if (start.current) move(`translateY(${distance(event)}px)`);
    },
    onPointerUp: (event) => {
      if (!start.current) return;
      const drawn = distance(event);
      const speed = drawn / Math.max(1, event.timeStamp - start.current.atMs);
      start.current = null;
      move('');
      if (drawn > FAR_PX || (drawn > FAR_PX / 4 && speed > FAST_PX_PER_MS)) onClose();
    },
    onPointerCancel: () => {
      start.current = null;
      move('');
    },
  };
}
