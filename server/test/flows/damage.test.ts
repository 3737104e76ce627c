// Damage of stored readings is reported by a running server until Management has acknowledged it.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEmbeddedDatabase } from '../../src/database/open-embedded-database.ts';
import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { batchOf } from '../conformance/reading-oracle.ts';
import { StartedCore } from './support/start-core.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 0, 15, 12);
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };

/** A data directory of which a file with the readings of four hours is missing, each named. */
async function damagedDirectory(): Promise<{ dataDir: string; missing: string[] }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-damage-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await (await openEmbeddedDatabase(dataDir)).close();
  const directory = join(dataDir, 'readings');
  const store = new DuckdbReadingStore({ directory, clock: { nowMs: () => NOON }, log: silentLogger });
  await store.open();
  const hours = [0, 1, 2, 3];
  await store.append(batchOf(hours.map((hour) => ['machine', NOON + hour * HOUR, 1, 1, 1])));
  await store.runDueJobs(NOON + 2 * DAY, EVER);
  await store.close();
  const names = (await readdir(join(directory, 'values', '2026-01-15'))).sort();
  for (const name of names) await rm(join(directory, 'values', '2026-01-15', name));
  return { dataDir, missing: names.map((name) => `values/2026-01-15/${name}`) };
}

test('health, metrics and the API name it; Management acknowledges what was seen, and the audit log says so', async () => {
  const { dataDir, missing } = await damagedDirectory();
  const core = new StartedCore(dataDir, {}, undefined);
  await core.start();
  onTestFinished(() => core.stop());
  const ready = async () =>
    (
      await core.send<{ status: string; parts: Record<string, string>; reasons: Record<string, string> }>(
        'GET',
        '//health/ready',
      )
    ).body;
  const metrics = async () => (await core.send('GET', '//metrics')).text;

  expect(missing).toHaveLength(4);
  expect(await ready()).toMatchObject({ status: 'degraded', parts: { readings: 'degraded' } });
  const { readings: reason } = (await ready()).reasons;
  expect(reason).toContain(`${missing[0]} (single readings, 2026-01-15T12:00:00.000Z to 2026-01-15T13:00:00.000Z)`);
  expect(reason).toContain('and 1 more');
  expect(await metrics()).toMatch(/^gonsters_damaged_files 4$/m);

  const { body } = await core.as('Operator', 'GET', '/system/damage');
  expect(body).toEqual({
    status: 'success',
    damage: missing.map((file, hour) => ({
      file,
      part: 'readings',
      from: new Date(NOON + hour * HOUR).toISOString(),
      to: new Date(NOON + (hour + 1) * HOUR).toISOString(),
      noticed_at: expect.any(String),
      rebuilt: false,
    })),
  });
  const acknowledge = (files: readonly string[]) =>
    core.as('Management', 'POST', '/system/damage/acknowledge', { body: { files } });
  expect((await acknowledge([])).status).toBe(400);
  const first = await acknowledge([missing[0] as string, 'values/elsewhere.parquet']);
  expect(first).toMatchObject({ status: 200 });
  expect(first.body.damage).toHaveLength(3);
  expect((await acknowledge(missing)).body).toEqual({ status: 'success', damage: [] });
  expect(await ready()).toMatchObject({ parts: { readings: 'up' } });
  expect(await metrics()).toMatch(/^gonsters_damaged_files 0$/m);
  const audit = await core.as<{ entries: { details: unknown }[] }>(
    'Management',
    'GET',
    '/audit?action=damage.acknowledge',
  );
  expect(audit.body.entries.map(({ details }) => details)).toContainEqual({ files: [missing[0]] });
});
