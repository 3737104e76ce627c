// Every machine that matches a filter, loaded in large pages, for views that show the whole fleet.

import type { Machine } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import type { MachineFilter } from '../../../api/machines-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { seedReadings } from '../../../live/live.ts';
import { useLive, useOverview } from '../../../live/use-live.ts';

/** The server's greatest page. */
const PAGE = 1000;
const NONE: readonly Machine[] = [];

export interface Fleet {
  phase: 'loading' | 'ready' | 'failed';
  error: unknown;
  /** By name. */
  machines: readonly Machine[];
  /** The machines are still those of the filter before. */
  busy: boolean;
  retry: () => void;
}

/** Takes part in the overview lane, so that the values of all of them stay live. */
export function useFleet(filter: MachineFilter): Fleet {
  const api = useApi();
  const live = useLive();
  useOverview();
  const query = useQuery({
    queryKey: ['machines', 'fleet', filter],
    queryFn: async ({ signal }) => {
      const found = new Map<string, Machine>();
      for (let offset = 0, more = true; more; offset += PAGE) {
        const page = await api.machinePage(filter, { sort: 'name', limit: PAGE, offset }, signal);
        seedReadings(live, page.machines);
        // A machine that is added in the meantime shifts the pages: the last of one can be the first of the next.
        for (const machine of page.machines) found.set(machine.machine_id, machine);
        more = page.pagination.has_more;
      }
      return [...found.values()];
    },
    placeholderData: (previous) => previous,
    // Values come live; comparing thousands of machines with the ones before would only cost.
    structuralSharing: false,
  });
  return {
    phase: query.data ? 'ready' : query.isError ? 'failed' : 'loading',
    error: query.error,
    machines: query.data ?? NONE,
    busy: query.isPlaceholderData,
    retry: () => void query.refetch(),
  };
}
