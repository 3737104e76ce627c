// Changing a machine: what the server answers is shown at once, and the lists are asked for again.

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
