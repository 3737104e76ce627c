// Makes the day rollups of another time zone when that of the plant changes, and makes lost ones again.

import type { MonotonicClock } from '../../../../clock.ts';
import type { Logger } from '../../../../log.ts';
import { bucketGrid, type LocalDays, localDaysOf } from '../../../bucket-grid.ts';
import type { RollupInterval } from '../../../time-buckets.ts';
import type { DamageList } from '../files/damage-list.ts';
import { isLocalDaysFolder, rollupSpanEndMs, rollupSpanStartMs } from '../files/file-names.ts';
import type { LocalDayFiles } from '../files/file-set.ts';
import { saveLocalDays } from '../files/local-days-state.ts';
import type { Manifest } from '../files/manifest.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { RollupWriter } from './rollup-writer.ts';

/** One run begins no further month after this time, so that other background jobs are not delayed for long. */
const RUN_FOR_MS = 10_000;

export class LocalDayRebuild {
  readonly #catalog: PartitionCatalog;
  readonly #manifest: Manifest;
  readonly #damage: DamageList;
  readonly #rollups: RollupWriter;
  readonly #plantZone: () => string;
  readonly #monotonic: MonotonicClock;
  readonly #log: Logger;

  constructor(deps: {
    catalog: PartitionCatalog;
    manifest: Manifest;
    damage: DamageList;
    rollups: RollupWriter;
    /** The time zone of the plant at present. */
    plantZone: () => string;
    monotonic: MonotonicClock;
    log: Logger;
  }) {
    this.#catalog = deps.catalog;
    this.#manifest = deps.manifest;
    this.#damage = deps.damage;
    this.#rollups = deps.rollups;
    this.#plantZone = deps.plantZone;
    this.#monotonic = deps.monotonic;
    this.#log = deps.log;
  }

  /** Makes months of days, the newest first, until the time of a run is over. */
  async run(takeSequence: () => number, ending: AbortSignal): Promise<void> {
    const days = localDaysOf(this.#plantZone());
    const known = this.#catalog.files.localDays;
    if (known?.zone !== days?.zone) await this.#begin(days);
    const lost = [...this.#manifest.lost.keys()].filter((name) => name.split('/').some(isLocalDaysFolder));
    // The files that are left still have the days whose hours have expired.
    if (lost.length > 0) await this.#record({ builtFromMs: Number.POSITIVE_INFINITY });
    for (const name of lost) await this.#manifest.forgetLost(name);
    await this.#damage.noteRebuilt(lost);
    if (days !== null) await this.#makeMonths(days, takeSequence, ending);
  }

  /** Forgets the days of the former zone. */
  async #begin(days: LocalDays | null): Promise<void> {
    const former = this.#catalog.files.localDays;
    const files = [...(former?.files.values() ?? [])].flat();
    const begun: LocalDayFiles | null = days && {
      ...{ zone: days.zone, files: new Map() },
      ...{ builtFromMs: Number.POSITIVE_INFINITY, firstMs: Number.NEGATIVE_INFINITY },
    };
    await saveLocalDays(this.#catalog.root, begun);
    this.#catalog.files = this.#catalog.files.with({ localDays: begun });
    await this.#catalog.replace([], files);
    this.#log.info(
      { zone: this.#plantZone(), former: former?.zone ?? 'UTC' },
      'The time zone of the plant has changed. The rollups of its days are made in the background',
    );
  }

  async #makeMonths(days: LocalDays, takeSequence: () => number, ending: AbortSignal): Promise<void> {
    const { rollup } = bucketGrid('1d', days.zone);
    const endMs = this.#monotonic.elapsedMs() + RUN_FOR_MS;
    for (;;) {
      const { builtFromMs, firstMs } = this.#catalog.files.localDays as LocalDayFiles;
      if (builtFromMs === Number.NEGATIVE_INFINITY || this.#monotonic.elapsedMs() >= endMs) return;
      ending.throwIfAborted();
      const months = this.#monthsBefore(rollup, builtFromMs);
      const [month] = months;
      if (month === undefined) {
        await this.#record({
          builtFromMs: Number.NEGATIVE_INFINITY,
          firstMs: Math.max(firstMs, await this.#rollups.localDays.firstComplete(days)),
        });
        this.#log.info({ zone: days.zone }, 'The rollups of the days of the plant are complete');
        return;
      }
      const fromMs = rollupSpanStartMs(month);
      await this.#rollups.localDays.renew({ fromMs, toMs: rollupSpanEndMs('1h', month) }, takeSequence());
      await this.#record({ builtFromMs: fromMs });
      this.#log.info(
        { zone: days.zone, month, remainingMonths: months.length - 1 },
        'Rollups of days of the plant were made',
      );
    }
  }

  /** Months that have rollups, the newest first. */
  #monthsBefore(interval: RollupInterval, beforeMs: number): string[] {
    const months = new Set([...this.#catalog.files.rollups[interval].keys()].map((span) => span.slice(0, 7)));
    return [...months]
      .filter((month) => rollupSpanStartMs(month) < beforeMs)
      .sort()
      .reverse();
  }

  async #record(change: Partial<Pick<LocalDayFiles, 'builtFromMs' | 'firstMs'>>): Promise<void> {
    const { localDays } = this.#catalog.files;
    if (localDays === null) return;
    const next = { ...localDays, ...change };
    this.#catalog.files = this.#catalog.files.with({ localDays: next });
    await saveLocalDays(this.#catalog.root, next);
  }
}
