// A data directory with every kind of stored file, and what can happen to it.

import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { silentLogger } from '../../../src/log.ts';
import { DuckdbReadingStore } from '../../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { batchOf, type Row } from '../../conformance/reading-oracle.ts';
import { StartedCore } from './start-core.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const ZONE = 'Asia/Jakarta';
/** Readings lie in the eight hours from here on, and on the day after it. */
export const FIRST_MS = Date.now() - (Date.now() % DAY) - 3 * DAY;

/**
 * Fills `dataDir` with files of readings, rollups of every interval, a journal, tombstones, a database with an audit log, and
 * its standby copy. No server runs on it afterwards.
 *
 * @returns the id of the machine that has the readings
 */
export async function prepareDamagedPlant(dataDir: string): Promise<string> {
  const core = new StartedCore(dataDir, {}, undefined);
  await core.start();
  const machineId = await core.addMachine('Press 1');
  const body = { setting_name: 'plant_timezone', setting_value: ZONE };
  const zone = await core.as('Management', 'POST', '/config/update', { body });
  if (zone.status !== 200) throw new Error(zone.text);
  await core.stop();
  let nowMs = FIRST_MS;
  const store = new DuckdbReadingStore({
    ...{ directory: join(dataDir, 'readings'), clock: { nowMs: () => nowMs } },
    ...{ log: silentLogger, plantZone: () => ZONE },
  });
  await store.open();
  for (let hour = 0; hour < 32; hour += 4) {
    const fromMs = FIRST_MS + hour * 60 * MINUTE;
    await store.append(
      batchOf(Array.from({ length: 30 }, (_, i): Row => [machineId, fromMs + i * MINUTE, 50 + i, 2 + i, hour])),
    );
  }
  nowMs = FIRST_MS + 3 * DAY;
  for (let run = 0; run < 4; run++) await store.runDueJobs(nowMs, EVER);
  await store.deleteMachine('00000000-0000-4000-8000-00000000000b');
  await store.append(batchOf(Array.from({ length: 5 }, (_, i): Row => [machineId, nowMs - MINUTE + i, 80 + i, 1, 1])));
  await store.close();
  await mkdir(join(dataDir, 'standby'));
  await cp(join(dataDir, 'gonsters.db'), join(dataDir, 'standby', 'gonsters.db'));
  return machineId;
}

type Harm = (dataDir: string) => Promise<void>;

/** Files below the data directory whose relative path matches. */
export async function filesBelow(dataDir: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => pattern.test(relative(dataDir, path).replaceAll(sep, '/')))
    .sort();
}

async function firstOf(dataDir: string, pattern: RegExp): Promise<string> {
  const [path] = await filesBelow(dataDir, pattern);
  if (path === undefined) throw new Error(`No file matches ${pattern}`);
  return path;
}

export async function changeByte(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] as number) ^ 0x10;
  await writeFile(path, bytes);
}

const changed =
  (pattern: RegExp): Harm =>
  async (dataDir) => {
    const path = await firstOf(dataDir, pattern);
    await changeByte(path, Math.floor((await readFile(path)).length / 2));
  };
const lastChanged =
  (pattern: RegExp): Harm =>
  async (dataDir) => {
    const path = await firstOf(dataDir, pattern);
    await changeByte(path, (await readFile(path)).length - 1);
  };
const missing =
  (pattern: RegExp): Harm =>
  async (dataDir) =>
    rm(await firstOf(dataDir, pattern));
const emptied =
  (pattern: RegExp): Harm =>
  async (dataDir) =>
    truncate(await firstOf(dataDir, pattern));
const overwritten =
  (from: number, to: number): Harm =>
  async (dataDir) => {
    const path = join(dataDir, 'gonsters.db');
    await writeFile(path, (await readFile(path)).fill(0xff, from, to));
  };
/** By somebody who removes the triggers first. */
const inAudit =
  (statement: string): Harm =>
  async (dataDir) => {
    const handle = new DatabaseSync(join(dataDir, 'gonsters.db'));
    const select = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit_logs'";
    for (const { name } of handle.prepare(select).all() as { name: string }[]) handle.exec(`DROP TRIGGER ${name}`);
    handle.exec(statement);
    handle.close();
  };

const VALUES = /^readings\/values\/\d.*parquet$/;
const MINUTES = /^readings\/rollups\/1m\/.*parquet$/;
const HOURS = /^readings\/rollups\/1h\/.*parquet$/;
const DAYS = /^readings\/rollups\/1d\/.*parquet$/;
const LOCAL_DAYS = /^readings\/rollups\/1d-.*parquet$/;
const JOURNAL = /^readings\/journal\/.*journal$/;
const MANIFEST = /^readings\/manifest$/;

/** By the first column of the table in docs/damage.md. */
export const HARMS: Readonly<Record<string, Harm>> = {
  'A byte changed in a file of readings': changed(VALUES),
  'A byte changed in a rollup of minutes': changed(MINUTES),
  'A byte changed in a rollup of hours': changed(HOURS),
  'A byte changed in a rollup of days': changed(DAYS),
  'A byte changed in a rollup of days of the plant': changed(LOCAL_DAYS),
  'A file of readings is missing': missing(VALUES),
  'A rollup of minutes is missing': missing(MINUTES),
  'A rollup of hours is missing': missing(HOURS),
  'A rollup of days is missing': missing(DAYS),
  'A rollup of days of the plant is missing': missing(LOCAL_DAYS),
  'A file of readings was emptied': emptied(VALUES),
  'A journal file is missing': missing(JOURNAL),
  'A journal file was emptied': emptied(JOURNAL),
  'A byte changed in the middle of a journal file': changed(JOURNAL),
  'The last byte of a journal file changed': lastChanged(JOURNAL),
  'The manifest was changed': changed(MANIFEST),
  'The manifest was emptied': emptied(MANIFEST),
  'The manifest is missing': missing(MANIFEST),
  '`forgotten.json` was changed': changed(/^readings\/forgotten\.json$/),
  '`kinds.json` was changed': changed(/^readings\/kinds\.json$/),
  '`newest.json` was changed': changed(/^readings\/newest\.json$/),
  '`forgotten.json` is missing': missing(/^readings\/forgotten\.json$/),
  'The database is missing': missing(/^gonsters\.db$/),
  'The database was emptied': emptied(/^gonsters\.db$/),
  'The beginning of the database was overwritten': overwritten(0, 100),
  'A page of the database was overwritten': overwritten(40_960, 49_152),
  'An entry of the audit log was changed': inAudit("UPDATE audit_logs SET username = 'nobody' WHERE id = 2"),
  'An entry amid the audit log was removed': inAudit('DELETE FROM audit_logs WHERE id = 2'),
  'The last entry of the audit log was removed': inAudit(
    'DELETE FROM audit_logs WHERE id = (SELECT max(id) FROM audit_logs)',
  ),
};
