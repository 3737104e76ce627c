// The columns of the table: what of the machine in focus is chosen.

import { METRIC_NAMES } from '@gonsters/contract';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import type { Series } from '../series.ts';

export const isSeed = (name: string) => (METRIC_NAMES as readonly string[]).includes(name);

/** The metrics that every plant has come together: a reading of one is usually a reading of all of them. */
export function columnsOf(
  series: readonly Series[],
  metrics: readonly MetricView[],
  machineId: string,
): readonly MetricView[] {
  const chosen = series.filter((each) => each.machineId === machineId).map(({ view }) => view);
  if (chosen.some(({ name }) => !isSeed(name))) return chosen;
  return metrics.filter(({ name }) => isSeed(name));
}
