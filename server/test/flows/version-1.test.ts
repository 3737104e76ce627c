// The data of format 1 in `test/fixtures/version-1` opens, and answers what was stored.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isoTime, METRIC_NAMES } from '@gonsters/contract';
import { extract } from 'tar';
import { describe, expect, it, onTestFinished } from 'vitest';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import type { Environment } from '../../src/environment.ts';
import { bucketGrid } from '../../src/readings/bucket-grid.ts';
import { ReadingOracle, SEED_GAUGES, SEED_METRICS } from '../conformance/reading-oracle.ts';
import { MACHINES, sentRows, WRITTEN_AT_MS } from '../fixtures/version-1/content.ts';
import { findInfluxdb, findPostgres, findRedis } from '../support/find-program.ts';
import { queryPostgres } from '../support/query-postgres.ts';
import { startInfluxdb } from '../support/start-influxdb.ts';
import { startPostgres } from '../support/start-postgres.ts';
import { startRedis } from '../support/start-redis.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { StartedCore } from './support/start-core.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/version-1');
const unpacked = async (name: string) => gunzipSync(await readFile(join(FIXTURES, name)));

const programs = { postgres: findPostgres(), influxdb: findInfluxdb(), redis: findRedis() };
const hasServers = Object.values(programs).every((program) => program !== null);

/** Each returns how a server on the data is configured. */
const INSTALLATIONS: { name: string; isThere: boolean; open: () => Promise<Environment & { DATA_DIR: string }> }[] = [
  {
    name: 'a data directory',
    isThere: true,
    open: async () => {
      const directory = await temporaryDirectory();
      await extract({ file: join(FIXTURES, 'data-directory.tar.gz'), cwd: directory });
      return { DATA_DIR: join(directory, 'data') };
    },
  },
  {
    name: 'a backup',
    isThere: true,
    open: async () => {
      const directory = await temporaryDirectory();
      await writeFile(join(directory, 'plant.backup'), await unpacked('embedded.backup.gz'));
      await restoreBackup(join(directory, 'plant.backup'), join(directory, 'data'), () => {});
      return { DATA_DIR: join(directory, 'data') };
    },
  },
  { name: 'PostgreSQL and InfluxDB', isThere: hasServers, open: openServers },
];

async function openServers(): Promise<Environment & { DATA_DIR: string }> {
  const [postgres, influxdb, redis] = await Promise.all([
    startPostgres(programs.postgres as string),
    startInfluxdb(programs.influxdb as string),
    startRedis(programs.redis as string),
  ]);
  onTestFinished(async () => void (await Promise.all([postgres.stop(), influxdb.stop(), redis.stop()])));
  const url = await postgres.createDatabase();
  await queryPostgres(url, String(await unpacked('postgres.sql.gz')));
  await influxdb.create('plant');
  const written = await influxdb.fetch(
    influxdb.isVersion2 ? '/api/v2/write?bucket=plant&org=plant' : '/write?db=plant',
    {
      method: 'POST',
      body: String(await unpacked('influxdb.lines.gz')),
    },
  );
  expect(written.status).toBe(204);
  return {
    DATA_DIR: await temporaryDirectory(),
    DATABASE_URL: url,
    ...influxdb.settings('plant'),
    REDIS_URL: redis.url,
    JWT_SECRET_KEY: 'a key that every node of the plant has',
  };
}

interface ReplyRow {
  timestamp: string;
  stats?: Record<string, { min: number | null; max: number | null; count: number }>;
  [metric: string]: unknown;
}

type OracleBucket = [startMs: number, ...metrics: [count: number, sum: number, min: number, max: number][]];

