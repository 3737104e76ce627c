// Which rows of several rollup files count.

import { HOUR_MS, type RollupInterval } from '../../../time-buckets.ts';
import type { StoredFile } from '../files/file-set.ts';
import type { Tombstones } from '../files/tombstones.ts';
import { bucketSql, ROLLUP_COLUMNS, readParquet, rollupRows } from '../reading-sql.ts';

/** Each file is compared with those after it, so that the memory for merging many at once grows with their square. */
export const MAX_MERGED_FILES = 16;

export class NewestRollups {
  readonly #tombstones: Pick<Tombstones, 'conditionFor'>;

  constructor(tombstones: Pick<Tombstones, 'conditionFor'>) {
    this.#tombstones = tombstones;
  }

  /**
   * The rows of the files. Only the newest file that has rows of an hour (of a day, in the case of `1d`) counts for it.
   *
   * @param files oldest first, at least one
   */
  rows(interval: RollupInterval, files: readonly StoredFile[], whereMachine = 'true'): string {
    const unit = interval === '1d' ? 'timestamp_ms' : bucketSql('timestamp_ms', HOUR_MS);
    return files
      .map((file, i) => {
        const newer = files.slice(i + 1).map((each) => each.path);
        const isNewest =
          newer.length === 0 ? 'true' : `${unit} NOT IN (SELECT DISTINCT ${unit} FROM ${readParquet(newer)})`;
        return `SELECT ${ROLLUP_COLUMNS}
          FROM ${rollupRows([file], `${whereMachine} AND ${this.#tombstones.conditionFor(file.maxSequence)} AND ${isNewest}`)}`;
      })
      .join(' UNION ALL ');
  }
}
