// Requests about the limits of a machine, with the rules that they result from.

import type { EffectiveLimits, MachineLimits, MetricName } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface MachineLimitRules {
  limits: MachineLimits;
  sensor_type_limits: MachineLimits;
  plant_limits: MachineLimits;
  effective: Record<MetricName, EffectiveLimits>;
}

export function limitsApi(client: ApiClient) {
  const machine = (machineId: string) => `/data/machines/${machineId}/limits`;
  return {
    machineLimitRules: (machineId: string, signal?: AbortSignal) =>
      client.request<MachineLimitRules>({ method: 'GET', path: machine(machineId), ...(signal ? { signal } : {}) }),
    /** Replaces all limits of its own. */
    saveMachineLimits: (machineId: string, body: MachineLimits) =>
      client.request<MachineLimitRules>({ method: 'PUT', path: machine(machineId), body }),
  };
}
