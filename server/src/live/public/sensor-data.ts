// The `sensor_data` event: one stored reading, with the sensor type and location of its machine.

import { isoTime, perMetric, type Reading } from '@gonsters/contract';
import type { MachineEntry } from '../../machines/machine-service.ts';
import { eachReading } from '../../readings/latest-values.ts';
import { type ReadingColumns, readingAt } from '../../readings/reading-columns.ts';
import { eventText } from '../event-packet.ts';

export function sensorDataText(machine: MachineEntry, readings: ReadingColumns, row: number): string {
  return textOf(machine, readingAt(readings, row));
}

/** The newest value of each metric, as events of the readings that contain them. Values before `sinceMs` are left out. */
export function newestDataTexts(machine: MachineEntry, sinceMs: number): string[] {
  const texts: string[] = [];
  eachReading(machine, sinceMs, (timestampMs, values) => {
    const reading = perMetric((_, index) => {
      const value = values[index] as number;
      return Number.isNaN(value) ? null : value;
    });
    texts.push(textOf(machine, { timestamp: isoTime(timestampMs), ...reading }));
  });
  return texts;
}

function textOf({ record }: MachineEntry, reading: Reading): string {
  return eventText('sensor_data', {
    machine_id: record.id,
    sensor_type: record.sensorType,
    location: record.location,
    ...reading,
  });
}
