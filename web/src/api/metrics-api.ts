// Requests for the catalogue: metrics, machine types, and what a metric is on one machine.

import {
  MAX_METRICS,
  type MachineMetrics,
  type MachineType,
  type MachineTypeInput,
  type MachineTypeList,
  type MachineTypeReply,
  type MetricDefinition,
  type MetricPage,
} from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export function metricsApi(client: ApiClient) {
  const typePath = (name: string) => `/machine-types/${encodeURIComponent(name)}`;
  return {
    /** The whole catalogue, in its order. */
    metrics: async (signal?: AbortSignal): Promise<MetricDefinition[]> =>
      (
        await client.request<MetricPage>({
          method: 'GET',
          path: '/metrics',
          query: { limit: MAX_METRICS },
          ...(signal ? { signal } : {}),
        })
      ).metrics,
    machineTypes: async (signal?: AbortSignal): Promise<MachineType[]> =>
      (await client.request<MachineTypeList>({ method: 'GET', path: '/machine-types', ...(signal ? { signal } : {}) }))
        .machine_types,
    machineType: async (name: string): Promise<MachineType> =>
      (await client.request<MachineTypeReply>({ method: 'GET', path: typePath(name) })).machine_type,
    /** Replaces the whole type. */
    saveMachineType: async (name: string, body: MachineTypeInput): Promise<MachineType> =>
      (await client.request<MachineTypeReply>({ method: 'PUT', path: typePath(name), body })).machine_type,
    /** The metrics of a machine as they are there, with its headline, its charts and the states that say whether it runs. */
    machineMetrics: (machineId: string, signal?: AbortSignal) =>
      client.request<MachineMetrics>({
        method: 'GET',
        path: `/data/machines/${machineId}/metrics`,
        ...(signal ? { signal } : {}),
      }),
  };
}
