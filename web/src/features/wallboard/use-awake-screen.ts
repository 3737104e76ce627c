// Prevents the screen from sleeping where the browser allows it: over https, and on the server itself.

import { useEffect } from 'react';

export function useAwakeScreen(): void {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return;
    let ended = false;
    let lock: WakeLockSentinel | null = null;
    // A browser takes the lock away while the page is hidden.
    const ask = async () => {
      if (document.hidden || ended || (lock !== null && !lock.released)) return;
      try {
        const given = await navigator.wakeLock.request('screen');
        if (ended) await given.release();
        else lock = given;
      } catch {
        // Refused, for instance on low battery: the screen then sleeps as it is set to.
      }
    };
    const onVisible = () => void ask();
    onVisible();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      ended = true;
      document.removeEventListener('visibilitychange', onVisible);
      void lock?.release();
    };
  }, []);
}
