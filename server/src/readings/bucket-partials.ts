// What is stored of one metric in one bucket, and how buckets are combined. A partial depends only on the values inside
// its bucket, so that any division of a history gives the same result.

import type { MetricKind } from '@gonsters/contract';
import type { BucketGrid } from './bucket-grid.ts';
import { combineHeld } from './held-times.ts';
import { BAD } from './reading-batch.ts';

/**
 * One metric in one bucket. Values are good or uncertain ones; bad ones count only in `bad`. Without a value, `count`,
 * `increase` and `changes` are 0 and the other numbers NaN. `first`, `firstMs` and `lastMs` are NaN as well where the
 * partial was stored for a gauge, and `last` where it was stored by a version that did not keep it.
 */
export interface BucketPartial {
  /** Start of the bucket, UTC ms. */
  readonly startMs: number;
  count: number;
  bad: number;
  sum: number;
  min: number;
  max: number;
  first: number;
  firstMs: number;
  last: number;
  lastMs: number;
  /** Kind `counter`: growth from the first to the last value of the bucket, resets included; 0 for other kinds. */
  increase: number;
  /** Kinds `boolean` and `state`: how often a value differs from the one before it in the bucket; 0 for other kinds. */
  changes: number;
  /** Kinds `boolean` and `state`: ms of each value between `firstMs` and `lastMs`; empty for other kinds. */
  durations: ReadonlyMap<number, number>;
  /**
   * For which holds `durations` are exact. From 0: every value was counted until the next one, and none waited longer than
   * this for it, so that any hold that is as long gives the same. Below 0: values were counted for at most −`heldMs`, which
   * is the only hold that gives the same; −1 where different holds were mixed. 0 for other kinds. See held-times.ts.
   */
  heldMs: number;
}

const NO_DURATIONS: ReadonlyMap<number, number> = new Map();

/** A partial of a bucket in which nothing was measured yet. */
export function emptyPartial(startMs: number): BucketPartial {
  return {
    startMs,
    count: 0,
    bad: 0,
    sum: Number.NaN,
    min: Number.NaN,
    max: Number.NaN,
    first: Number.NaN,
    firstMs: Number.NaN,
    last: Number.NaN,
    lastMs: Number.NaN,
    increase: 0,
    changes: 0,
    durations: NO_DURATIONS,
    heldMs: 0,
  };
}

/** Adds to the time in a state. */
export function addDuration(partial: BucketPartial, code: number, ms: number): void {
  if (partial.durations === NO_DURATIONS) partial.durations = new Map();
  (partial.durations as Map<number, number>).set(code, (partial.durations.get(code) ?? 0) + ms);
}

/** Whether values of this kind hold until the next one. */
export function holds(kind: MetricKind): boolean {
  return kind === 'boolean' || kind === 'state';
}

/** By how much a counter grew from one value to the next. A smaller value means that it began again at 0. */
function growth(before: number, after: number): number {
  if (Number.isNaN(before) || Number.isNaN(after)) return 0;
  return after >= before ? after - before : Math.max(after, 0);
}

/** Collects values and finer partials of one metric into the buckets of a grid. Everything is added in the order of time. */
export class PartialCollector {
  readonly #kind: MetricKind;
  readonly #grid: BucketGrid;
  readonly #holdMs: number;
  readonly #partials: BucketPartial[] = [];
  #endMs = Number.NEGATIVE_INFINITY;

  /** `holdMs`: a boolean or state that is followed by a gap is unknown after this time. */
  constructor(kind: MetricKind, grid: BucketGrid, holdMs: number) {
    this.#kind = kind;
    this.#grid = grid;
    this.#holdMs = holdMs;
  }

  /** Ascending by start. */
  get partials(): readonly BucketPartial[] {
    return this.#partials;
  }

  addValue(timestampMs: number, value: number, quality: number): void {
    const into = this.#bucketAt(timestampMs);
    if (quality === BAD) {
      into.bad += 1;
      return;
    }
    this.#link(into, value, timestampMs);
    if (into.count === 0) {
      into.sum = value;
      into.min = value;
      into.max = value;
      into.first = value;
      into.firstMs = timestampMs;
    } else {
      into.sum += value;
      if (value < into.min) into.min = value;
      if (value > into.max) into.max = value;
    }
    into.count += 1;
    into.last = value;
    into.lastMs = timestampMs;
  }

