// SIGTERM while history that arrived late is being rolled up: the work is interrupted, and the next start continues it.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isoTime } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { silentLogger } from '../../src/log.ts';
import { KEEP_ALL } from '../../src/readings/copy-readings.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { InfluxdbReadingStore } from '../../src/readings/engines/influxdb/influxdb-reading-store.ts';
import type { ReadingStore } from '../../src/readings/reading-store.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { type RunningServer, request, signIn } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { batchOf, type Row } from './support/batch-of.ts';
import { startUntilFinished } from './support/process-plant.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DAYS = 60;
const EVERY_MS = 10 * MINUTE_MS;
const READINGS = ((DAYS - 1) * DAY_MS) / EVERY_MS;
const SAME_KEY = { JWT_SECRET_KEY: 'x'.repeat(32) };
const WAIT = { timeout: 60_000, interval: 20 };
/** A stop may take ten seconds. */
const WELL_BELOW_MS = 5_000;
/** A compacted file of one hour. */
const COMPACTED = /^values\/\d{4}-\d\d-\d\d\/\d\d-\d+\.parquet$/;
const influxProgram = findInfluxdb();
const FIRST_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAYS * DAY_MS;

async function addMachines(server: RunningServer, token: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const machine = { name: `Press ${i}`, location: 'Hall A', sensor_type: 'press' };
    ids.push((await request(server.http, token, 'POST', '/data/machine', machine)).body.machine_id as string);
  }
  return ids;
}

/** Stops the server by SIGTERM. @returns how long it took */
async function stop(server: RunningServer): Promise<number> {
  const startedMs = performance.now();
  expect(await server.end('SIGTERM'), server.log()).toBe(0);
  return performance.now() - startedMs;
}

async function countOf(server: RunningServer, token: string, machineId: string): Promise<number> {
  const range = `start_time=${isoTime(FIRST_MS)}&end_time=${isoTime(Date.now())}&limit=1`;
  const { body } = await request(server.http, token, 'GET', `/data/machine/${machineId}?${range}`);
  return (body.pagination as { total_records: number }).total_records;
}

/** Readings of every machine, from `FIRST_MS` to yesterday. */
async function fillIn(store: ReadingStore, machineIds: readonly string[]): Promise<void> {
  for (const machineId of machineIds) {
    const rows = Array.from(
      { length: READINGS },
      (_, i): Row => [...([machineId, FIRST_MS + i * EVERY_MS] as const), { temperature: 60, speed: i % 7 }],
    );
    await store.append(batchOf(...rows));
  }
}

test('the embedded engine interrupts compaction and continues it after the start', async () => {
  const dataDir = await temporaryDirectory();
  const first = await startUntilFinished(dataDir, SAME_KEY);
  const token = await signIn(first.http);
  const machineIds = await addMachines(first, token, 20);
  await stop(first);

  const directory = join(dataDir, 'readings');
  // A small memtable, so that the readings are in L0 files that have to be compacted.
  const store = new DuckdbReadingStore({
    directory,
    clock: systemClock,
    log: silentLogger,
    maxMemtableValues: 3_000,
  });
  await store.open();
  await fillIn(store, machineIds);
  await store.close();
  const compacted = async () => (await readdir(directory, { recursive: true })).filter((name) => COMPACTED.test(name));

  const second = await startUntilFinished(dataDir, SAME_KEY);
  await vi.waitFor(async () => expect((await compacted()).length).toBeGreaterThan(0), WAIT);
  expect(await stop(second)).toBeLessThan(WELL_BELOW_MS);
  const done = (await compacted()).length;
  expect(done).toBeLessThan((DAYS - 1) * 24);
  expect((await readdir(directory, { recursive: true })).filter((name) => name.includes('damaged'))).toEqual([]);

  const third = await startUntilFinished(dataDir, SAME_KEY);
  await vi.waitFor(async () => expect((await compacted()).length).toBeGreaterThan(done), WAIT);
  for (const machineId of [machineIds[0], machineIds.at(-1)]) {
    expect(await countOf(third, token, machineId as string)).toBe(READINGS);
  }
  expect(await stop(third)).toBeLessThan(WELL_BELOW_MS);
}, 180_000);

describe.skipIf(influxProgram === null)('with InfluxDB', () => {
  let influxdb: InfluxdbServer;
  beforeAll(async () => {
    influxdb = await startInfluxdb(influxProgram as string);
  });
  afterAll(() => influxdb.stop());

  const hoursSummarised = async (bucket: string) => {
    const q = 'SELECT count(n) FROM sensor_readings_1h';
    const answer = await influxdb.fetch(`/query?${new URLSearchParams({ db: bucket, q })}`);
    const { results } = (await answer.json()) as { results: { series?: { values: number[][] }[] }[] };
    return results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
  };

  test('rollups are interrupted and continued after the start', async () => {
    const dataDir = await temporaryDirectory();
    const settings = influxdb.settings('filled-in');
    const env = { ...SAME_KEY, ...settings };
    const first = await startUntilFinished(dataDir, env);
    const token = await signIn(first.http);
    const machineIds = await addMachines(first, token, 40);
    await stop(first);

    // The readings seem to have arrived ten minutes ago, so that their hours are rolled up from now on.
    const { INFLUXDB_URL: url, INFLUXDB_BUCKET: bucket } = settings;
    const address = { url, bucket, ...influxdb.access, username: null, password: null, answerWithinMs: 10_000 };
    const clock = { nowMs: () => Date.now() - 10 * MINUTE_MS };
    const described = { describe: () => ({ sensorType: 'press', location: 'Hall A' }), clock, log: silentLogger };
    const store = new InfluxdbReadingStore({ address, ...described, openCopy: () => expect.fail('not copied') });
    onTestFinished(() => store.close());
    await store.open();
    await store.runDueJobs(clock.nowMs(), KEEP_ALL);
    await fillIn(store, machineIds);
    await store.close();

    const second = await startUntilFinished(dataDir, env);
    await vi.waitFor(async () => expect(await hoursSummarised(bucket)).toBeGreaterThan(0), WAIT);
    expect(await stop(second)).toBeLessThan(WELL_BELOW_MS);
    const done = await hoursSummarised(bucket);
    expect(done).toBeLessThan(machineIds.length * (DAYS - 1) * 24);

    const third = await startUntilFinished(dataDir, env);
    await vi.waitFor(async () => expect(await hoursSummarised(bucket)).toBeGreaterThan(done), WAIT);
    for (const machineId of [machineIds[0], machineIds.at(-1)]) {
      expect(await countOf(third, token, machineId as string)).toBe(READINGS);
    }
    expect(await stop(third)).toBeLessThan(WELL_BELOW_MS);
  }, 180_000);
});
