// What the server refuses of a reading. Over MQTT an acknowledgement does not say so, and a reply lists only the first
// thousand faults: the contract has the rules by which the server decides.

import {
  EARLIEST_MS,
  faultOfValue,
  MAX_AHEAD_MS,
  METRICS,
  type MetricName,
  type MetricValues,
  type ValueFault,
} from '@gonsters/contract';

/** How many values were left out of readings, by reason and metric. */
export type RefusedValues = { [reason in ValueFault]?: { [metric in MetricName]?: number } };

/** Counts the values that the server leaves out of a reading. @returns whether it stores anything of it */
export function countRefusedValues(refused: RefusedValues, timestampMs: number, values: MetricValues): boolean {
  let good = 0;
  for (const metric of METRICS) {
    const value = values[metric.name] ?? null;
    if (value === null) continue;
    const fault = faultOfValue(metric, value);
    if (fault === null) {
      good++;
      continue;
    }
    refused[fault] ??= {};
    const counts = refused[fault];
    counts[metric.name] = (counts[metric.name] ?? 0) + 1;
  }
  return good > 0 && timestampMs >= EARLIEST_MS && timestampMs <= Date.now() + MAX_AHEAD_MS;
}

/** `pressure 167 (out_of_range)`, empty where nothing was refused. */
export function refusedText(refused: RefusedValues): string {
  return Object.entries(refused)
    .flatMap(([reason, counts]) => Object.entries(counts).map(([metric, count]) => `${metric} ${count} (${reason})`))
    .join(', ');
}
