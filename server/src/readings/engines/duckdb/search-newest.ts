// Searches the files for the newest value of each metric of every machine, if the start finds no snapshot of them.

import { METRIC_NAMES } from '@gonsters/contract';
import { addReadings, noValues } from '../../latest-values.ts';
import { ColumnsBuilder, type ReadingColumns } from '../../reading-columns.ts';
import { HOUR_MS } from '../../time-buckets.ts';
import type { DuckdbSession } from './duckdb-session.ts';
import type { FileSet, StoredFile } from './files/file-set.ts';
import type { Tombstones } from './files/tombstones.ts';
import { quote, rawFiles, rollupFiles } from './reading-sql.ts';

/** More sequences than a store ever has. */
const MAX_SEQUENCES = 2 ** 40;

export async function searchNewest(
  session: DuckdbSession,
  files: FileSet,
  tombstones: Tombstones,
): Promise<ReadingColumns> {
  const visible = (source: typeof rawFiles) => (file: StoredFile) => {
    const hidden = tombstones.hiddenIn(file.maxSequence);
    const where = hidden.length === 0 ? '' : ` WHERE machine_id NOT IN (${hidden.map(quote).join(', ')})`;
    return `SELECT *, ${file.maxSequence} AS sequence FROM ${source([file.path])}${where}`;
  };
  const hourFiles = [...files.rollups['1h'].values()].flat();
  const lastOfMetrics = METRIC_NAMES.map((name) => `max(timestamp_ms) FILTER (WHERE ${name}_count > 0)`);
  const lastHours =
    hourFiles.length === 0
      ? []
      : await session.readRows(
          `SELECT DISTINCT last::DOUBLE FROM (SELECT unnest([${lastOfMetrics.join(', ')}]) AS last
             FROM (${hourFiles.map(visible(rollupFiles)).join(' UNION ALL BY NAME ')}) GROUP BY machine_id)
             WHERE last IS NOT NULL`,
        );
  const compacted = lastHours.flatMap(([ms]) => files.compacted.get((ms as number) / HOUR_MS) ?? []);
  const sources = [...compacted, ...files.l0];
  const builder = new ColumnsBuilder();
  if (sources.length === 0) return builder.finish();
  // For equal timestamps the value that was stored last counts. NULL is ignored, because a reading need not have every
  // metric.
  const order = `timestamp_ms::HUGEINT * ${MAX_SEQUENCES} + sequence`;
  const newest = METRIC_NAMES.map(
    (name) => `max(timestamp_ms) FILTER (WHERE ${name} IS NOT NULL)::DOUBLE, arg_max(${name}, ${order})`,
  );
  const rows = await session.readRows(`
    SELECT machine_id, ${newest.join(', ')}
    FROM (${sources.map(visible(rawFiles)).join(' UNION ALL BY NAME ')}) GROUP BY machine_id`);
  for (const [id, ...found] of rows as [string, ...(number | null)[]][]) {
    const latest = noValues();
    for (let m = 0; m < METRIC_NAMES.length; m++) {
      latest.latestTimesMs[m] = found[2 * m] ?? Number.NEGATIVE_INFINITY;
      latest.latestValues[m] = found[2 * m + 1] ?? Number.NaN;
    }
    addReadings(builder, id, latest);
  }
  return builder.finish();
}
