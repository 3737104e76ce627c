// The `sensor_data` event: one stored reading, with the sensor type and location of its machine.

import { isoTime, METRIC_NAMES, type SensorDataEvent } from '@gonsters/contract';
import type { MachineEntry } from '../../machines/machine-service.ts';
import { metricNameAt } from '../../metric-index.ts';
import type { ReadingBatch } from '../../readings/reading-batch.ts';
import { type ShownMetrics, shownQuality, shownValue } from '../../readings/shown-metrics.ts';
import { eventText } from '../event-packet.ts';

const NOT_MEASURED = Object.fromEntries(METRIC_NAMES.map((name) => [name, null]));

/**
 * The metrics that every machine has are always there, null where not measured; others follow where the reading has them.
 *
 * @returns null if no value of the reading may be shown
 */
export function sensorDataText(
  { record }: MachineEntry,
  batch: ReadingBatch,
  row: number,
  metrics: ShownMetrics,
): string | null {
  const event: Record<string, unknown> = {
    machine_id: record.id,
    sensor_type: record.sensorType,
    location: record.location,
    timestamp: isoTime(batch.timestampsMs[row] as number),
    ...NOT_MEASURED,
  };
  let quality: Record<string, string> | null = null;
  let isEmpty = true;
  const end = batch.starts[row + 1] as number;
  for (let k = batch.starts[row] as number; k < end; k++) {
    const metric = batch.metrics[k] as number;
    if (!metrics.isShown(metric)) continue;
    isEmpty = false;
    const name = metricNameAt(metric);
    event[name] = shownValue(metrics, metric, batch.values[k] as number, batch.qualities[k] as number);
    const notGood = shownQuality(batch.qualities[k] as number);
    if (notGood === null) continue;
    quality ??= {};
    quality[name] = notGood;
  }
  if (quality !== null) event.quality = quality;
  return isEmpty ? null : eventText('sensor_data', event as SensorDataEvent);
}
