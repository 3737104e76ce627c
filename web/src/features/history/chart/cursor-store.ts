// The position of the cursor in the chart. Only components that follow it render.

import { createContext, useContext, useSyncExternalStore } from 'react';
import { ChangeSignal } from '../../../live/change-signal.ts';

export class CursorStore {
  readonly signal = new ChangeSignal();
  #timeMs: number | null = null;

  get timeMs(): number | null {
    return this.#timeMs;
  }

  set(timeMs: number | null): void {
    if (timeMs === this.#timeMs) return;
    this.#timeMs = timeMs;
    this.signal.tell();
  }
}

const CursorContext = createContext<CursorStore | null>(null);
export const CursorProvider = CursorContext.Provider;

export function useCursor(): CursorStore {
  const store = useContext(CursorContext);
  if (store === null) throw new Error('Outside of a CursorProvider');
  return store;
}

export function useCursorTime(): number | null {
  const store = useCursor();
  return useSyncExternalStore(store.signal.subscribe, () => store.timeMs);
}