describe.each(INSTALLATIONS)('$name of format 1', ({ isThere, open }) => {
  it.skipIf(!isThere)('is opened by this version with everything that it holds', async () => {
    const { DATA_DIR, ...env } = await open();
    const core = new StartedCore(DATA_DIR, env, undefined, { clock: { nowMs: () => WRITTEN_AT_MS } });
    onTestFinished(() => core.stop());
    await core.start();

    const get = async <T>(path: string) => (await core.as<T>('Management', 'GET', path)).body;
    const { machines } = await get<{
      machines: { machine_id: string; latest: ReplyRow; location: string; name: string }[];
    }>('/data/machines?sort=name');
    expect(machines).toMatchObject(MACHINES);
    const oracle = new ReadingOracle();
    for (const [i, { machine_id, latest }] of machines.entries()) {
      oracle.append(sentRows(machine_id, i));
      const whole = {
        machineId: machine_id,
        metrics: SEED_METRICS,
        everyReading: true,
        fromMs: 0,
        toMs: WRITTEN_AT_MS,
        order: 'asc',
        offset: 0,
        limit: 100_000,
      } as const;
      const range = `/data/machine/${machine_id}?start_time=2026-01-01T00:00:00Z&order=asc&limit=-1`;
      const { data } = await get<{ data: ReplyRow[] }>(range);
      const { rows: stored } = oracle.raw(whole);
      expect(data).toEqual(
        stored.map(([, timestampMs, temperature, pressure, speed]) => ({
          ...{ timestamp: isoTime(timestampMs), temperature, pressure, speed },
        })),
      );
      expect(latest).toMatchObject({ timestamp: isoTime(stored.at(-1)?.[1] as number) });
      for (const interval of ['1m', '1h', '1d'] as const) {
        const { data: rows } = await get<{ data: ReplyRow[] }>(`${range}&interval=${interval}`);
        const buckets = oracle.buckets({
          ...whole,
          metrics: SEED_GAUGES,
          grid: bucketGrid(interval),
          holdMs: 3_600_000,
        }).buckets as OracleBucket[];
        expect(rows.map(({ timestamp }) => Date.parse(timestamp))).toEqual(buckets.map(([startMs]) => startMs));
        for (const [at, [, ...metrics]] of buckets.entries()) {
          const row = rows[at] as ReplyRow;
          for (const [m, [count, sum, min, max]] of metrics.entries()) {
            const metric = METRIC_NAMES[m] as string;
            const stats = count === 0 ? { min: null, max: null, count } : { min, max, count };
            expect(row.stats?.[metric]).toMatchObject(stats);
            if (count === 0) expect(row[metric]).toBeNull();
            else expect(row[metric]).toBeCloseTo(sum / count, 9);
          }
        }
      }
    }

    expect((await get<{ config: object }>('/config')).config).toMatchObject({
      max_speed_threshold: '9000',
      min_temperature_threshold: '40.0',
      max_temperature_threshold: '80.0',
    });
    expect(await get('/data/sensor-types/pump/limits')).toMatchObject({ limits: { temperature: { high: 70 } } });
    const pressLimits = await get(`/data/machines/${machines[0]?.machine_id}/limits`);
    expect(pressLimits).toMatchObject({ limits: { pressure: { high: 120 } } });
    // Each sensor type is an empty machine type now, and the metrics of version 1 are the first of the catalogue.
    expect(await get('/machine-types')).toMatchObject({
      count: 2,
      machine_types: [
        { name: 'press', metrics: [], limits: {}, machines: 1 },
        { name: 'pump', metrics: [], limits: { temperature: { high: 70 } }, machines: 1 },
      ],
    });
    const { metrics } = await get<{ metrics: object[] }>('/metrics');
    expect(metrics).toMatchObject(METRIC_NAMES.map((name) => ({ name, is_built_in: true, status: 'active' })));
    expect(metrics[0]).toMatchObject({ limits: { low: 40, high: 80 }, machines: 2 });
    expect(await get('/gateways')).toMatchObject({ gateways: [{ name: 'Gateway Hall A' }] });
    const { alerts } = await get<{ alerts: object[] }>('/alerts?limit=500');
    expect(alerts.length).toBeGreaterThan(20);
    expect(alerts).toContainEqual(expect.objectContaining({ acknowledge_note: 'Seen', acknowledged_by: 'operator1' }));
    await core.signIn('newcomer', 'Correct-Horse-7');
    const { entries } = await get<{ entries: { action: string }[] }>('/audit?limit=500');
    expect(entries.map(({ action }) => action)).toContain('machine.delete');

    const timestamp = isoTime(WRITTEN_AT_MS);
    await core.ingest(machines[0]?.machine_id as string, [{ timestamp, temperature: 61 }]);
    const { machine } = await get<{ machine: { latest: ReplyRow } }>(`/data/machines/${machines[0]?.machine_id}`);
    expect(machine.latest).toMatchObject({ timestamp, temperature: 61 });
  });
});
