// Machines: the list, what stands beside it, and one of them.

import type { Machine, MachineInput, MachinePage, MachineReply, MachineSummary } from '@gonsters/contract';
import type { ApiClient } from './api-client.ts';
import type { LimitsReply } from './replies.ts';

/** What narrows a machine list; an empty text narrows nothing. */
export interface MachineFilter {
  search: string;
  status: Machine['status'] | '';
  connection: Machine['connection'] | '';
  location: string;
  sensorType: string;
}

const MACHINES = '/data/machines';

export function machinesApi(client: ApiClient) {
  return {
    machinePage: (filter: MachineFilter, limit: number, offset: number, signal?: AbortSignal) =>
      client.request<MachinePage>({
        method: 'GET',
        path: MACHINES,
        query: {
          limit,
          offset,
          sort: 'name',
          search: filter.search,
          status: filter.status,
          connection: filter.connection,
          location: filter.location,
          sensor_type: filter.sensorType,
        },
        ...(signal ? { signal } : {}),
      }),
    machineSummary: () => client.request<MachineSummary>({ method: 'GET', path: `${MACHINES}/summary` }),
    createMachine: async (machine: MachineInput) =>
      (await client.request<MachineReply>({ method: 'POST', path: '/data/machine', body: machine })).machine,
    /** All of them or none; a refusal names each fault as `[row].field`. Resolves to how many there were. */
    importMachines: async (machines: readonly MachineInput[]) =>
      (await client.request<{ count: number }>({ method: 'POST', path: `${MACHINES}/import`, body: machines })).count,
    exportMachinesCsv: () => client.request<string>({ method: 'GET', path: `${MACHINES}/export` }),
    exportMachinesJson: async () =>
      (
        await client.request<{ machines: Machine[] }>({
          method: 'GET',
          path: `${MACHINES}/export`,
          query: { format: 'json' },
        })
      ).machines,
    machine: async (machineId: string) =>
      (await client.request<MachineReply>({ method: 'GET', path: `${MACHINES}/${machineId}` })).machine,
    /** The limits in force, all overrides applied. */
    machineLimits: async (machineId: string) =>
      (await client.request<LimitsReply>({ method: 'GET', path: `${MACHINES}/${machineId}/limits` })).effective,
  };
}
