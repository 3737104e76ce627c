// Transfers the rollups whose readings have expired in the source. The target computes all other rollups itself, from the
// readings that were copied.

import { bucketGrid } from '../readings/bucket-grid.ts';
import type { BucketPartial } from '../readings/bucket-partials.ts';
import { EVER } from '../readings/copy-readings.ts';
import type { ReadingStore } from '../readings/reading-store.ts';
import type { MachineRollups, PartialSource, TransferTarget } from '../readings/store-copies.ts';
import { DAY_MS, INTERVALS_MS, ROLLUP_INTERVALS, type RollupInterval } from '../readings/time-buckets.ts';

/** Buckets times metrics that are in memory at once, unless a single day has more. */
const PARTIALS_PER_PAGE = 15_000;
/** Relative difference of two sums of the same values, added in another order. */
const TOLERANCE = 1e-9;

interface Machine {
  readonly id: string;
  /** Number of metrics that it has. */
  readonly metrics: number;
}
type Source = Pick<ReadingStore, 'buckets'> & PartialSource;

/** @returns how many buckets were written */
export async function transferSummaries(from: Source, to: TransferTarget, machine: Machine): Promise<number> {
  let written = 0;
  for (const tier of ROLLUP_INTERVALS) {
    for await (const differing of differingPages(from, to, machine, tier)) {
      await to.importRollups(tier, machine.id, differing);
      written += differing.readings.size;
    }
  }
  return written;
}

/** One sentence for each rollup interval in which buckets differ. */
export async function compareSummaries(from: Source, to: PartialSource, machine: Machine): Promise<string[]> {
  const differences: string[] = [];
  for (const tier of ROLLUP_INTERVALS) {
    let differing = 0;
    for await (const { readings } of differingPages(from, to, machine, tier)) differing += readings.size;
    if (differing > 0) differences.push(`Machine ${machine.id}: ${differing} buckets of ${tier} differ in the target`);
  }
  return differences;
}

/** The buckets of the source that are missing or different in the target, a part of the range at a time. */
async function* differingPages(
  from: Source,
  to: PartialSource,
  { id: machineId, metrics }: Machine,
  tier: RollupInterval,
): AsyncGenerator<MachineRollups> {
  const { timestampsMs: days } = await from.buckets({
    ...{ machineId, ...EVER, metrics: [], everyReading: true, grid: bucketGrid('1d'), holdMs: 0 },
    ...{ order: 'asc', offset: 0, limit: Number.MAX_SAFE_INTEGER },
  });
  const partialsPerDay = (DAY_MS / INTERVALS_MS[tier]) * Math.max(1, metrics);
  const daysPerPage = Math.ceil(PARTIALS_PER_PAGE / partialsPerDay);
  for (let first = 0; first < days.length; first += daysPerPage) {
    const last = Math.min(first + daysPerPage, days.length) - 1;
    const range = { machineId, fromMs: days[first] as number, toMs: (days[last] as number) + DAY_MS };
    const page = await from.partials(tier, range);
    const differing = differingBuckets(page, await to.partials(tier, range));
    if (differing.size === 0) continue;
    yield {
      readings: new Map([...differing].map((startMs) => [startMs, page.readings.get(startMs) ?? 0])),
      partials: new Map(
        [...page.partials].map(([metric, partials]) => [
          metric,
          partials.filter(({ startMs }) => differing.has(startMs)),
        ]),
      ),
    };
  }
}

function differingBuckets(page: MachineRollups, found: MachineRollups): Set<number> {
  const differing = new Set<number>();
  for (const [metric, partials] of page.partials) {
    const known = new Map(found.partials.get(metric)?.map((partial) => [partial.startMs, partial]));
    for (const partial of partials) {
      if (!areEqual(partial, known.get(partial.startMs))) differing.add(partial.startMs);
    }
  }
  return differing;
}

function areEqual(a: BucketPartial, b: BucketPartial | undefined): boolean {
  if (a.count !== (b?.count ?? 0) || a.bad !== (b?.bad ?? 0)) return false;
  if (a.count === 0 || b === undefined) return true;
  const isNear = Math.abs(a.sum - b.sum) <= TOLERANCE * Math.max(1, Math.abs(a.sum), Math.abs(b.sum));
  return isNear && a.min === b.min && a.max === b.max;
}
