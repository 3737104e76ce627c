// Reloads a list when conditions change that decide its content and order, but not while the user points at it.

import { useEffect } from 'react';
import { useLive } from '../../../live/use-live.ts';

/** For each page that is loaded: the longer the list, the dearer it is to ask for it. */
const WAIT_MS = 2_000;
/** A moving pointer over the list means that the user is about to choose; a resting one does not delay the reload. */
const POINTING_MS = 3_000;
const LIST = ':is(.machine-row, .machine-card, .machine-table tr)';

/** `renew` null: nothing in the list depends on a condition. */
export function useListRefresh(renew: (() => void) | null, pages: number): void {
  const { states, alerts } = useLive();
  useEffect(() => {
    if (renew === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pointedMs = Number.NEGATIVE_INFINITY;
    const onMove = (event: PointerEvent) => {
      if (event.target instanceof Element && event.target.closest(LIST) !== null) pointedMs = performance.now();
    };
    const run = () => {
      timer = undefined;
      if (document.hidden || performance.now() - pointedMs < POINTING_MS) plan();
      else renew();
    };
    const plan = () => {
      timer ??= setTimeout(run, WAIT_MS * pages);
    };
    document.addEventListener('pointermove', onMove, { passive: true });
    const ends = [states.signal.subscribe(plan), alerts.signal.subscribe(plan)];
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointermove', onMove);
      for (const end of ends) end();
    };
  }, [renew, pages, states, alerts]);
}
