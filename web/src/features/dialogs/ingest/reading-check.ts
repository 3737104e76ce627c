// Checks one reading as the user types it, before it is sent.

import {
  faultOfValue,
  type IngestBatch,
  MAX_AHEAD_MS,
  type Machine,
  METRICS,
  type ValueFault,
} from '@gonsters/contract';

export interface TypedReading {
  /** Null: the moment it is stored. Else as a date-and-time field gives it, in the browser's zone. */
  at: string | null;
  /** As typed, catalogue order. */
  values: readonly string[];
}
export const EMPTY_READING: TypedReading = { at: null, values: METRICS.map(() => '') };

export interface ReadingFaults {
  machine?: 'missing';
  at?: 'missing' | 'future';
  /** By place in the catalogue. */
  values?: Readonly<Record<number, ValueFault>>;
  reading?: 'no_value';
}

/** NaN where it is no number; a comma is a decimal point, and the typographic minus is one. */
export function parseValue(text: string): number {
  const plain = text.trim().replace('−', '-').replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

export function checkReading(machine: Machine | null, typed: TypedReading, nowMs: number): ReadingFaults {
  const values: Record<number, ValueFault> = {};
  METRICS.forEach((definition, metric) => {
    const text = typed.values[metric] ?? '';
    if (text.trim() === '') return;
    const value = parseValue(text);
    const fault = Number.isNaN(value) ? 'not_a_number' : faultOfValue(definition, value);
    if (fault !== null) values[metric] = fault;
  });
  const atMs = typed.at === null ? nowMs : Date.parse(typed.at);
  return {
    ...(machine === null ? { machine: 'missing' as const } : {}),
    ...(Number.isNaN(atMs) ? { at: 'missing' as const } : atMs > nowMs + MAX_AHEAD_MS ? { at: 'future' as const } : {}),
    ...(Object.keys(values).length > 0 ? { values } : {}),
    ...(typed.values.every((text) => text.trim() === '') ? { reading: 'no_value' as const } : {}),
  };
}

/** Of a reading without a fault. */
export function batchOfReading(machine: Machine, typed: TypedReading, nowMs: number, gateway: string): IngestBatch {
  const atMs = typed.at === null ? nowMs : Date.parse(typed.at);
  const measured = METRICS.flatMap(({ name }, metric) => {
    const text = typed.values[metric] ?? '';
    return text.trim() === '' ? [] : [[name, parseValue(text)]];
  });
  return {
    gateway_id: gateway,
    timestamp: new Date(nowMs).toISOString(),
    batch: [
      {
        machine_id: machine.machine_id,
        sensor_type: machine.sensor_type,
        location: machine.location,
        readings: [{ timestamp: new Date(atMs).toISOString(), ...Object.fromEntries(measured) }],
      },
    ],
  };
}
