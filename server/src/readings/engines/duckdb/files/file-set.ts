// An immutable list of the files of the store. A query uses the same list until it ends.

import { ROLLUP_INTERVALS, type RollupInterval } from '../../../time-buckets.ts';
import type { FileFormat } from './file-names.ts';

/**
 * Each write to files takes the next sequence, so that of two files the one with the greater sequence is newer. A
 * merged file spans the sequences of its sources.
 */
export interface StoredFile {
  readonly path: string;
  readonly format: FileFormat;
  readonly minSequence: number;
  readonly maxSequence: number;
}
/** Values of any hours as flushed from the memtable. */
export interface L0File extends StoredFile {
  readonly hours: ReadonlySet<number>;
}
export type RollupFiles = Readonly<Record<RollupInterval, ReadonlyMap<string, readonly StoredFile[]>>>;

/** The day rollups of a time zone. */
export interface LocalDayFiles {
  readonly zone: string;
  /** Days that start earlier are not complete: the files are being made, the newest first. −Infinity when all are. */
  readonly builtFromMs: number;
  /** Earlier days could not be made, because the rollups of their hours had expired. −Infinity if there were none. */
  readonly firstMs: number;
  /** By year, oldest first. */
  readonly files: ReadonlyMap<string, readonly StoredFile[]>;
}

export class FileSet {
  /** One sorted file per compacted hour. It holds all readings up to its sequence, and so do the rollups. */
  readonly compacted: ReadonlyMap<number, StoredFile>;
  /** Oldest first. */
  readonly l0: readonly L0File[];
  /** By interval and directory, oldest first. */
  readonly rollups: RollupFiles;
  /** Null if the days of the plant are those of UTC. */
  readonly localDays: LocalDayFiles | null;

  constructor(
    compacted: ReadonlyMap<number, StoredFile>,
    l0: readonly L0File[],
    rollups: RollupFiles,
    localDays: LocalDayFiles | null,
  ) {
    this.compacted = compacted;
    this.l0 = [...l0].sort((a, b) => a.maxSequence - b.maxSequence);
    this.rollups = rollups;
    this.localDays = localDays;
  }

  with(change: {
    compacted?: ReadonlyMap<number, StoredFile>;
    l0?: readonly L0File[];
    rollup?: { interval: RollupInterval; span: string; files: readonly StoredFile[] };
    localDays?: LocalDayFiles | null;
  }): FileSet {
    let rollups = this.rollups;
    if (change.rollup) {
      const { interval, span, files } = change.rollup;
      const spans = new Map(rollups[interval]);
      if (files.length > 0) {
        spans.set(
          span,
          [...files].sort((a, b) => a.maxSequence - b.maxSequence),
        );
      } else spans.delete(span);
      rollups = { ...rollups, [interval]: spans };
    }
    const localDays = change.localDays === undefined ? this.localDays : change.localDays;
    return new FileSet(change.compacted ?? this.compacted, change.l0 ?? this.l0, rollups, localDays);
  }

  /** Replaces the day rollups of one year. */
  withLocalDays(span: string, files: readonly StoredFile[]): FileSet {
    if (this.localDays === null) return this;
    const spans = new Map(this.localDays.files);
    if (files.length === 0) spans.delete(span);
    else
      spans.set(
        span,
        [...files].sort((a, b) => a.maxSequence - b.maxSequence),
      );
    return this.with({ localDays: { ...this.localDays, files: spans } });
  }

  without(path: string): FileSet {
    let files = this.with({
      compacted: new Map([...this.compacted].filter(([, file]) => file.path !== path)),
      l0: this.l0.filter((file) => file.path !== path),
    });
    for (const interval of ROLLUP_INTERVALS) {
      for (const [span, each] of this.rollups[interval]) {
        if (!each.some((file) => file.path === path)) continue;
        files = files.with({ rollup: { interval, span, files: each.filter((file) => file.path !== path) } });
      }
    }
    for (const [span, each] of this.localDays?.files ?? []) {
      if (!each.some((file) => file.path === path)) continue;
      files = files.withLocalDays(
        span,
        each.filter((file) => file.path !== path),
      );
    }
    return files;
  }

  /** Whether the L0 file may hold rows of the hour that the compacted file does not hold. */
  isUncompacted(file: L0File, hour: number): boolean {
    return file.hours.has(hour) && file.maxSequence > (this.compacted.get(hour)?.maxSequence ?? 0);
  }

  /** L0 files with rows of `hour` that the compacted file does not hold yet, oldest first. */
  l0Of(hour: number): L0File[] {
    return this.l0.filter((file) => this.isUncompacted(file, hour));
  }

  /**
   * Hours from `fromHour` (included) to `toHour` (excluded) with rows newer than `afterSequence` that the rollups do
   * not include.
   */
  uncompactedHours(fromHour: number, toHour: number, afterSequence = 0): Set<number> {
    const hours = new Set<number>();
    for (const file of this.l0) {
      if (file.maxSequence <= afterSequence) continue;
      for (const hour of file.hours) {
        if (hour >= fromHour && hour < toHour && this.isUncompacted(file, hour)) hours.add(hour);
      }
    }
    return hours;
  }

  *all(): Iterable<StoredFile> {
    yield* this.compacted.values();
    yield* this.l0;
    for (const interval of ROLLUP_INTERVALS) for (const files of this.rollups[interval].values()) yield* files;
    for (const files of this.localDays?.files.values() ?? []) yield* files;
  }
}

export const NO_FILES = new FileSet(new Map(), [], { '1m': new Map(), '1h': new Map(), '1d': new Map() }, null);
