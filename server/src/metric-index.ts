// Numbers for the names of metrics within this process. Batches of readings and the state of alerts use these numbers as
// indexes; files, messages and replies use the names.

import { METRIC_NAMES } from '@gonsters/contract';

const names: string[] = [...METRIC_NAMES];
const indexes = new Map<string, number>(names.map((name, index) => [name, index]));

/**
 * The number of a metric, from 0 to 65,535. The metrics of the seed have the numbers 0 to 2. An unknown name gets the next
 * number; therefore only names of the catalogue or of stored readings may be passed, never text of a device.
 */
export function metricIndexOf(name: string): number {
  const known = indexes.get(name);
  if (known !== undefined) return known;
  const index = names.push(name) - 1;
  indexes.set(name, index);
  return index;
}

/** The name of a number that `metricIndexOf` returned. */
export function metricNameAt(index: number): string {
  return names[index] as string;
}
