// Requests about machines: the list, its summary, and single machines.

import type {
  AlarmFilter,
  EffectiveLimits,
  FleetLimits,
  Handover,
  Machine,
  MachineInput,
  MachinePage,
  MachinePatch,
  MachineReply,
  MachineSort,
  MachineSummary,
  MetricName,
  SuccessorReply,
} from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';
import { downloadFile } from './http/download.ts';

interface LimitsReply {
  effective: Record<MetricName, EffectiveLimits>;
}

/** What narrows a machine list; an empty text narrows nothing. */
export interface MachineFilter {
  search: string;
  status: Machine['status'] | '';
  connection: Machine['connection'] | '';
  alarm: AlarmFilter | '';
  location: string;
  sensorType: string;
}
export const NO_FILTER: MachineFilter = {
  search: '',
  status: '',
  connection: '',
  alarm: '',
  location: '',
  sensorType: '',
};

/** A hyphen in front for descending. */
export type MachineOrder = MachineSort | `-${MachineSort}`;

const MACHINES = '/data/machines';

export function machinesApi(client: ApiClient) {
  return {
    machinePage: (
      filter: MachineFilter,
      page: { sort: MachineOrder; limit: number; offset: number; fields?: string },
      signal?: AbortSignal,
    ) =>
      client.request<MachinePage>({
        method: 'GET',
        path: MACHINES,
        query: { ...page, ...queryOf(filter) },
        ...(signal ? { signal } : {}),
      }),
    /** As a file, which can be imported again. */
    downloadMachines: (filter: MachineFilter, sort: MachineOrder, format: 'csv' | 'json') =>
      downloadFile(client, `${MACHINES}/export`, { ...queryOf(filter), sort, format }, `machines.${format}`),
    /** By name; `search` as in the list. */
    machinesWithOwnLimits: (search: string, limit: number, offset: number, signal: AbortSignal) =>
      client.request<MachinePage>({
        method: 'GET',
        path: MACHINES,
        query: { own_limits: 'true', sort: 'name', search, limit, offset },
        signal,
      }),
    machineSummary: () => client.request<MachineSummary>({ method: 'GET', path: `${MACHINES}/summary` }),
    createMachine: async (machine: MachineInput) =>
      (await client.request<MachineReply>({ method: 'POST', path: '/data/machine', body: machine })).machine,
    /** All of them or none; a refusal names each fault as `[row].field`. Resolves to how many there were. */
    importMachines: async (machines: readonly MachineInput[]) =>
      (await client.request<{ count: number }>({ method: 'POST', path: `${MACHINES}/import`, body: machines })).count,
    machine: async (machineId: string) =>
      (await client.request<MachineReply>({ method: 'GET', path: `${MACHINES}/${machineId}` })).machine,
    /** The limits in force of every machine; machines with the same limits share one entry. */
    fleetLimits: (signal: AbortSignal) => client.request<FleetLimits>({ method: 'GET', path: '/data/limits', signal }),
    updateMachine: async (machineId: string, body: MachinePatch) =>
      (await client.request<MachineReply>({ method: 'PATCH', path: `${MACHINES}/${machineId}`, body })).machine,
    deleteMachine: (machineId: string, readings: 'keep' | 'delete') =>
      client.request<unknown>({ method: 'DELETE', path: `${MACHINES}/${machineId}`, query: { readings } }),
    /** Hands the aliases of a machine, and if wanted its readings, to another one. */
    handOver: (machineId: string, body: { machine_id: string; history: boolean }) =>
      client.request<SuccessorReply>({ method: 'POST', path: `/machines/${machineId}/successor`, body }),
    handover: async (machineId: string, signal: AbortSignal) =>
      (await client.request<{ history: Handover }>({ method: 'GET', path: `/machines/${machineId}/successor`, signal }))
        .history,
    /** The limits in force, all overrides applied. */
    machineLimits: async (machineId: string) =>
      (await client.request<LimitsReply>({ method: 'GET', path: `${MACHINES}/${machineId}/limits` })).effective,
  };
}

const queryOf = ({ search, status, connection, alarm, location, sensorType }: MachineFilter) => ({
  search,
  status,
  connection,
  alarm,
  location,
  sensor_type: sensorType,
});
