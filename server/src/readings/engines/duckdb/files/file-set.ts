// Which files hold what at one moment. Never changed, only replaced: a query keeps the one it began with.

import { TIERS, type Tier } from '../../../time-buckets.ts';

/** Generations number the writes: of two files the one with the greater is the newer. A merged file spans its parts. */
export interface StoredFile {
  readonly path: string;
  readonly minGeneration: number;
  readonly maxGeneration: number;
}
/** Raw rows as compacted, of any hours, sorted by (machine, time). */
export interface LooseFile extends StoredFile {
  readonly hours: ReadonlySet<number>;
}
export type TierFiles = Readonly<Record<Tier, ReadonlyMap<string, readonly StoredFile[]>>>;

export class FileSet {
  /** One sorted file per settled hour: everything up to its generation, and the tiers know it. */
  readonly settled: ReadonlyMap<number, StoredFile>;
  /** Oldest first. */
  readonly loose: readonly LooseFile[];
  /** Per tier and directory, oldest first. */
  readonly tiers: TierFiles;

  constructor(settled: ReadonlyMap<number, StoredFile>, loose: readonly LooseFile[], tiers: TierFiles) {
    this.settled = settled;
    this.loose = [...loose].sort((a, b) => a.maxGeneration - b.maxGeneration);
    this.tiers = tiers;
  }

  with(change: {
    settled?: ReadonlyMap<number, StoredFile>;
    loose?: readonly LooseFile[];
    tier?: { tier: Tier; span: string; files: readonly StoredFile[] };
  }): FileSet {
    let tiers = this.tiers;
    if (change.tier) {
      const { tier, span, files } = change.tier;
      const spans = new Map(tiers[tier]);
      if (files.length > 0) {
        spans.set(
          span,
          [...files].sort((a, b) => a.maxGeneration - b.maxGeneration),
        );
      } else spans.delete(span);
      tiers = { ...tiers, [tier]: spans };
    }
    return new FileSet(change.settled ?? this.settled, change.loose ?? this.loose, tiers);
  }

  without(path: string): FileSet {
    let files = this.with({
      settled: new Map([...this.settled].filter(([, file]) => file.path !== path)),
      loose: this.loose.filter((file) => file.path !== path),
    });
    for (const tier of TIERS) {
      for (const [span, each] of this.tiers[tier]) {
        if (!each.some((file) => file.path === path)) continue;
        files = files.with({ tier: { tier, span, files: each.filter((file) => file.path !== path) } });
      }
    }
    return files;
  }

  /** Whether the loose file may hold rows of the hour that its settled file does not hold. */
  isNews(file: LooseFile, hour: number): boolean {
    return file.hours.has(hour) && file.maxGeneration > (this.settled.get(hour)?.maxGeneration ?? 0);
  }

  /** Loose files with rows of `hour` that its settled file does not hold yet, oldest first. */
  looseOf(hour: number): LooseFile[] {
    return this.loose.filter((file) => this.isNews(file, hour));
  }

  /** Hours from `fromHour` to before `toHour` with rows newer than `afterGeneration` that the tiers do not know. */
  unsettledHours(fromHour: number, toHour: number, afterGeneration = 0): Set<number> {
    const hours = new Set<number>();
    for (const file of this.loose) {
      if (file.maxGeneration <= afterGeneration) continue;
      for (const hour of file.hours) {
        if (hour >= fromHour && hour < toHour && this.isNews(file, hour)) hours.add(hour);
      }
    }
    return hours;
  }

  *all(): Iterable<StoredFile> {
    yield* this.settled.values();
    yield* this.loose;
    for (const tier of TIERS) for (const files of this.tiers[tier].values()) yield* files;
  }
}

export const NO_FILES = new FileSet(new Map(), [], { '1m': new Map(), '1h': new Map(), '1d': new Map() });
