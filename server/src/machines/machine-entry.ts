// One machine in memory: its stored record, its newest values, and the keys for search and order.

import { type Connection, isoTime, type LatestReading, type Machine, METRIC_NAMES, METRICS } from '@gonsters/contract';
import { nameKey, naturalKey, searchKey } from '../name-key.ts';
import { dropNewerThan, type LatestValues, mergeReading, noValues } from '../readings/latest-values.ts';
import type { ReadingColumns } from '../readings/reading-columns.ts';
import type { MachineRecord } from './machine-repository.ts';

/** Shared and updated in place: callers must not change it, and must not keep it. */
export interface MachineEntry extends LatestValues {
  readonly record: MachineRecord;
  /** UTC ms of the newest reading, the newest of `latestTimesMs`; NaN if there is none. */
  readonly latestMs: number;
}

export class IndexedEntry implements MachineEntry {
  record: MachineRecord;
  latestMs = Number.NaN;
  readonly latestTimesMs: Float64Array;
  readonly latestValues: Float64Array;
  /** Name, location, sensor type, id and aliases in separate lines, for a search in any of them. */
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
    this.update(record);
  }

  update(record: MachineRecord): void {
    this.record = record;
    this.nameKey = nameKey(record.name);
    this.nameOrder = naturalKey(record.name);
    this.locationKey = nameKey(record.location);
    this.locationOrder = naturalKey(record.location);
    this.sensorTypeKey = nameKey(record.sensorType);
    const { name, location, sensorType, id, aliases } = record;
    this.searchKey = searchKey([name, location, sensorType, id, ...aliases].join('\n'));
  }

  /** Forgets the newest values, after readings of the machine were deleted. */
  clearValues(): void {
    this.latestTimesMs.fill(Number.NEGATIVE_INFINITY);
    this.latestValues.fill(Number.NaN);
    this.latestMs = Number.NaN;
  }

  /**
   * Merges row `row` of stored readings: each value that is not older than the current one replaces it. Values newer than
   * `latestPossibleMs` were stored while the clock was ahead, and any other value replaces them.
   */
  observe(stored: ReadingColumns, row: number, latestPossibleMs: number): void {
    const timestampMs = stored.timestampsMs[row] as number;
    if (timestampMs < this.latestMs && this.latestMs > latestPossibleMs) {
      dropNewerThan(this, latestPossibleMs);
      this.latestMs = Math.max(...this.latestTimesMs);
    }
    mergeReading(this, stored, row);
    // Not `>`: a comparison with NaN, which stands for no value, is always false.
    if (!(timestampMs < this.latestMs)) this.latestMs = timestampMs;
  }
}

/** The machine as the API returns it. */
export function machineView(entry: MachineEntry, connection: Connection): Machine {
  const { record } = entry;
  const latest = latestReading(entry);
  return {
    machine_id: record.id,
    aliases: [...record.aliases],
    name: record.name,
    location: record.location,
    sensor_type: record.sensorType,
    status: record.status,
    factory_id: record.factoryId,
    created_at: isoTime(record.createdAtMs),
    updated_at: isoTime(record.updatedAtMs),
    last_seen: latest?.timestamp ?? null,
    connection,
    latest,
  };
}

/** The newest values as the API returns them; null if there are none. */
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
