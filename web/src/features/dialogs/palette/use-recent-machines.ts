// Loads machines of which only the id is remembered. Deleted ones are left out.

import type { Machine } from '@gonsters/contract';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { recentMachines } from '../../../components/domain/machines/recent-machines.ts';
import { seedReadings } from '../../../live/live.ts';
import { useLive } from '../../../live/use-live.ts';

export function useRecentMachines(needed: boolean): readonly Machine[] {
  const [ids] = useState(recentMachines.list);
  return useMachinesById(needed ? ids : []);
}

export function useKnownMachine(machineId: string | null): Machine | null {
  return useMachinesById(machineId === null ? [] : [machineId])[0] ?? null;
}

function useMachinesById(ids: readonly string[]): readonly Machine[] {
  const api = useApi();
  const live = useLive();
  return useQueries({
    queries: ids.map((machineId) => ({
      queryKey: ['machines', 'one', machineId],
      queryFn: async () => {
        const found = await api.machine(machineId);
        seedReadings(live, [found]);
        return found;
      },
    })),
  }).flatMap(({ data }) => (data ? [data] : []));
}
