// The metric to show where there is space for one value: the abnormal one, else the first that has a value.

import { METRIC_NAMES } from '@gonsters/contract';
import type { MachineAlarm } from '../../../live/live-alerts.ts';
import type { LiveReadings } from '../../../live/readings/live-readings.ts';

export function mainMetric(readings: LiveReadings, machineId: string, alarm: MachineAlarm | null): number {
  const abnormal = METRIC_NAMES.findIndex(
    (name) => alarm?.metrics.get(name)?.severity === alarm?.severity && alarm?.metrics.has(name),
  );
  if (abnormal >= 0) return abnormal;
  const measured = METRIC_NAMES.findIndex((_, metric) => !Number.isNaN(readings.value(machineId, metric)));
  return Math.max(0, measured);
}

/** The colour of one value: neutral unless its own metric has an unacknowledged alarm. */
export function valueTone(alarm: MachineAlarm | null, metric: number): '' | 'crit' | 'warn' {
  const condition = alarm?.metrics.get(METRIC_NAMES[metric] as (typeof METRIC_NAMES)[number]);
  if (!condition || condition.acknowledged) return '';
  return condition.severity === 'critical' ? 'crit' : 'warn';
}
