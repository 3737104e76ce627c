// One machine in memory: what is stored of it, its newest reading, and the keys by which it is found and ordered.

import { isoTime, METRIC_NAMES, METRICS, type MetricName, type Reading } from '@gonsters/contract';
import { nameKey, naturalKey, searchKey } from '../name-key.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { MachineRecord } from './machine-repository.ts';

/** Shared and updated in place; read it, do not keep or change it. */
export interface MachineEntry {
  readonly record: MachineRecord;
  /** Timestamp of the newest reading, NaN where there is none. */
  readonly latestMs: number;
  /** Its values, catalogue order, NaN for not measured. */
  readonly latestValues: Float64Array;
}

export class IndexedEntry implements MachineEntry {
  record: MachineRecord;
  latestMs = Number.NaN;
  readonly latestValues = new Float64Array(METRICS.length).fill(Number.NaN);
  /** Name, location, sensor type and id, one a line, for a search in any of them. */
  searchKey = '';
  nameKey = '';
  nameOrder = '';
  locationKey = '';
  locationOrder = '';
  sensorTypeKey = '';

  constructor(record: MachineRecord) {
    this.record = record;
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
   * Takes over row `row` unless it is older; at the same moment metric by metric. What is newer than `latestPossibleMs`
   * was stored while the clock was ahead, and gives way to anything.
   */
  observe(stored: ReadingColumns, row: number, latestPossibleMs: number): void {
    const timestampMs = stored.timestampsMs[row] as number;
    if (timestampMs < this.latestMs && this.latestMs <= latestPossibleMs) return;
    const merge = timestampMs === this.latestMs;
    this.latestMs = timestampMs;
    for (let m = 0; m < METRICS.length; m++) {
      const value = (stored.values[m] as Float64Array)[row] as number;
      if (!merge || !Number.isNaN(value)) this.latestValues[m] = value;
    }
  }
}

/** The newest reading as it is answered. */
export function latestReading(entry: MachineEntry): Reading | null {
  if (Number.isNaN(entry.latestMs)) return null;
  const reading: Record<string, string | number | null> = { timestamp: isoTime(entry.latestMs) };
  for (let m = 0; m < METRICS.length; m++) {
    const value = entry.latestValues[m] as number;
    reading[METRIC_NAMES[m] as MetricName] = Number.isNaN(value) ? null : value;
  }
  return reading as unknown as Reading;
}
