// Reads the stored rollups of a machine as partials of buckets.

import type { MetricKind } from '@gonsters/contract';
import { addDuration, type BucketPartial, emptyPartial, holds } from '../../../bucket-partials.ts';
import { HELD_CODE, inferHeld } from '../../../held-times.ts';
import { GAUGE_DOUBLES, ORDERED_DOUBLES, quotedList, rollupRows, seriesName } from '../reading-sql.ts';
import type { MachineView } from './machine-view.ts';
import type { RollupPart } from './query-plan.ts';

export interface AskedMetric {
  readonly metric: number;
  readonly kind: MetricKind;
}

/** By metric, ascending. One query for all parts, because planning a query takes longer than reading these rows. */
export async function readRollups(
  view: MachineView,
  parts: readonly RollupPart[],
  metrics: readonly AskedMetric[],
): Promise<ReadonlyMap<number, readonly BucketPartial[]>> {
  const names = quotedList(metrics.map(({ metric }) => seriesName(metric)));
  const isOrdered = metrics.some(({ kind }) => kind !== 'gauge');
  const selects: string[] = [];
  const paths: string[] = [];
  for (const [number, part] of parts.entries()) {
    const files = view.rollupFiles(part);
    if (files.length === 0) continue;
    paths.push(...files.map(({ path }) => path));
    selects.push(`SELECT ${number}::DOUBLE, list_position([${names}], metric)::DOUBLE,
        ${isOrdered ? ORDERED_DOUBLES : GAUGE_DOUBLES}
      FROM ${rollupRows(files, view.conditionOn(part))} WHERE list_contains([${names}], metric)`);
  }
  if (selects.length === 0) return new Map();
  const columns = await view.session.readDoubles(selects.join(' UNION ALL '), paths);
  const found: BucketPartial[][] = metrics.map(() => []);
  const at = (column: number, row: number) => (columns[column] as Float64Array)[row] as number;
  for (let row = 0; row < (columns[0]?.length ?? 0); row++) {
    const startMs = at(2, row);
    if (!parts[at(0, row)]?.includes(startMs)) continue;
    const partials = found[at(1, row) - 1] as BucketPartial[];
    const code = isOrdered ? at(14, row) : Number.NaN;
    // The rows of states follow the row of their bucket.
    const last = partials.at(-1) as BucketPartial;
    if (code === HELD_CODE) last.heldMs = at(15, row);
    else if (!Number.isNaN(code)) addDuration(last, code, at(15, row));
    else partials.push(partialAt(startMs, columns, row, isOrdered));
  }
  return new Map(
    found.map((partials, m) => {
      const { metric, kind } = metrics[m] as AskedMetric;
      if (holds(kind)) for (const each of partials) if (Number.isNaN(each.heldMs)) each.heldMs = inferHeld(each);
      return [metric, newestPerBucket(partials)];
    }),
  );
}

/** The columns of `GAUGE_DOUBLES` or `ORDERED_DOUBLES` from the third on. */
function partialAt(startMs: number, columns: readonly Float64Array[], row: number, isOrdered: boolean): BucketPartial {
  const partial = emptyPartial(startMs);
  const at = (column: number) => (columns[column] as Float64Array)[row] as number;
  partial.count = at(3);
  partial.bad = at(4);
  partial.sum = at(5);
  partial.min = at(6);
  partial.max = at(7);
  partial.last = at(8);
  if (!isOrdered) return partial;
  partial.first = at(9);
  partial.firstMs = at(10);
  partial.lastMs = at(11);
  partial.increase = Number.isNaN(at(12)) ? 0 : at(12);
  partial.changes = Number.isNaN(at(13)) ? 0 : at(13);
  // Until its row comes, if it has one.
  partial.heldMs = Number.NaN;
  return partial;
}

/** Of several rollups of one bucket the last one counts, because files are read oldest first. Ascending. */
function newestPerBucket(partials: readonly BucketPartial[]): readonly BucketPartial[] {
  const isAscending = partials.every(
    ({ startMs }, i) => i === 0 || startMs > (partials[i - 1] as BucketPartial).startMs,
  );
  if (isAscending) return partials;
  const newest = new Map(partials.map((partial) => [partial.startMs, partial]));
  return [...newest.values()].sort((a, b) => a.startMs - b.startMs);
}
