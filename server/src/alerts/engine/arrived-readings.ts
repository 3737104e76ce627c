// Stored readings together with when they arrived: from that follows where each of them counts in the order of time.

import { concatColumns, type ReadingColumns } from '../../readings/reading-columns.ts';

export interface ArrivedReadings extends ReadingColumns {
  /** Per row the earlier of its own time and its arrival; the same array as `timestampsMs` where no row is ahead of it. */
  readonly countedMs: Float64Array;
  /** When the last of them arrived, UTC ms. */
  readonly arrivedMs: number;
  /** False where they come from the store and it is only known that they arrived by `arrivedMs`. */
  readonly isArrival: boolean;
}

/** Readings that arrive at this moment. */
export function arrivedReadings(readings: ReadingColumns, nowMs: number): ArrivedReadings {
  return withCountedTimes(readings, nowMs, true);
}

/** Readings that are read from the store at this moment: they arrived before, nobody knows when. */
export function storedReadings(readings: ReadingColumns, nowMs: number): ArrivedReadings {
  return withCountedTimes(readings, nowMs, false);
}

/** `parts` in the order in which they arrived. */
export function concatArrived(parts: readonly ArrivedReadings[]): ArrivedReadings {
  const last = parts.at(-1) as ArrivedReadings;
  if (parts.length === 1) return last;
  const readings = concatColumns(parts);
  const { arrivedMs, isArrival } = last;
  if (parts.every((part) => part.countedMs === part.timestampsMs)) {
    return { ...readings, countedMs: readings.timestampsMs, arrivedMs, isArrival };
  }
  const countedMs = new Float64Array(readings.length);
  let at = 0;
  for (const part of parts) {
    countedMs.set(part.countedMs, at);
    at += part.length;
  }
  return { ...readings, countedMs, arrivedMs, isArrival };
}

function withCountedTimes(readings: ReadingColumns, arrivedMs: number, isArrival: boolean): ArrivedReadings {
  const { length, machineIds, timestampsMs, values } = readings;
  let countedMs = timestampsMs;
  for (let row = 0; row < length; row++) {
    if ((timestampsMs[row] as number) <= arrivedMs) continue;
    if (countedMs === timestampsMs) countedMs = timestampsMs.slice();
    countedMs[row] = arrivedMs;
  }
  return { length, machineIds, timestampsMs, values, countedMs, arrivedMs, isArrival };
}