  /** `part` lies within one bucket of the grid. The collector owns it from now on. */
  addPartial(part: BucketPartial): void {
    if (part.startMs >= this.#endMs && this.#grid.startOf(part.startMs) === part.startMs) {
      this.#endMs = this.#grid.endOf(part.startMs);
      this.#partials.push(part);
      return;
    }
    const into = this.#bucketAt(part.startMs);
    into.bad += part.bad;
    if (part.count === 0) return;
    this.#link(into, part.first, part.firstMs);
    if (into.count === 0) {
      into.sum = part.sum;
      into.min = part.min;
      into.max = part.max;
      into.first = part.first;
      into.firstMs = part.firstMs;
    } else {
      into.sum += part.sum;
      if (part.min < into.min) into.min = part.min;
      if (part.max > into.max) into.max = part.max;
    }
    into.count += part.count;
    into.last = part.last;
    into.lastMs = part.lastMs;
    into.increase += part.increase;
    into.changes += part.changes;
    for (const [code, ms] of part.durations) addDuration(into, code, ms);
    into.heldMs = combineHeld(into.heldMs, part.heldMs);
  }

  #bucketAt(timestampMs: number): BucketPartial {
    if (timestampMs < this.#endMs) return this.#partials.at(-1) as BucketPartial;
    const partial = emptyPartial(this.#grid.startOf(timestampMs));
    this.#endMs = this.#grid.endOf(partial.startMs);
    this.#partials.push(partial);
    return partial;
  }

  /** Adds what lies between the last value of the bucket and the next one. */
  #link(into: BucketPartial, first: number, firstMs: number): void {
    if (into.count === 0 || this.#kind === 'gauge') return;
    if (this.#kind === 'counter') into.increase += growth(into.last, first);
    else {
      if (isChange(into.last, first)) into.changes += 1;
      const untilNextMs = firstMs - into.lastMs;
      const heldMs = Math.min(untilNextMs, this.#holdMs);
      if (heldMs > 0) addDuration(into, into.last, heldMs);
      into.heldMs = combineHeld(into.heldMs, untilNextMs <= this.#holdMs ? untilNextMs : -this.#holdMs);
    }
  }
}

/** The newest value before a range. */
export interface ValueBefore {
  readonly value: number;
  readonly timestampMs: number;
}

/**
 * Adds what buckets get from the values before them: the growth of a counter since then, the change of a state, and the
 * time for which a state still held, at most `holdMs` after its value. Buckets in which only a state held are added.
 *
 * @param partials of one metric in the buckets of `grid`, ascending; they are changed
 * @param before null if there is none, or if the kind is `gauge`
 * @returns the buckets, ascending
 */
export function joinBuckets(
  kind: MetricKind,
  partials: readonly BucketPartial[],
  range: { grid: BucketGrid; fromMs: number; toMs: number; holdMs: number; before: ValueBefore | null },
): readonly BucketPartial[] {
  if (kind === 'gauge') return partials;
  const { grid, fromMs, toMs, holdMs } = range;
  const joined = new Map(partials.map((partial) => [partial.startMs, partial]));
  let { value: last, timestampMs: lastMs } = range.before ?? { value: Number.NaN, timestampMs: Number.NaN };
  const hold = (untilMs: number) => {
    const endMs = Math.min(untilMs, lastMs + holdMs);
    for (let atMs = Math.max(lastMs, fromMs); atMs < endMs; ) {
      const startMs = grid.startOf(atMs);
      const bucket = joined.get(startMs) ?? emptyPartial(startMs);
      joined.set(startMs, bucket);
      const nextMs = Math.min(grid.endOf(startMs), endMs);
      addDuration(bucket, last, nextMs - atMs);
      atMs = nextMs;
    }
  };
  for (const partial of partials) {
    if (partial.count === 0) continue;
    if (kind === 'counter') partial.increase += growth(last, partial.first);
    else {
      if (isChange(last, partial.first)) partial.changes += 1;
      hold(partial.firstMs);
    }
    last = partial.last;
    lastMs = partial.lastMs;
  }
  if (holds(kind)) hold(toMs);
  return [...joined.values()].sort((a, b) => a.startMs - b.startMs);
}

function isChange(before: number, after: number): boolean {
  return !(Number.isNaN(before) || Number.isNaN(after)) && before !== after;
}
