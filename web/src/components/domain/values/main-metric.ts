// The metric to show where there is space for one value: the abnormal one, else the first of the headline that has a value.

import type { MachineAlarm } from '../../../live/live-alerts.ts';
import type { LiveReadings } from '../../../live/readings/live-readings.ts';
import type { MetricView } from '../metrics/metric-view.ts';
import type { FleetMetrics } from '../metrics/use-type-metrics.ts';

export function mainMetric(
  readings: LiveReadings,
  { machine_id: id, sensor_type: type }: { machine_id: string; sensor_type: string },
  alarm: MachineAlarm | null,
  fleet: FleetMetrics,
): MetricView {
  const { headline, all } = fleet.ofType(type);
  const isWorst = ({ name }: MetricView) => alarm?.metrics.get(name)?.severity === alarm?.severity;
  const abnormal = alarm === null ? undefined : (headline.find(isWorst) ?? all.find(isWorst));
  const measured = headline.find(({ number }) => !Number.isNaN(readings.value(id, number)));
  return abnormal ?? measured ?? (headline[0] as MetricView);
}

/** The colour of one value: neutral unless its own metric, by its name, has an unacknowledged alarm. */
export function valueTone(alarm: MachineAlarm | null, metric: string): '' | 'crit' | 'warn' {
  const condition = alarm?.metrics.get(metric);
  if (!condition || condition.acknowledged) return '';
  return condition.severity === 'critical' ? 'crit' : 'warn';
}
