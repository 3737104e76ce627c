// Removes files whose readings or rollups are all older than their retention. They go to the trash folder first.

import type { Logger } from '../../../../log.ts';
import type { RetentionDays } from '../../../reading-store.ts';
import { DAY_MS, HOUR_MS, ROLLUP_INTERVALS } from '../../../time-buckets.ts';
import { rollupSpanEndMs } from '../files/file-names.ts';
import type { StoredFile } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { TrashFolder } from '../files/trash-folder.ts';

export class Retention {
  readonly #catalog: PartitionCatalog;
  readonly #trash: TrashFolder;
  readonly #log: Logger;

  constructor(catalog: PartitionCatalog, trash: TrashFolder, log: Logger) {
    this.#catalog = catalog;
    this.#trash = trash;
    this.#log = log;
  }

  async expire(nowMs: number, retention: RetentionDays): Promise<void> {
    const expired = [...this.#expireReadings(nowMs, retention), ...this.#expireRollups(nowMs, retention)];
    if (expired.length === 0) return;
    const batch = this.#trash.newBatch(nowMs);
    this.#log.info(
      { files: expired.length, batch },
      'Expired files of readings are moved to the trash folder for a day',
    );
    await this.#catalog.expire(expired, batch);
  }

  #expireReadings(nowMs: number, retention: RetentionDays): StoredFile[] {
    const catalog = this.#catalog;
    const firstRetained = firstRetainedHour(nowMs, retention);
    const expired: StoredFile[] = [];
    const compacted = new Map(catalog.files.compacted);
    for (const [hour, file] of compacted) {
      if (hour >= firstRetained) continue;
      expired.push(file);
      compacted.delete(hour);
    }
    const l0 = catalog.files.l0.filter((file) => {
      const isRetained = [...file.hours].some((hour) => hour >= firstRetained);
      if (!isRetained) expired.push(file);
      return isRetained;
    });
    if (expired.length > 0) catalog.files = catalog.files.with({ compacted, l0 });
    return expired;
  }

  #expireRollups(nowMs: number, retention: RetentionDays): StoredFile[] {
    const catalog = this.#catalog;
    const expired: StoredFile[] = [];
    for (const interval of ROLLUP_INTERVALS) {
      for (const [span, files] of catalog.files.rollups[interval]) {
        if (rollupSpanEndMs(interval, span) > nowMs - retention[interval] * DAY_MS) continue;
        expired.push(...files);
        catalog.files = catalog.files.with({ rollup: { interval, span, files: [] } });
      }
    }
    return expired;
  }
}

/** Single readings of earlier hours have expired. */
export function firstRetainedHour(nowMs: number, retention: RetentionDays): number {
  return Math.floor((nowMs - retention.raw * DAY_MS) / HOUR_MS);
}
