// Machines: the list, what stands beside it, and one of them.

import type {
  AlarmFilter,
  FleetLimits,
  Machine,
  MachinePage,
  MachineReply,
  MachineSort,
  MachineSummary,
} from '@gonsters/contract';
import type { ApiClient } from './api-client.ts';
import type { LimitsReply } from './replies.ts';

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
      page: { sort: MachineOrder; limit: number; offset: number },
      signal: AbortSignal,
    ) => client.request<MachinePage>({ method: 'GET', path: MACHINES, query: { ...page, ...queryOf(filter) }, signal }),
    machineExport: async (filter: MachineFilter, sort: MachineOrder, format: 'csv' | 'json') => {
      const query = { ...queryOf(filter), sort, format };
      return (await client.open({ method: 'GET', path: `${MACHINES}/export`, query })).blob();
    },
    machineSummary: () => client.request<MachineSummary>({ method: 'GET', path: `${MACHINES}/summary` }),
    machine: async (machineId: string) =>
      (await client.request<MachineReply>({ method: 'GET', path: `${MACHINES}/${machineId}` })).machine,
    /** The limits in force of every machine, told once for all that have the same. */
    fleetLimits: (signal: AbortSignal) => client.request<FleetLimits>({ method: 'GET', path: '/data/limits', signal }),
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
