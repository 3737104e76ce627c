// Sorts any number of rows into one file with bounded memory, a range of machines at a time.

import { unlink } from 'node:fs/promises';
import type { DuckdbSession } from '../duckdb-session.ts';
import { UNFINISHED_SUFFIX } from '../files/durable-files.ts';
import { type ContentKind, copyToParquet, fileRows, quote, readParquet } from '../reading-sql.ts';

/** DuckDB sorts and merges this many rows well within its memory limit. */
const MAX_ROWS_PER_SORT = 500_000;

/**
 * Writes the rows of `select`, which reads the files at `sources`, to `path` in the order of the kind. `select`
 * receives a condition on `machine_id` to apply to every source.
 */
export async function copySorted(
  session: DuckdbSession,
  job: {
    select: (whereMachine: string) => Promise<string>;
    sources: readonly string[];
    path: string;
    kind: ContentKind;
    maxRowsPerSort?: number;
  },
): Promise<void> {
  const { select, sources, path, kind, maxRowsPerSort = MAX_ROWS_PER_SORT } = job;
  const sorted = async (where: string) => fileRows(await select(where), kind);
  const [[rows]] = (await session.readFiles(`SELECT count(*)::DOUBLE FROM ${readParquet(sources)}`, sources)) as [
    [number],
  ];
  if (rows <= maxRowsPerSort) {
    await session.copy(copyToParquet(await sorted('true'), path), sources);
    return;
  }
  const parts: string[] = [];
  try {
    for (const where of await machineRanges(session, sources, Math.ceil(rows / maxRowsPerSort))) {
      const part = `${path}.${parts.length}${UNFINISHED_SUFFIX}`;
      parts.push(part);
      await session.copy(copyToParquet(await sorted(where), part), sources);
    }
    // DuckDB keeps the order of the files and of the rows in them, so that the parts stay in order.
    await session.copy(copyToParquet(`SELECT * FROM ${readParquet(parts)}`, path, rows), parts);
  } finally {
    for (const part of parts) await unlink(part).catch(() => undefined);
  }
}

/** Conditions that split the machines of the files into `count` ascending ranges. */
async function machineRanges(session: DuckdbSession, sources: readonly string[], count: number): Promise<string[]> {
  const found = await session.readFiles(
    `SELECT DISTINCT machine_id FROM ${readParquet(sources)} ORDER BY machine_id`,
    sources,
  );
  const ids = found.map(([id]) => quote(id as string));
  const size = Math.max(1, Math.ceil(ids.length / count));
  const ranges: string[] = [];
  for (let at = 0; at < ids.length; at += size) {
    const upper = at + size < ids.length ? ` AND machine_id < ${ids[at + size]}` : '';
    ranges.push(`machine_id >= ${ids[at]}${upper}`);
  }
  return ranges;
}
