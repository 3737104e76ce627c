import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../test/support/temporary-directory.ts';
import { silentLogger } from '../log.ts';
import { checkDatabaseFile } from './check-database-file.ts';
import { DATABASE_FILE, openEmbeddedDatabase } from './open-embedded-database.ts';
import { StandbyCopy } from './standby-copy.ts';

/** Overwrites pages in the middle of the file. */
async function damage(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  for (let at = 8192; at < size; at += 4096) await handle.write(Buffer.alloc(2048, 0xa5), 0, 2048, at);
  await handle.close();
}

async function openPlant() {
  const dataDir = await temporaryDirectory();
  // Closing writes everything to the file itself.
  await (await openEmbeddedDatabase(dataDir)).close();
  const database = await openEmbeddedDatabase(dataDir);
  // A damaged one cannot be closed without an error.
  onTestFinished(() => database.close().catch(() => {}));
  let damaged = 0;
  const onDamaged = async () => void damaged++;
  const standby = new StandbyCopy({ database, dataDir, log: silentLogger, onDamaged });
  return { dataDir, standby, damaged: () => damaged };
}

test('a whole database is copied, and the copy can be opened', async () => {
  const { dataDir, standby, damaged } = await openPlant();
  await standby.copy();
  expect(await checkDatabaseFile(join(dataDir, 'standby', DATABASE_FILE))).toEqual([]);
  expect(damaged()).toBe(0);
});

test('a database that was damaged since does not replace the good copy, and is reported', async () => {
  const { dataDir, standby, damaged } = await openPlant();
  await standby.copy();
  const copy = join(dataDir, 'standby', DATABASE_FILE);
  const good = await readFile(copy);
  await damage(join(dataDir, DATABASE_FILE));
  await standby.copy();
  expect(damaged()).toBe(1);
  expect(await readFile(copy)).toEqual(good);
  await expect(stat(`${copy}.new`)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file that is no database is refused', async () => {
  const file = join(await temporaryDirectory(), 'nothing.db');
  const handle = await open(file, 'w');
  await handle.write('This is text. '.repeat(500));
  await handle.close();
  await expect(checkDatabaseFile(file)).rejects.toThrow('not a database');
});
