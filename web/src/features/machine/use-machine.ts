// One machine.

import type { Machine } from '@gonsters/contract';
import { type InfiniteData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../api/use-api.ts';
import { seedReadings } from '../../live/live.ts';
import { useLive } from '../../live/use-live.ts';

export function useMachine(machineId: string) {
  const api = useApi();
  const live = useLive();
  const queries = useQueryClient();
  const machine = useQuery({
    queryKey: ['machines', 'one', machineId],
    queryFn: async () => {
      const found = await api.machine(machineId);
      seedReadings(live, [found]);
      return found;
    },
    placeholderData: () => listedMachine(queries, machineId),
  });
  return { machine };
}

/** The machine as a loaded list has it, so that the screen can show it before the request ends. */
function listedMachine(queries: QueryClient, machineId: string): Machine | undefined {
  const pages = queries.getQueriesData<InfiniteData<{ machines: Machine[] }>>({ queryKey: ['machines', 'list'] });
  const fleets = queries.getQueriesData<readonly Machine[]>({ queryKey: ['machines', 'fleet'] });
  const lists = [
    ...pages.flatMap(([, list]) => list?.pages.map(({ machines }) => machines) ?? []),
    ...fleets.map(([, fleet]) => fleet ?? []),
  ];
  for (const list of lists) {
    const found = list.find((machine) => machine.machine_id === machineId);
    if (found) return found;
  }
  return undefined;
}
