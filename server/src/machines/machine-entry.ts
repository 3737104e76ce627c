// One machine in memory: what is stored of it, its newest values, and the keys by which it is found and ordered.

import { isoTime, type LatestReading, METRIC_NAMES, METRICS } from '@gonsters/contract';
import { nameKey, naturalKey, searchKey } from '../name-key.ts';
import { dropNewerThan, type LatestValues, mergeReading, noValues } from '../readings/latest-values.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { MachineRecord } from './machine-repository.ts';

/** Shared and updated in place; read it, do not keep or change it. */
export interface MachineEntry extends LatestValues {
  readonly record: MachineRecord;
  /** Timestamp of the newest reading, NaN where there is none: the newest of `latestTimesMs`. */
  readonly latestMs: number;
}

export class IndexedEntry implements MachineEntry {
  record: MachineRecord;
  latestMs = Number.NaN;
  readonly latestTimesMs: Float64Array;
  readonly latestValues: Float64Array;
  /** Name, location, sensor type and id, one a line, for a search in any of them. */
  searchKey = '';
  nameKey = '';
  nameOrder = '';
  locationKey = '';
  locationOrder = '';
  sensorTypeKey = '';

  constructor(record: MachineRecord) {
    this.record = record;
    const { latestTimesMs, latestValues } = noValues();
    this.latestTimesMs = latestTimesMs;
    this.latestValues = latestValues;
    this.describe(record);
  }

  describe(record: MachineRecord): void {
    this.record = record;
    this.nameKey = nameKey(record.name);
    this.nameOrder = naturalKey(record.name);
    this.locationKey = nameKey(record.location);
    this.locationOrder = naturalKey(record.location);
    this.sensorTypeKey = nameKey(record.sensorType);
    this.searchKey = searchKey(`${record.name}\n${record.location}\n${record.sensorType}\n${record.id}`);
  }

  /**
   * Takes over each value of row `row` that is not older than the one known. What is newer than `latestPossibleMs` was
   * stored while the clock was ahead, and gives way to anything.
   */
  observe(stored: ReadingColumns, row: number, latestPossibleMs: number): void {
    const timestampMs = stored.timestampsMs[row] as number;
    if (timestampMs < this.latestMs && this.latestMs > latestPossibleMs) {
      dropNewerThan(this, latestPossibleMs);
      this.latestMs = Math.max(...this.latestTimesMs);
    }
    mergeReading(this, stored, row);
    // Not "greater than": NaN, where there was none, is neither.
    if (!(timestampMs < this.latestMs)) this.latestMs = timestampMs;
  }
}

/** The newest values as they are answered. */
export function latestReading(entry: MachineEntry): LatestReading | null {
  if (Number.isNaN(entry.latestMs)) return null;
  const reading: Record<string, string | number | null> = { timestamp: isoTime(entry.latestMs) };
  const at: Record<string, string> = {};
  for (let m = 0; m < METRICS.length; m++) {
    const name = METRIC_NAMES[m] as string;
    const value = entry.latestValues[m] as number;
    const isKnown = !Number.isNaN(value);
    reading[name] = isKnown ? value : null;
    if (isKnown) at[name] = isoTime(entry.latestTimesMs[m] as number);
  }
  return { ...reading, at } as unknown as LatestReading;
}
