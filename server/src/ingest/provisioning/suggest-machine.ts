// What a payload of an unknown machine says about it.

import { lineSchema, type MachineInput } from '@gonsters/contract';

/** What a machine that nobody described is called until somebody does, from what came with its readings. */
export function suggest(machineId: string, factoryId: string | null, described: unknown): MachineInput {
  const said = (typeof described === 'object' && described !== null ? described : {}) as Record<string, unknown>;
  const line = (value: unknown, max: number, otherwise: string) => lineSchema(max).safeParse(value).data ?? otherwise;
  return {
    name: `Machine ${machineId.slice(0, 8)}`,
    location: line(said.location, 100, line(factoryId, 100, 'Unknown')),
    sensor_type: line(said.sensor_type, 50, 'Unknown'),
    status: 'active',
  };
}

/** Roughly what a person wants to know: how much it has sent. */
export function readingsIn(described: unknown): number {
  if (Array.isArray(described)) return described.length;
  const readings = (described as { readings?: unknown } | null)?.readings;
  return Array.isArray(readings) ? readings.length : 1;
}
