// Makes rollups again from what there is: those that are missing, and those of a metric whose kind has changed.

import type { Logger } from '../../../../log.ts';
import type { RetentionDays } from '../../../reading-store.ts';
import { DAY_MS, dayOf, ROLLUP_INTERVALS, type RollupInterval } from '../../../time-buckets.ts';
import type { DamageList } from '../files/damage-list.ts';
import { parseRollupName } from '../files/file-names.ts';
import type { Manifest } from '../files/manifest.ts';
import type { PartitionCatalog } from '../files/partition-catalog.ts';
import type { RollupWriter } from './rollup-writer.ts';
import type { SummarisedKinds } from './summarised-kinds.ts';

export class RollupRenewal {
  readonly #catalog: PartitionCatalog;
  readonly #manifest: Manifest;
  readonly #rollups: RollupWriter;
  readonly #kinds: SummarisedKinds;
  readonly #damage: DamageList;
  readonly #log: Logger;

  constructor(deps: {
    catalog: PartitionCatalog;
    manifest: Manifest;
    rollups: RollupWriter;
    kinds: SummarisedKinds;
    damage: DamageList;
    log: Logger;
  }) {
    this.#catalog = deps.catalog;
    this.#manifest = deps.manifest;
    this.#rollups = deps.rollups;
    this.#kinds = deps.kinds;
    this.#damage = deps.damage;
    this.#log = deps.log;
  }

  /** One day of each metric whose kind has changed, and every missing file. */
  async run(
    nowMs: number,
    retention: RetentionDays | null,
    takeSequence: () => number,
    ending: AbortSignal,
  ): Promise<void> {
    await this.runLost(takeSequence, ending);
    if (retention !== null) await this.#manifest.forgetLostBefore(nowMs - retention.raw * DAY_MS);
    for (const { name, nextDay } of this.#kinds.renewals()) {
      ending.throwIfAborted();
      const days = [...new Set([...this.#catalog.files.compacted.keys()].map(dayOf))].sort((a, b) => b - a);
      const [day, ...rest] = days.filter((each) => each <= nextDay);
      if (day !== undefined) await this.#rollups.renewMetric(day, name, takeSequence());
      this.#log.info(
        { metric: name, remainingDays: rest.length },
        'The rollups of a metric are renewed for its new kind',
      );
      await this.#kinds.noteRenewed(name, rest[0] ?? null);
    }
  }

  /** Every missing file of which the contents exist in finer rollups, or as readings. */
  async runLost(takeSequence: () => number, ending: AbortSignal): Promise<void> {
    for (const interval of ROLLUP_INTERVALS) await this.#renewLost(interval, takeSequence, ending);
  }

  /** Finer rollups have been made before. */
  async #renewLost(interval: RollupInterval, takeSequence: () => number, ending: AbortSignal): Promise<void> {
    const lost = [...this.#manifest.lost.keys()].flatMap((name) => {
      const rollup = parseRollupName(name);
      return rollup?.interval === interval ? [{ name, span: rollup.span }] : [];
    });
    for (const span of new Set(lost.map((file) => file.span))) {
      const days = await this.#rollups.renewableDays(interval, span);
      // It stays listed as lost, so that queries say what they lack, until its readings would have expired.
      if (days.length === 0) continue;
      for (const day of days) {
        ending.throwIfAborted();
        await this.#rollups.renew(interval, day, takeSequence());
      }
      const names = lost.filter((file) => file.span === span).map(({ name }) => name);
      this.#log.warn({ files: names }, 'Lost rollups have been made again, as far as their readings are stored');
      for (const name of names) await this.#manifest.forgetLost(name);
      await this.#damage.noteRebuilt(names);
    }
  }
}
