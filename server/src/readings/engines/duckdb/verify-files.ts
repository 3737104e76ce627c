// Reads every file of the store to its end and compares the minute rollups with the single values.

import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isoTime } from '@gonsters/contract';
import type { StoredDamage } from '../../stored-damage.ts';
import { DAY_MS, dayOf, HOUR_MS, INTERVALS_MS } from '../../time-buckets.ts';
import { rollUpValues } from './compaction/rollup-sql.ts';
import type { DuckdbSession } from './duckdb-session.ts';
import { parseRollupName, rollupSpan } from './files/file-names.ts';
import type { StoredFile } from './files/file-set.ts';
import type { FileFault } from './files/manifest-faults.ts';
import { rollupRows, valueRows } from './reading-sql.ts';
import type { StoreParts } from './recovery.ts';

/** Sums depend on the order of addition and are not compared; neither is what depends on the kind of a metric. */
const COMPARED = 'machine_id, metric, timestamp_ms, count, bad, min, max';
const UNORDERED = { counters: [], states: [] };
const PROGRESS_EVERY = 100;

/** What a check found. */
export interface FilesReport {
  files: number;
  readings: number;
  /** One sentence each. */
  faults: string[];
  /** Files that are missing or damaged and were not known to be, relative to the root. */
  found: readonly FileFault[];
}

/** No file of the catalogue may be deleted meanwhile (`PartitionCatalog.hold`). */
export async function verifyFiles(
  store: Pick<StoreParts, 'session' | 'catalog' | 'manifest' | 'damage' | 'tombstones'>,
  progress: (line: string) => void,
): Promise<FilesReport> {
  const { session, catalog, manifest, damage, tombstones } = store;
  const known = damage.all;
  const set = catalog.files;
  const nameOf = (file: StoredFile) => relative(catalog.root, file.path).replaceAll(sep, '/');
  const faults: string[] = [];
  const found: FileFault[] = [];
  const unreadable = new Set<string>();
  let files = 0;
  let readings = 0;
  for (const file of set.all()) {
    files += 1;
    if (files % PROGRESS_EVERY === 0) progress(`${files} files of readings have been read`);
    if ((await session.findUnreadable([file.path])).length > 0) {
      unreadable.add(file.path);
      faults.push(`${nameOf(file)} cannot be read`);
      found.push({ name: nameOf(file), fault: 'changed' });
    }
  }
  const quarantined = await quarantinedFiles(catalog.root);
  const differing = new Set<string>();
  for await (const { name, fault } of manifest.faults()) {
    const isQuarantined = quarantined.some((each) => each.startsWith(`${name}.`));
    if (isQuarantined || unreadable.has(join(catalog.root, name))) continue;
    differing.add(name);
    faults.push(fault === 'missing' ? `${name} is missing` : `${name} has changed since it was written`);
    if (!manifest.lost.has(name)) found.push({ name, fault });
  }
  for (const name of quarantined) faults.push(`${name} was quarantined because it is damaged`);
  for (const each of known) {
    const isSaid = differing.has(each.file) || quarantined.some((name) => name.startsWith(`${each.file}.`));
    if (!isSaid) faults.push(unacknowledged(each));
  }
  for (const file of [...set.compacted.values(), ...set.l0]) {
    if (unreadable.has(file.path)) continue;
    readings += await countRows(session, `SELECT 1 FROM ${valueRows([file])} WHERE metric = ''`);
  }
  const lostMinutes = new Set([...manifest.lost.keys()].flatMap((name) => parseRollupName(name)?.span ?? []));
  for (const [hour, file] of set.compacted) {
    const minutes = set.rollups['1m'].get(rollupSpan('1m', dayOf(hour) * DAY_MS)) ?? [];
    // A machine that was deleted after the file was written is still in it, but not in later files.
    if (unreadable.has(file.path) || tombstones.hiddenIn(file.maxSequence).length > 0) continue;
    const readable = minutes.filter((each) => !unreadable.has(each.path));
    // What was made from lost rollups differs until they have been made again.
    if (lostMinutes.has(rollupSpan('1m', dayOf(hour) * DAY_MS)) || readable.length < minutes.length) continue;
    const differences = await countDiffering(session, file, readable, hour);
    if (differences > 0) faults.push(`${nameOf(file)}: ${differences} minute rollups differ from the readings`);
  }
  return { files, readings, faults, found };
}

function unacknowledged({ file, noticedMs, isRebuilt }: StoredDamage): string {
  const rebuilt = isRebuilt ? ' Its contents have been made again.' : '';
  return `${file} was missing or damaged at ${isoTime(noticedMs)}, and nobody has acknowledged it yet.${rebuilt}`;
}

/** Minutes of the hour that are only in the values, or only in the newest minute file that has the hour. */
async function countDiffering(
  session: DuckdbSession,
  values: StoredFile,
  minutes: readonly StoredFile[],
  hour: number,
): Promise<number> {
  const within = `timestamp_ms >= ${hour * HOUR_MS} AND timestamp_ms < ${(hour + 1) * HOUR_MS}`;
  const expected = `SELECT ${COMPARED} FROM (${rollUpValues(valueRows([values]), INTERVALS_MS['1m'], UNORDERED, 0)})`;
  for (const file of minutes.toReversed()) {
    const found = `SELECT ${COMPARED} FROM ${rollupRows([file], within)} WHERE code IS NULL`;
    if ((await countRows(session, found)) === 0) continue;
    return countRows(session, `(${expected} EXCEPT ${found}) UNION ALL (${found} EXCEPT ${expected})`);
  }
  return countRows(session, expected);
}

/** Relative to the root. */
async function quarantinedFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter(({ name }) => name.includes('.damaged-'))
    .map(({ name, parentPath }) => relative(root, join(parentPath, name)).replaceAll(sep, '/'))
    .sort();
}

async function countRows(session: DuckdbSession, select: string): Promise<number> {
  const [row] = await session.readRows(`SELECT count(*)::DOUBLE FROM (${select})`);
  return row?.[0] as number;
}
