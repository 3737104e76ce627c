// The limits in force of every machine, for views that show many of them at once.

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useApi } from '../../../api/use-api.ts';
import type { LimitsOfMetrics } from '../heat/limit-proximity.ts';

/** Gives null while they are not known. */
export function useFleetLimits(): (machineId: string) => LimitsOfMetrics | null {
  const api = useApi();
  const { data } = useQuery({ queryKey: ['limits', 'fleet'], queryFn: ({ signal }) => api.fleetLimits(signal) });
  return useMemo(() => {
    const others = new Map<string, LimitsOfMetrics>();
    for (const { effective, machine_ids } of data?.others ?? []) {
      for (const id of machine_ids) others.set(id, effective);
    }
    return (machineId: string) => others.get(machineId) ?? data?.plant_wide ?? null;
  }, [data]);
}
