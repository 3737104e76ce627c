// Searches the files for the newest value of each metric of every machine, if the start finds no snapshot of them.

import { metricIndexOf } from '../../../metric-index.ts';
import { LatestValues } from '../../latest-values.ts';
import { BatchBuilder, type ReadingBatch } from '../../reading-batch.ts';
import { HOUR_MS } from '../../time-buckets.ts';
import type { DuckdbSession } from './duckdb-session.ts';
import type { FileSet, StoredFile } from './files/file-set.ts';
import type { Tombstones } from './files/tombstones.ts';
import { rollupRows, valueRows } from './reading-sql.ts';

/** More sequences than a store ever has. */
const MAX_SEQUENCES = 2 ** 40;

export async function searchNewest(
  session: DuckdbSession,
  files: FileSet,
  tombstones: Tombstones,
): Promise<ReadingBatch> {
  const visible = (rows: typeof valueRows) => (file: StoredFile) =>
    `SELECT *, ${file.maxSequence} AS sequence
      FROM ${rows([file], tombstones.conditionFor(file.maxSequence))} WHERE metric <> ''`;
  const hourFiles = [...files.rollups['1h'].values()].flat();
  const lastHours =
    hourFiles.length === 0
      ? []
      : await session.readRows(
          `SELECT DISTINCT last_hour::DOUBLE FROM (SELECT max(timestamp_ms) FILTER (WHERE count + bad > 0) AS last_hour
             FROM (${hourFiles.map(visible(rollupRows)).join(' UNION ALL ')}) GROUP BY machine_id, metric)
             WHERE last_hour IS NOT NULL`,
        );
  const compacted = lastHours.flatMap(([ms]) => files.compacted.get((ms as number) / HOUR_MS) ?? []);
  const sources = [...compacted, ...files.l0];
  const builder = new BatchBuilder();
  if (sources.length === 0) return builder.finish();
  // For equal timestamps the value that was stored last counts. A bad value may have no number, which arg_max would skip.
  const order = `timestamp_ms::HUGEINT * ${MAX_SEQUENCES} + sequence`;
  const rows = await session.readRows(`
    SELECT machine_id, metric, max(timestamp_ms)::DOUBLE, arg_max(coalesce(value, 'nan'::DOUBLE), ${order}),
      arg_max(quality, ${order})::DOUBLE
    FROM (${sources.map(visible(valueRows)).join(' UNION ALL ')}) GROUP BY machine_id, metric`);
  const newest = new Map<string, LatestValues>();
  for (const [id, name, timestampMs, value, quality] of rows as [string, string, number, number, number][]) {
    const latest = newest.get(id) ?? new LatestValues();
    newest.set(id, latest);
    latest.set(metricIndexOf(name), timestampMs, value, quality);
  }
  for (const [id, latest] of newest) latest.addReadings(builder, id);
  return builder.finish();
}
