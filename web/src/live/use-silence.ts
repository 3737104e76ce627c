// How long no new value has arrived although the connection is up.

import { useSyncExternalStore } from 'react';
import { roundAge } from './second-ticker.ts';
import { useConnection, useLive } from './use-live.ts';

/** Slow machines report once a minute. */
const SILENT_MS = 60_000;

/** Milliseconds of silence, null while values come in, none are expected, or the connection is known to be down. */
export function useSilence(): number | null {
  const { connection, seconds } = useLive();
  const { phase, sinceMs } = useConnection();
  return useSyncExternalStore(seconds.subscribe, () => {
    if (phase !== 'live' || !connection.expectsValues) return null;
    const lastMs = connection.lastFrameMs;
    const silentMs = Date.now() - (Number.isNaN(lastMs) ? sinceMs : lastMs);
    return silentMs >= SILENT_MS ? roundAge(silentMs) : null;
  });
}
