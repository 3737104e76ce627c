// Finds the values that the server refuses, by the rules of the contract. An MQTT acknowledgement does not name them,
// and an HTTP reply lists only the first thousand.

import { EARLIEST_MS, faultOfValue, MAX_AHEAD_MS, METRICS, type Metric, type ValueFault } from '@gonsters/contract';
import type { SentValues } from './sent-values.ts';

const KNOWN = new Map<string, Metric>(METRICS.map((metric) => [metric.name, metric]));

/** The number of omitted values, by reason and metric. */
export type RefusedValues = { [reason in ValueFault]?: { [metric: string]: number } };

/**
 * Counts the values that the server omits from a reading.
 *
 * @returns whether the server stores anything of the reading
 */
export function countRefusedValues(refused: RefusedValues, timestampMs: number, values: SentValues): boolean {
  let good = 0;
  for (const name in values) {
    const metric = KNOWN.get(name);
    // Metrics that the contract does not know have no range.
    const fault = metric === undefined ? null : faultOfValue(metric, values[name]);
    if (fault === null) {
      good++;
      continue;
    }
    refused[fault] ??= {};
    const counts = refused[fault];
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return good > 0 && timestampMs >= EARLIEST_MS && timestampMs <= Date.now() + MAX_AHEAD_MS;
}

/** `pressure 167 (out_of_range)`; empty if nothing was refused. */
export function refusedText(refused: RefusedValues): string {
  return Object.entries(refused)
    .flatMap(([reason, counts]) => Object.entries(counts).map(([metric, count]) => `${metric} ${count} (${reason})`))
    .join(', ');
}
