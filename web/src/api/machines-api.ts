// Machines: the list, what stands beside it, and one of them.

import type { Machine, MachinePage, MachinePatch, MachineReply, MachineSummary } from '@gonsters/contract';
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
    /** By name; `search` as in the list. */
    machinesWithOwnLimits: (search: string, limit: number, offset: number, signal: AbortSignal) =>
      client.request<MachinePage>({
        method: 'GET',
        path: MACHINES,
        query: { own_limits: 'true', sort: 'name', search, limit, offset },
        signal,
      }),
    machineSummary: () => client.request<MachineSummary>({ method: 'GET', path: `${MACHINES}/summary` }),
    machine: async (machineId: string) =>
      (await client.request<MachineReply>({ method: 'GET', path: `${MACHINES}/${machineId}` })).machine,
    updateMachine: async (machineId: string, body: MachinePatch) =>
      (await client.request<MachineReply>({ method: 'PATCH', path: `${MACHINES}/${machineId}`, body })).machine,
    deleteMachine: (machineId: string, readings: 'keep' | 'delete') =>
      client.request<unknown>({ method: 'DELETE', path: `${MACHINES}/${machineId}`, query: { readings } }),
    /** The limits in force, all overrides applied. */
    machineLimits: async (machineId: string) =>
      (await client.request<LimitsReply>({ method: 'GET', path: `${MACHINES}/${machineId}/limits` })).effective,
  };
}
