// Requests about the metrics of one machine, and which of them its type has charts of.

import type { CalibrationReply, MachineMetrics, MachineTypeReply } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export function machineMetricsApi(client: ApiClient) {
  return {
    /** The metrics of a machine as they are there, with its headline, its charts and the states that say whether it runs. */
    machineMetrics: (machineId: string, signal?: AbortSignal) =>
      client.request<MachineMetrics>({
        method: 'GET',
        path: `/data/machines/${machineId}/metrics`,
        ...(signal ? { signal } : {}),
      }),
    /** Replaces the calibration offsets of a metric on a machine. */
    saveCalibration: (machineId: string, metric: string, offsets: readonly { from: string; offset: number }[]) =>
      client.request<CalibrationReply>({
        method: 'PUT',
        path: `/data/machines/${machineId}/metrics/${metric}/calibration`,
        body: { offsets },
      }),
    /** Changes which metrics the machines of a type have charts of; the rest of the type stays as it is. */
    saveTypeCharts: async (type: string, charts: readonly string[]): Promise<void> => {
      const path = `/machine-types/${encodeURIComponent(type)}`;
      const { machine_type: before } = await client.request<MachineTypeReply>({ method: 'GET', path });
      const { name, machines, created_at, updated_at, updated_by, ...definition } = before;
      await client.request<MachineTypeReply>({ method: 'PUT', path, body: { ...definition, charts } });
    },
  };
}
