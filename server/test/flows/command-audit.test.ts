// What the commands that write leave in the audit log.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SqlAuditLog } from '../../src/audit/sql-audit-log.ts';
import { backup } from '../../src/commands/backup.ts';
import { migrate } from '../../src/commands/migrate.ts';
import { restore } from '../../src/commands/restore.ts';
import { openEmbeddedDatabase } from '../../src/database/open-embedded-database.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gonsters-command-audit-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function entriesOf(dataDir: string) {
  const database = await openEmbeddedDatabase(dataDir);
  try {
    const audit = new SqlAuditLog(database);
    expect(await audit.verify()).toMatchObject({ brokenAt: null });
    return (await audit.page({ limit: 20 })).entries.toReversed();
  } finally {
    await database.close();
  }
}

it('has who made, restored and migrated what, and what failed', async () => {
  const dataDir = join(directory, 'data');
  const file = join(directory, 'plant.backup');
  const by = { os_user: userInfo().username };
  for (let run = 0; run < 2; run++) await migrate({ DATA_DIR: dataDir });
  await backup({ DATA_DIR: dataDir }, file);
  await expect(backup({ DATA_DIR: dataDir }, join(directory, 'no', 'folder'))).rejects.toThrow();
  const migrated = { action: 'database.migrate', username: 'command line', outcome: 'success' };
  expect(await entriesOf(dataDir)).toMatchObject([
    { ...migrated, details: { ...by, command: 'migrate', from_version: 0 } },
    { action: 'installation.backup', target: file, outcome: 'success', details: { ...by, command: 'backup' } },
    { action: 'installation.backup', outcome: 'refused', details: { ...by, error: expect.any(String) } },
  ]);

  const restored = join(directory, 'restored');
  await restore({ DATA_DIR: restored }, file);
  expect(await entriesOf(restored)).toMatchObject([
    migrated,
    {
      ...{ action: 'installation.restore', target: restored, outcome: 'success' },
      details: { ...by, command: 'restore', file: 'plant.backup', backup_of: expect.any(String) },
    },
  ]);
});
