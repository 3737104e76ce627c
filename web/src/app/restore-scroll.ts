// Restores the scroll position of a screen that grows while it loads. The router does so too early; this repeats it as the
// screen becomes long enough, unless the user scrolls first.

import type { RegisteredRouter } from '@tanstack/react-router';

const PATIENCE_MS = 2_000;
const OWN_WAY = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

/** @returns a function that ends it */
export function restoreScroll(router: RegisteredRouter): () => void {
  const positions = new Map<string, number>();
  let stop = () => {};
  const endBefore = router.subscribe('onBeforeNavigate', ({ fromLocation }) => {
    stop();
    if (fromLocation?.state.__TSR_key) positions.set(fromLocation.state.__TSR_key, window.scrollY);
  });
  const endRendered = router.subscribe('onRendered', ({ toLocation, pathChanged }) => {
    const target = positions.get(toLocation.state.__TSR_key ?? '');
    if (pathChanged && target !== undefined && target > 0) stop = keepTrying(target);
  });
  return () => {
    stop();
    endBefore();
    endRendered();
  };
}

function keepTrying(target: number): () => void {
  const end = () => {
    sizes.disconnect();
    clearTimeout(timer);
    for (const name of OWN_WAY) window.removeEventListener(name, end);
  };
  const sizes = new ResizeObserver(() => {
    if (document.documentElement.scrollHeight - window.innerHeight < target) return;
    if (window.scrollY < target) window.scrollTo(0, target);
    end();
  });
  sizes.observe(document.body);
  const timer = setTimeout(end, PATIENCE_MS);
  for (const name of OWN_WAY) window.addEventListener(name, end, { passive: true });
  return end;
}
