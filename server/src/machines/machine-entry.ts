// One machine in memory: its stored record, its newest values, and the keys for search and order.

import { nameKey, naturalKey, searchKey } from '../name-key.ts';
import { lookKeys } from '../name-look.ts';
import { LatestValues } from '../readings/latest-values.ts';
import type { ReadingBatch } from '../readings/reading-batch.ts';
import type { MachineRecord } from './machine-repository.ts';

/** Shared and updated in place: callers must not change it, and must not keep it. */
export interface MachineEntry {
  readonly record: MachineRecord;
  readonly latest: LatestValues;
  /** UTC ms of the newest reading, the newest time in `latest`; NaN if there is none. */
  readonly latestMs: number;
}

export class IndexedEntry implements MachineEntry {
  record: MachineRecord;
  latestMs = Number.NaN;
  latest = new LatestValues();
  /** Name, location, sensor type, id and aliases in separate lines, for a search in any of them. */
  searchKey = '';
  nameKey = '';
  /** Other machines must have none of these; see `lookKeys`. */
  lookKeys: readonly string[] = [];
  nameOrder = '';
  locationKey = '';
  locationOrder = '';
  sensorTypeKey = '';

  constructor(record: MachineRecord) {
    this.record = record;
    this.update(record);
  }

  update(record: MachineRecord): void {
    if (this.nameKey === '' || record.name !== this.record.name) this.lookKeys = lookKeys(record.name);
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
    this.latest = new LatestValues();
    this.latestMs = Number.NaN;
  }

  /**
   * Merges row `row` of stored readings: each value that is not older than the current one replaces it. Values newer than
   * `latestPossibleMs` were stored while the clock was ahead, and any other value replaces them.
   */
  observe(stored: ReadingBatch, row: number, latestPossibleMs: number): void {
    const timestampMs = stored.timestampsMs[row] as number;
    if (timestampMs < this.latestMs && this.latestMs > latestPossibleMs) {
      this.latest.dropNewerThan(latestPossibleMs);
      this.latestMs = this.latest.newestMs;
    }
    this.latest.merge(stored, row);
    // Not `>`: a comparison with NaN, which stands for no value, is always false.
    if (!(timestampMs < this.latestMs)) this.latestMs = timestampMs;
  }
}
