// Checks one reading as the user types it, before it is sent.

import { type IngestBatch, MAX_AHEAD_MS, type Machine, type ValueFault } from '@gonsters/contract';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';

export interface TypedReading {
  /** Null: the moment it is stored. Else as a date-and-time field gives it, in the browser's zone. */
  at: string | null;
  /** As typed, by metric: numbers in the unit that is shown, `true` or `false`, names of states. */
  values: Readonly<Record<string, string>>;
}
export const EMPTY_READING: TypedReading = { at: null, values: {} };

/** What a value must be. */
export type EnteredMetric = Pick<MetricView, 'name' | 'kind' | 'min' | 'max' | 'toStored'>;

export interface ReadingFaults {
  machine?: 'missing';
  at?: 'missing' | 'future';
  /** By metric. */
  values?: Readonly<Record<string, ValueFault>>;
  reading?: 'no_value';
}

/** NaN where it is no number; a comma is a decimal point, and the typographic minus is one. */
export function parseValue(text: string): number {
  const plain = text.trim().replace('−', '-').replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

export function checkReading(
  machine: Machine | null,
  typed: TypedReading,
  metrics: readonly EnteredMetric[],
  nowMs: number,
): ReadingFaults {
  const entered = metrics.filter((metric) => textOf(typed, metric) !== '');
  const faults = entered.flatMap((metric) => {
    const fault = faultOf(metric, textOf(typed, metric));
    return fault === null ? [] : [[metric.name, fault] as const];
  });
  const atMs = typed.at === null ? nowMs : Date.parse(typed.at);
  return {
    ...(machine === null ? { machine: 'missing' as const } : {}),
    ...(Number.isNaN(atMs) ? { at: 'missing' as const } : atMs > nowMs + MAX_AHEAD_MS ? { at: 'future' as const } : {}),
    ...(faults.length > 0 ? { values: Object.fromEntries(faults) } : {}),
    ...(entered.length === 0 ? { reading: 'no_value' as const } : {}),
  };
}

const textOf = ({ values }: TypedReading, { name }: EnteredMetric) => (values[name] ?? '').trim();

function faultOf({ kind, min, max }: EnteredMetric, text: string): ValueFault | null {
  if (kind === 'boolean' || kind === 'state') return null;
  const value = parseValue(text);
  if (Number.isNaN(value)) return 'not_a_number';
  return value < (min ?? value) || value > (max ?? value) ? 'out_of_range' : null;
}

/** Of a reading without a fault. */
export function batchOfReading(
  machine: Machine,
  typed: TypedReading,
  metrics: readonly EnteredMetric[],
  nowMs: number,
  gateway: string,
): IngestBatch {
  const atMs = typed.at === null ? nowMs : Date.parse(typed.at);
  const measured = metrics.flatMap((metric) => {
    const text = textOf(typed, metric);
    return text === '' ? [] : [[metric.name, sentValue(metric, text)]];
  });
  return {
    gateway_id: gateway,
    timestamp: new Date(nowMs).toISOString(),
    // Stored as typed, without the calibration offsets of sensors.
    as_read: true,
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

function sentValue({ kind, toStored }: EnteredMetric, text: string): number | boolean | string {
  if (kind === 'boolean') return text === 'true';
  return kind === 'state' ? text : toStored(parseValue(text));
}
