// Replaces buckets whose states were counted with another hold by finer ones, down to single values.

import type { BucketPartial } from './bucket-partials.ts';
import { isExactFor } from './held-times.ts';
import type { RollupInterval } from './time-buckets.ts';

/** `local`: the days of the plant. */
export type Tier = 'local' | RollupInterval;
/** `fromMs` included, `toMs` excluded. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}
type Partials = ReadonlyMap<number, readonly BucketPartial[]>;

const FINER: Record<RollupInterval, RollupInterval | 'raw'> = { '1d': '1h', '1h': '1m', '1m': 'raw' };
const TIERS = ['local', '1d', '1h', '1m'] as const satisfies readonly Tier[];
/** What lies between two spans is read as well where there are more of them. */
const MAX_SPANS = 16;

export interface Refinement {
  /** The hold of the query, ms. */
  readonly holdMs: number;
  /** The tier from which a bucket was read, by its start. */
  tierAt(startMs: number): Tier;
  endOf(tier: Tier, startMs: number): number;
  /** What days of the plant are made from. */
  readonly localFrom: RollupInterval;
  /**
   * The partials of these metrics within some spans, ascending: those of a tier, or minutes that are made of single values with
   * the hold of the query. What has expired is absent.
   */
  read(tier: RollupInterval | 'raw', spans: readonly Span[], metrics: readonly number[]): Promise<Partials>;
}

/**
 * Partials of metrics of the kinds `boolean` and `state`, ascending, with durations for the hold of the query. A bucket whose
 * finer ones have expired stays as it was counted.
 */
export async function refineStates(found: Partials, refinement: Refinement): Promise<Partials> {
  const { holdMs, endOf } = refinement;
  const exact = new Map(found);
  const readTiers = new Map<BucketPartial, Tier | 'raw'>();
  const tierOf = (partial: BucketPartial) => readTiers.get(partial) ?? refinement.tierAt(partial.startMs);
  for (const tier of TIERS) {
    const isWanted = (partial: BucketPartial) => !isExactFor(partial, holdMs) && tierOf(partial) === tier;
    const wanted = new Map(
      [...exact].flatMap(([metric, partials]) => {
        const buckets = partials.filter(isWanted);
        return buckets.length === 0 ? [] : [[metric, buckets] as const];
      }),
    );
    if (wanted.size === 0) continue;
    const starts = new Set([...wanted.values()].flatMap((buckets) => buckets.map(({ startMs }) => startMs)));
    const spans = spansOf([...starts].map((fromMs) => ({ fromMs, toMs: endOf(tier, fromMs) })));
    const finerTier = tier === 'local' ? refinement.localFrom : FINER[tier];
    const finer = await refinement.read(finerTier, spans, [...wanted.keys()]);
    for (const [metric, buckets] of wanted) {
      const parts = finer.get(metric) ?? [];
      for (const part of parts) readTiers.set(part, finerTier);
      exact.set(
        metric,
        replaced(exact.get(metric) ?? [], new Set(buckets), parts, (startMs) => endOf(tier, startMs)),
      );
    }
  }
  return exact;
}

/** `partials` with the finer ones in place of each of `buckets`, unless some of its values have expired. */
function replaced(
  partials: readonly BucketPartial[],
  buckets: ReadonlySet<BucketPartial>,
  finer: readonly BucketPartial[],
  endOf: (startMs: number) => number,
): BucketPartial[] {
  let at = 0;
  return partials.flatMap((partial) => {
    if (!buckets.has(partial)) return [partial];
    const endMs = endOf(partial.startMs);
    while (at < finer.length && (finer[at] as BucketPartial).startMs < partial.startMs) at++;
    const first = at;
    while (at < finer.length && (finer[at] as BucketPartial).startMs < endMs) at++;
    const parts = finer.slice(first, at);
    const values = parts.reduce((sum, { count, bad }) => sum + count + bad, 0);
    return values === partial.count + partial.bad ? parts : [partial];
  });
}

/** Ascending, at most `MAX_SPANS`: those with the least between them are joined. */
function spansOf(buckets: Span[]): Span[] {
  const ascending = buckets.sort((a, b) => a.fromMs - b.fromMs);
  const gaps = ascending.slice(1).map(({ fromMs }, i) => fromMs - (ascending[i] as Span).toMs);
  // Spans that touch each other are always joined.
  const widest = Math.max([...gaps].sort((a, b) => b - a)[MAX_SPANS - 1] ?? 0, 0);
  const spans: Span[] = [];
  for (const [i, bucket] of ascending.entries()) {
    const last = spans.at(-1);
    if (last !== undefined && (gaps[i - 1] as number) <= widest)
      spans[spans.length - 1] = { ...last, toMs: bucket.toMs };
    else spans.push(bucket);
  }
  return spans;
}
