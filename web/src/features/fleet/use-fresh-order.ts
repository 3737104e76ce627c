// Asks for a list anew when conditions change that decide what stands in it and where; not under somebody's hand.

import { useEffect } from 'react';
import { useLive } from '../../live/use-live.ts';

/** For each page that is loaded: the longer the list, the dearer it is to ask for it. */
const WAIT_MS = 2_000;
/** What one points at must not move away. */
const UNDER_HAND = ':is(.mrow, .mcard, .mtable tr):hover';

/** `renew` null: nothing in the list depends on a condition. */
export function useFreshOrder(renew: (() => void) | null, pages: number): void {
  const { states, alerts } = useLive();
  useEffect(() => {
    if (renew === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = () => {
      timer = undefined;
      if (document.hidden || document.querySelector(UNDER_HAND) !== null) plan();
      else renew();
    };
    const plan = () => {
      timer ??= setTimeout(run, WAIT_MS * pages);
    };
    const ends = [states.signal.subscribe(plan), alerts.signal.subscribe(plan)];
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [renew, pages, states, alerts]);
}
