// The names of machines by their ids. Ids that are unknown have none.

import { useQueries } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function useMachineNames(machineIds: readonly string[]): ReadonlyMap<string, string> {
  const api = useApi();
  const distinct = [...new Set(machineIds)].filter((machineId) => UUID.test(machineId));
  const machines = useQueries({
    queries: distinct.map((machineId) => ({
      queryKey: ['machines', 'one', machineId],
      queryFn: () => api.machine(machineId),
    })),
  });
  return new Map(
    machines.flatMap(({ data }, index) => (data ? [[distinct[index] as string, data.name] as [string, string]] : [])),
  );
}
