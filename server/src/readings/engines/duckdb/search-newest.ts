// Finds the newest reading of every machine in the files, for a start that has no snapshot of them.

import { METRIC_NAMES } from '@gonsters/contract';
import { ColumnsBuilder, type ReadingColumns } from '../../reading-columns.ts';
import { HOUR_MS } from '../../tiers.ts';
import type { DuckdbSession } from './duckdb-session.ts';
import type { FileSet, StoredFile } from './files/file-set.ts';
import type { Tombstones } from './files/tombstones.ts';
import { quote, rawFiles, tierFiles } from './reading-sql.ts';

export async function searchNewest(
  session: DuckdbSession,
  files: FileSet,
  tombstones: Tombstones,
): Promise<ReadingColumns> {
  const visible = (source: typeof rawFiles) => (file: StoredFile) => {
    const hidden = tombstones.hiddenIn(file.maxGeneration);
    const where = hidden.length === 0 ? '' : ` WHERE machine_id NOT IN (${hidden.map(quote).join(', ')})`;
    return `SELECT * FROM ${source([file.path])}${where}`;
  };
  const hourFiles = [...files.tiers['1h'].values()].flat();
  const lastHours =
    hourFiles.length === 0
      ? []
      : await session.readRows(
          `SELECT DISTINCT last FROM (SELECT max(timestamp_ms)::DOUBLE AS last
             FROM (${hourFiles.map(visible(tierFiles)).join(' UNION ALL ')}) GROUP BY machine_id)`,
        );
  const settled = lastHours.flatMap(([ms]) => files.settled.get((ms as number) / HOUR_MS) ?? []);
  const sources = [...settled, ...files.loose];
  const builder = new ColumnsBuilder();
  if (sources.length === 0) return builder.finish();
  const metrics = METRIC_NAMES.map((name) => `newest.${name}`);
  const rows = await session.readRows(`
    SELECT machine_id, newest.timestamp_ms::DOUBLE, ${metrics.join(', ')}
    FROM (SELECT machine_id, arg_max(reading, reading.timestamp_ms) AS newest
          FROM (SELECT machine_id, struct_pack(timestamp_ms, ${METRIC_NAMES.join(', ')}) AS reading
                FROM (${sources.map(visible(rawFiles)).join(' UNION ALL ')}))
          GROUP BY machine_id)`);
  for (const [id, timestampMs, ...values] of rows as [string, number, ...(number | null)[]][]) {
    builder.add(
      id,
      timestampMs,
      values.map((value) => value ?? Number.NaN),
    );
  }
  return builder.finish();
}
