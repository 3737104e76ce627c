// Requests about the limits of a machine or a sensor type, with the rules that they result from.

import type { EffectiveLimits, MachineLimits, MetricName } from '@gonsters/contract';
import type { ApiClient } from './http/api-client.ts';

export interface MachineLimitRules {
  limits: MachineLimits;
  sensor_type_limits: MachineLimits;
  plant_limits: MachineLimits;
  effective: Record<MetricName, EffectiveLimits>;
}
export interface SensorTypeLimitRules {
  limits: MachineLimits;
  plant_limits: MachineLimits;
}

export function limitsApi(client: ApiClient) {
  const machine = (machineId: string) => `/data/machines/${machineId}/limits`;
  const sensorType = (name: string) => `/data/sensor-types/${encodeURIComponent(name)}/limits`;
  return {
    machineLimitRules: (machineId: string, signal?: AbortSignal) =>
      client.request<MachineLimitRules>({ method: 'GET', path: machine(machineId), ...(signal ? { signal } : {}) }),
    /** Replaces all limits of its own. */
    saveMachineLimits: (machineId: string, body: MachineLimits) =>
      client.request<MachineLimitRules>({ method: 'PUT', path: machine(machineId), body }),
    sensorTypeLimitRules: (name: string, signal?: AbortSignal) =>
      client.request<SensorTypeLimitRules>({ method: 'GET', path: sensorType(name), ...(signal ? { signal } : {}) }),
    /** Replaces all limits of the sensor type. */
    saveSensorTypeLimits: (name: string, body: MachineLimits) =>
      client.request<SensorTypeLimitRules>({ method: 'PUT', path: sensorType(name), body }),
  };
}
