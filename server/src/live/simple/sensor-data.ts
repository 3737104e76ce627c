// The `sensor_data` event: one stored reading with what its machine is.

import { isoTime, perMetric, type Reading } from '@gonsters/contract';
import type { MachineEntry } from '../../machines/machine-directory.ts';
import { type ReadingColumns, readingAt } from '../../readings/reading-columns.ts';
import { eventText } from '../event-packet.ts';

export function sensorDataText(machine: MachineEntry, readings: ReadingColumns, row: number): string {
  return textOf(machine, readingAt(readings, row));
}

/** The newest reading of a machine that has one. */
export function newestDataText(machine: MachineEntry): string {
  const values = perMetric((_, index) => {
    const value = machine.latestValues[index] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  });
  return textOf(machine, { timestamp: isoTime(machine.latestMs), ...values });
}

function textOf({ record }: MachineEntry, reading: Reading): string {
  return eventText('sensor_data', {
    machine_id: record.id,
    sensor_type: record.sensorType,
    location: record.location,
    ...reading,
  });
}
