// Finds out what is to be compacted and merged, and does it. Every step can be repeated.

import type { RetentionDays } from '../../../reading-store.ts';
import { dayOf, HOUR_MS, INTERVALS_MS, ROLLUP_INTERVALS } from '../../../time-buckets.ts';
import type { L0File } from '../files/file-set.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { TrashFolder } from '../files/trash-folder.ts';
import type { Compactor } from './compactor.ts';
import { firstRetainedHour } from './retention.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** An hour is compacted this long after its end. By then most of its late readings have arrived. */
const COMPACT_AFTER_MS = 5 * INTERVALS_MS['1m'];
/** This many L0 files of similar size are merged into one, so that each reading is merged only a few times. */
const MERGED_AT_ONCE = 8;
const MAX_SIZE_TIERS = 4;
const MAX_ROLLUP_FILES = 4;

export class DueCompactions {
  readonly #catalog: PartitionCatalog;
  readonly #trash: TrashFolder;
  readonly #compactor: Compactor;
  readonly #rollups: RollupWriter;

  constructor(deps: { catalog: PartitionCatalog; trash: TrashFolder; compactor: Compactor; rollups: RollupWriter }) {
    this.#catalog = deps.catalog;
    this.#trash = deps.trash;
    this.#compactor = deps.compactor;
    this.#rollups = deps.rollups;
  }

  async mergeL0(): Promise<void> {
    for (let level = 0; level < MAX_SIZE_TIERS; level++) {
      const files = this.#catalog.files.l0.filter((file) => sizeTier(file) === level);
      if (files.length < MERGED_AT_ONCE) continue;
      const [first, last] = [files[0] as L0File, files.at(-1) as L0File];
      if (this.#trash.hasL0Within(first.minSequence, last.maxSequence)) continue;
      await this.#compactor.mergeL0(files);
    }
  }

  async compactDueHours(
    nowMs: number,
    retention: RetentionDays | null,
    takeSequence: () => number,
    ending: AbortSignal,
  ): Promise<void> {
    const { files } = this.#catalog;
    // Without a retention, a rolled-up hour that has no compacted file may have expired.
    const hasExpired = (hour: number) =>
      retention === null ? !files.compacted.has(hour) : hour < firstRetainedHour(nowMs, retention);
    const due: number[] = [];
    for (const hour of files.uncompactedHours(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
      if (!isOver(hour, nowMs) || this.#trash.hasHour(hour)) continue;
      ending.throwIfAborted();
      // The readings behind the rollups of an expired hour are gone. Readings that arrive now must not replace the
      // rollups.
      if (hasExpired(hour) && (await this.#rollups.isRolledUp(hour))) continue;
      due.push(hour);
    }
    due.sort((a, b) => a - b);
    for (const day of new Set(due.map(dayOf))) {
      const hours = due.filter((hour) => dayOf(hour) === day);
      await this.#compactor.compactHours(hours, takeSequence());
    }
  }

  async mergeRollups(): Promise<void> {
    for (const interval of ROLLUP_INTERVALS) {
      for (const [span, files] of this.#catalog.files.rollups[interval]) {
        if (files.length > MAX_ROLLUP_FILES) await this.#rollups.merge(interval, span);
      }
    }
  }
}

/** How often its rows were merged, derived from the number of sequences that it spans. */
function sizeTier(file: L0File): number {
  return Math.floor(Math.log(file.maxSequence - file.minSequence + 1) / Math.log(MERGED_AT_ONCE));
}

/** Whether an hour can be compacted, because most of its late readings have arrived. */
export function isOver(hour: number, nowMs: number): boolean {
  return (hour + 1) * HOUR_MS + COMPACT_AFTER_MS <= nowMs;
}
