// Updates a machine: the reply of the server is shown at once, and the lists are loaded again.

import type { Machine, MachinePatch } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';

/** Rejects with an ApiError. */
export function useUpdateMachine(machineId: string): (patch: MachinePatch) => Promise<Machine> {
  const api = useApi();
  const queries = useQueryClient();
  return async (patch) => {
    const machine = await api.updateMachine(machineId, patch);
    queries.setQueryData(['machines', 'one', machineId], machine);
    void queries.invalidateQueries({ queryKey: ['machines'] });
    void queries.invalidateQueries({ queryKey: ['limits', machineId] });
    return machine;
  };
}
