// Counts over the whole fleet, from the server.

import type { MachineSummary } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';

/** The server reports a machine that turns stale at once; this only covers what a lost connection missed. */
const REFETCH_MS = 60_000;

export function useSummary() {
  const api = useApi();
  return useQuery({
    queryKey: ['machines', 'summary'],
    queryFn: () => api.machineSummary(),
    refetchInterval: REFETCH_MS,
  });
}

/** Machines with a value past a limit, acknowledged or not. */
export const inAlarm = (conditions: MachineSummary['by_condition']): number =>
  conditions.critical + conditions.critical_acked + conditions.warning + conditions.warning_acked;
