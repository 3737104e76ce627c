// One alert, open or closed: the newest known version, with figures that are updated while it is active.

import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { isActive } from '../../../live/live-alerts.ts';
import { useLive } from '../../../live/use-live.ts';

/** Readings and peak grow with every reading, of which the alert lane says nothing. */
const FIGURES_MS = 5_000;

export function useAlert(alertId: string) {
  const api = useApi();
  const { alerts } = useLive();
  const live = useSyncExternalStore(alerts.signal.subscribe, () => alerts.byId(alertId));
  const { data, error, refetch } = useQuery({
    queryKey: ['alerts', 'one', alertId],
    queryFn: ({ signal }) => api.alert(alertId, signal),
    refetchInterval: (query) => (query.state.data && isActive(query.state.data) ? FIGURES_MS : false),
  });
  const alert = live !== null && (data === undefined || live.seq > data.seq) ? live : (data ?? null);
  return { alert, error, refetch };
}
