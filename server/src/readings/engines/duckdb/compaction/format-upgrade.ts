// Rewrites the files of format 1 in the background, the newest first. Every step can be interrupted and repeated.

import type { MonotonicClock } from '../../../../clock.ts';
import type { Logger } from '../../../../log.ts';
import { dayOf, ROLLUP_INTERVALS } from '../../../time-buckets.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { TrashFolder } from '../files/trash-folder.ts';
import type { Compactor } from './compactor.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** Hours that are compacted again in one step. */
const HOURS_PER_STEP = 6;
/** One run begins no further step after this time, so that other background jobs are not delayed for long. */
const RUN_FOR_MS = 20_000;

export class FormatUpgrade {
  readonly #catalog: PartitionCatalog;
  readonly #compactor: Compactor;
  readonly #rollups: RollupWriter;
  readonly #trash: TrashFolder;
  readonly #monotonic: MonotonicClock;
  readonly #log: Logger;

  constructor(deps: {
    catalog: PartitionCatalog;
    compactor: Compactor;
    rollups: RollupWriter;
    trash: TrashFolder;
    monotonic: MonotonicClock;
    log: Logger;
  }) {
    this.#catalog = deps.catalog;
    this.#compactor = deps.compactor;
    this.#rollups = deps.rollups;
    this.#trash = deps.trash;
    this.#monotonic = deps.monotonic;
    this.#log = deps.log;
  }

  async run(takeSequence: () => number, ending: AbortSignal): Promise<void> {
    const startedMs = this.#monotonic.elapsedMs();
    let remaining = this.#remaining();
    while (remaining > 0 && this.#monotonic.elapsedMs() - startedMs < RUN_FOR_MS) {
      ending.throwIfAborted();
      if (!(await this.#rewriteNext(takeSequence))) return;
      const left = this.#remaining();
      const rewritten = remaining - left;
      this.#log.info(
        { rewritten, remaining: left },
        left > 0
          ? 'Files of readings are rewritten from format 1 to format 2'
          : 'All files of readings have been rewritten to format 2',
      );
      remaining = left;
    }
  }

  #remaining(): number {
    let remaining = 0;
    for (const file of this.#catalog.files.all()) if (file.format === 1) remaining += 1;
    return remaining;
  }

  /** False if the remaining files have to wait. */
  async #rewriteNext(takeSequence: () => number): Promise<boolean> {
    const hours = this.#nextHours();
    if (hours.length > 0) {
      await this.#compactor.compactHours(hours, takeSequence());
      return true;
    }
    const { files } = this.#catalog;
    const l0 = files.l0.find((file) => file.format === 1);
    if (l0) {
      await this.#compactor.mergeL0([l0]);
      return true;
    }
    for (const interval of ROLLUP_INTERVALS) {
      const spans = [...files.rollups[interval]].filter(([, each]) => each.some((file) => file.format === 1));
      const newest = spans
        .map(([span]) => span)
        .sort()
        .at(-1);
      if (newest === undefined) continue;
      await this.#rollups.merge(interval, newest);
      return true;
    }
    return false;
  }

  /** Hours of the newest day that has files of format 1. */
  #nextHours(): number[] {
    const hours = [...this.#catalog.files.compacted]
      .filter(([hour, file]) => file.format === 1 && !this.#trash.hasHour(hour))
      .map(([hour]) => hour)
      .sort((a, b) => b - a);
    const day = dayOf(hours[0] ?? 0);
    return hours
      .filter((hour) => dayOf(hour) === day)
      .slice(0, HOURS_PER_STEP)
      .reverse();
  }
}
