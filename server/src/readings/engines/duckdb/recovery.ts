// Opens the store after a stop, a crash or damage.

import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../../log.ts';
import { HOUR_MS } from '../../time-buckets.ts';
import type { DuckdbSession } from './duckdb-session.ts';
import type { DamageList } from './files/damage-list.ts';
import type { Manifest } from './files/manifest.ts';
import { MANIFEST_FILE } from './files/manifest-lines.ts';
import { newestSequence, type PartitionCatalog } from './files/partition-catalog.ts';
import { readSmallFile, SMALL_FILES } from './files/small-file.ts';
import { openFormat } from './files/store-format.ts';
import type { Tombstones } from './files/tombstones.ts';
import type { TrashFolder } from './files/trash-folder.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalEntry } from './journal/journal-record.ts';
import type { WriteBuffer } from './memtable/write-buffer.ts';
import type { NewestReadings } from './newest-readings.ts';
import { bucketSql, readParquet } from './reading-sql.ts';
import { searchNewest } from './search-newest.ts';

/** What the store is made of. */
export interface StoreParts {
  session: DuckdbSession;
  catalog: PartitionCatalog;
  tombstones: Tombstones;
  trash: TrashFolder;
  manifest: Manifest;
  damage: DamageList;
  newest: NewestReadings;
  journal: Journal;
  writeBuffer: WriteBuffer;
  log: Logger;
}

export async function openStore(
  deps: StoreParts & { damagedSuffix: string },
): Promise<{ damaged: string[]; nextSequence: number }> {
  const { session, catalog, tombstones, trash, manifest, damage, newest, journal, writeBuffer, damagedSuffix } = deps;
  await rm(session.temporaryDirectory, { recursive: true, force: true });
  const damagedSmall = await quarantineSmallFiles(catalog.root, damagedSuffix);
  const { isMixed, isListed } = await openFormat(catalog.root, deps.log);
  await session.open(isMixed);
  await damage.open();
  const isComplete = await manifest.read();
  await catalog.open(async (path) => new Set(await readHours(session, path)));
  await trash.open();
  const { missing, changed, journalsSinceMs } = await manifest.compare(catalog.files.all());
  const damaged = [...missing, ...damagedSmall];
  // A directory has a list from its first start with format 2 on.
  if (isComplete === false || (isComplete === null && isListed)) damaged.push(MANIFEST_FILE);
  for (const name of changed) {
    // A changed journal file is still read as far as possible.
    if (name.endsWith('.parquet')) await catalog.quarantine(join(catalog.root, name));
    else damaged.push(name);
  }
  const newestTombstone = await tombstones.open();
  let nextSequence = Math.max(newestSequence(catalog.files), newestTombstone, trash.newestSequence) + 1;
  if (!(await newest.load(tombstones))) newest.note(await searchNewest(session, catalog.files, tombstones));
  const deletedIds: string[] = [];
  const apply = (entry: JournalEntry) => {
    if (entry.kind === 'readings') {
      writeBuffer.restore(entry.readings);
      newest.note(entry.readings);
      return;
    }
    writeBuffer.deleteFromMemory(entry.machineId);
    newest.deleteMachine(entry.machineId);
    // Without a tombstone the crash happened before it was written, so that no file holds newer readings of the
    // machine.
    if (tombstones.sequenceOf(entry.machineId) === 0) deletedIds.push(entry.machineId);
  };
  const damagedJournals = await journal.replay(apply, damagedSuffix);
  for (const id of deletedIds) await tombstones.add(id, nextSequence++);
  await manifest.start(catalog.files.all(), journal.sealedPaths, journalsSinceMs);
  damaged.push(...catalog.damaged, ...damagedJournals.map((name) => `journal/${name}`));
  const found = [...new Set(damaged)];
  for (const name of found) await damage.note(name, { sinceMs: journalsSinceMs.get(name) });
  await damage.noteRebuilt(MADE_AGAIN);
  return { damaged: found, nextSequence };
}

/** Only kinds and tombstones say what no other file does. */
const MADE_AGAIN = ['format.json', 'local-days.json', 'newest.json', MANIFEST_FILE];

/** @returns the names of those that were damaged */
async function quarantineSmallFiles(root: string, damagedSuffix: string): Promise<string[]> {
  const damaged: string[] = [];
  for (const name of SMALL_FILES) {
    const path = join(root, name);
    if ((await readSmallFile(path)) !== null) continue;
    await rename(path, `${path}.${damagedSuffix}`);
    damaged.push(name);
  }
  return damaged;
}

async function readHours(session: DuckdbSession, path: string): Promise<number[]> {
  const hour = `${bucketSql('timestamp_ms', HOUR_MS)}::DOUBLE`;
  const rows = await session.readRows(`SELECT DISTINCT ${hour} FROM ${readParquet([path])}`);
  return rows.map(([ms]) => (ms as number) / HOUR_MS);
}
