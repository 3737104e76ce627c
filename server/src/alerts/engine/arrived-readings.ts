// Readings together with the time at which they arrived. Each reading is ordered by its effective time: the earlier of its
// timestamp and its arrival, so that a device whose clock is ahead does not hide what others send (decision 61).

import { concatBatches, type ReadingBatch } from '../../readings/reading-batch.ts';

export interface ArrivedReadings extends ReadingBatch {
  /** Per row, UTC ms. It is the same array as `timestampsMs` if no row is ahead of its arrival. */
  readonly effectiveMs: Float64Array;
  /** When the last of them arrived, UTC ms. */
  readonly arrivedMs: number;
  /** False for readings that were read from the store: they arrived at some time before `arrivedMs`. */
  readonly isArrival: boolean;
  /** None of them is live, however new it is. */
  readonly isHistory?: true;
}

/** Readings that arrive now. */
export function arrivedReadings(readings: ReadingBatch, nowMs: number): ArrivedReadings {
  return withEffectiveTimes(readings, nowMs, true);
}

/** Readings that are read from the store now. */
export function storedReadings(readings: ReadingBatch, nowMs: number): ArrivedReadings {
  return withEffectiveTimes(readings, nowMs, false);
}

/** Readings that were refused when they arrived, and were stored now. */
export function historicReadings(readings: ReadingBatch, nowMs: number): ArrivedReadings {
  return { ...withEffectiveTimes(readings, nowMs, false), isHistory: true };
}

/** One batch of several, which are given in the order in which they arrived. */
export function concatArrived(batches: readonly ArrivedReadings[]): ArrivedReadings {
  const last = batches.at(-1) as ArrivedReadings;
  if (batches.length === 1) return last;
  const readings = concatBatches(batches);
  const { arrivedMs, isArrival } = last;
  if (batches.every((batch) => batch.effectiveMs === batch.timestampsMs)) {
    return { ...readings, effectiveMs: readings.timestampsMs, arrivedMs, isArrival };
  }
  const effectiveMs = new Float64Array(readings.length);
  let at = 0;
  for (const batch of batches) {
    effectiveMs.set(batch.effectiveMs, at);
    at += batch.length;
  }
  return { ...readings, effectiveMs, arrivedMs, isArrival };
}

export function withEffectiveTimes(readings: ReadingBatch, arrivedMs: number, isArrival: boolean): ArrivedReadings {
  const { length, timestampsMs } = readings;
  let effectiveMs = timestampsMs;
  for (let row = 0; row < length; row++) {
    if ((timestampsMs[row] as number) <= arrivedMs) continue;
    if (effectiveMs === timestampsMs) effectiveMs = timestampsMs.slice();
    effectiveMs[row] = arrivedMs;
  }
  return { ...readings, effectiveMs, arrivedMs, isArrival };
}
