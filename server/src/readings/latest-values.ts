// The newest value of each metric of one machine. Each value has its own time, because a device may send one value per
// message.

import { METRICS } from '@gonsters/contract';
import type { ColumnsBuilder, ReadingColumns } from './reading-columns.ts';

/** Columns by metric, in catalogue order. */
export interface LatestValues {
  /** When each value was measured, UTC ms; -Infinity if there is no value. */
  readonly latestTimesMs: Float64Array;
  /** NaN if there is no value. */
  readonly latestValues: Float64Array;
}

export function noValues(): LatestValues {
  return {
    latestTimesMs: new Float64Array(METRICS.length).fill(Number.NEGATIVE_INFINITY),
    latestValues: new Float64Array(METRICS.length).fill(Number.NaN),
  };
}

/** Replaces each value that is not newer than the value of row `row`. */
export function mergeReading(
  { latestTimesMs, latestValues }: LatestValues,
  readings: ReadingColumns,
  row: number,
): void {
  const timestampMs = readings.timestampsMs[row] as number;
  for (let m = 0; m < METRICS.length; m++) {
    const value = (readings.values[m] as Float64Array)[row] as number;
    if (Number.isNaN(value) || timestampMs < (latestTimesMs[m] as number)) continue;
    latestTimesMs[m] = timestampMs;
    latestValues[m] = value;
  }
}

/** Removes every value that is newer than `untilMs`. */
export function dropNewerThan({ latestTimesMs, latestValues }: LatestValues, untilMs: number): void {
  for (let m = 0; m < METRICS.length; m++) {
    if (!((latestTimesMs[m] as number) > untilMs)) continue;
    latestTimesMs[m] = Number.NEGATIVE_INFINITY;
    latestValues[m] = Number.NaN;
  }
}

/**
 * Visits the readings that the values belong to, oldest first. Each time is visited once, with the values of that time
 * and NaN for the other metrics.
 *
 * @param sinceMs older values are omitted
 */
export function eachReading(
  { latestTimesMs, latestValues }: LatestValues,
  sinceMs: number,
  visit: (timestampMs: number, values: Float64Array) => void,
): void {
  for (const timestampMs of [...new Set(latestTimesMs)].sort((a, b) => a - b)) {
    if (timestampMs === Number.NEGATIVE_INFINITY || timestampMs < sinceMs) continue;
    visit(
      timestampMs,
      latestValues.map((value, m) => (latestTimesMs[m] === timestampMs ? value : Number.NaN)),
    );
  }
}

/** Adds the readings that the values belong to as rows. */
export function addReadings(to: ColumnsBuilder, machineId: string, latest: LatestValues): void {
  eachReading(latest, Number.NEGATIVE_INFINITY, (timestampMs, values) => to.add(machineId, timestampMs, values));
}

/** The time of the newest reading of each machine. */
export function newestTimesMs({ length, machineIds, timestampsMs }: ReadingColumns): Map<string, number> {
  const newest = new Map<string, number>();
  for (let row = 0; row < length; row++) {
    const machineId = machineIds[row] as string;
    const timestampMs = timestampsMs[row] as number;
    if (timestampMs > (newest.get(machineId) ?? Number.NEGATIVE_INFINITY)) newest.set(machineId, timestampMs);
  }
  return newest;
}
