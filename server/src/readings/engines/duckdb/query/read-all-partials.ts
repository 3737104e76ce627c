// Reads what is known of every metric of a machine, for a transfer.

import type { MetricKind } from '@gonsters/contract';
import { metricIndexOf } from '../../../../metric-index.ts';
import { bucketGrid } from '../../../bucket-grid.ts';
import type { MachineRollups } from '../../../store-copies.ts';
import type { RollupInterval } from '../../../time-buckets.ts';
import { rollupRows } from '../reading-sql.ts';
import { READINGS } from '../series.ts';
import type { MachineView } from './machine-view.ts';
import type { TimeRange } from './query-plan.ts';
import { readPartials } from './read-buckets.ts';

/** The partials of every metric in the buckets of an interval, from rollups where these answer exactly. */
export async function readAllPartials(
  view: MachineView,
  interval: RollupInterval,
  range: TimeRange,
  { kindOf, holdMs }: { kindOf: (metricName: string) => MetricKind; holdMs: () => number },
): Promise<MachineRollups> {
  const grid = bucketGrid(interval);
  const names = await view.metricNamesIn(view.hoursWithValues(range).filter((hour) => view.dirtyHours.has(hour)));
  const files = view.rollupFiles({ interval, ...range, includes: () => true });
  if (files.length > 0) {
    const select = `SELECT DISTINCT metric FROM ${rollupRows(files, view.conditionOn(range))} WHERE metric <> ''`;
    const paths = files.map(({ path }) => path);
    for (const name of await view.session.readTexts(select, paths)) names.add(name);
  }
  const metrics = [...names].map((name) => ({ metric: metricIndexOf(name), kind: kindOf(name) }));
  const found = new Map(
    await readPartials(view, range, [{ metric: READINGS, kind: 'gauge' }, ...metrics], grid, holdMs()),
  );
  const readings = new Map(found.get(READINGS)?.map(({ startMs, count }) => [startMs, count]));
  found.delete(READINGS);
  return { readings, partials: found };
}
