// The whole server on InfluxDB: readings sent over HTTP and MQTT are in every answer, also after outages.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { isoTime, type ReadingPage } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { backup } from '../../src/commands/backup.ts';
import { restore } from '../../src/commands/restore.ts';
import { verify } from '../../src/commands/verify.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { freePort } from '../support/free-port.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { StartedCore } from './support/start-core.ts';

const program = findInfluxdb();
const START = Date.UTC(2026, 0, 15, 10);
const MINUTE = 60_000;
const RANGE = 'start_time=2026-01-15T10:00:00Z&end_time=2026-01-15T14:00:00Z';
/** Four hours with one reading a minute. Every tenth reading has no speed. */
const READINGS = Array.from({ length: 240 }, (_, i) => ({
  timestamp: isoTime(START + i * MINUTE),
  temperature: i % 60,
  pressure: 100 + i / 10,
  ...(i % 10 === 0 ? {} : { speed: i * 10 }),
}));

let influxdb: InfluxdbServer;
let buckets = 0;

/** A server with a new database. */
async function start(settings = influxdb.settings(`plant-${++buckets}`)): Promise<StartedCore> {
  const core = new StartedCore(await temporaryDirectory(), { ...settings, MQTT_PORT: '0' }, undefined);
  onTestFinished(() => core.stop());
  await core.start();
  return core;
}

const read = (core: StartedCore, id: string, query: string) =>
  core.as<ReadingPage>('Operator', 'GET', `/data/machine/${id}?${query}`);

async function readiness(core: StartedCore): Promise<{ status: number; readings: string }> {
  const { status, body } = await core.send<{ parts: { readings: string } }>('GET', '//health/ready');
  return { status, readings: body.parts.readings };
}

describe.skipIf(program === null)('with InfluxDB', () => {
  beforeAll(async () => {
    influxdb = await startInfluxdb(program as string);
  });
  afterAll(() => influxdb.stop());

  test('readings sent over HTTP and MQTT are in every answer, before and after a restart', async () => {
    const core = await start();
    expect(core.engines?.readings).toBe('influxdb');
    const press = await core.addMachine('Press 1', 'Hall A, gate "1"');
    const lathe = await core.addMachine('Lathe');
    await core.ingest(press, READINGS);
    // A device that sends one value per message.
    const single = await core.addMachine('Pump');
    await core.ingest(single, [{ timestamp: isoTime(START - 30 * 86_400_000), temperature: 96 }]);
    await core.ingest(single, [{ timestamp: isoTime(START + MINUTE), speed: 1480 }]);
    const gateway = await connectAsync(core.mqtt as string);
    const reading = { timestamp: isoTime(START), temperature: 20.5 };
    await gateway.publishAsync(`factory/f/machine/${lathe}/telemetry`, JSON.stringify(reading), { qos: 1 });
    await gateway.endAsync();

    const check = async () => {
      const page = await read(core, press, `${RANGE}&order=asc&limit=3&offset=9`);
      expect(page.body.pagination).toMatchObject({ total_records: 240, returned_records: 3, has_more: true });
      expect(page.body.data[1]).toEqual({ ...READINGS[10], speed: null });
      const hours = await read(core, press, `${RANGE}&interval=1h&order=asc`);
      expect(hours.body.data).toHaveLength(4);
      expect(hours.body.data[0]).toMatchObject({
        timestamp: isoTime(START),
        temperature: 29.5,
        stats: { temperature: { min: 0, max: 59, count: 60 }, speed: { count: 54 } },
      });
      expect((await read(core, press, `${RANGE}&interval=auto&limit=50`)).body.query.interval).toBe('5m');
      const csv = await core.as('Operator', 'GET', `/data/machine/${press}/export?${RANGE}&format=csv`);
      expect(csv.text.split('\r\n')).toHaveLength(242);
      expect(csv.text).toContain('2026-01-15T10:10:00.000Z,10,101,\r\n');
      const parquet = await fetch(`${core.url}/api/v1/data/machine/${press}/export?${RANGE}&format=parquet`, {
        headers: { authorization: `Bearer ${await core.token('Operator')}` },
      });
      expect(await rowsIn(new Uint8Array(await parquet.arrayBuffer()))).toBe(240);
      const compared = await core.as(
        'Operator',
        'GET',
        `/data/compare?machine_ids=${press},${lathe}&metric=temperature&${RANGE}&interval=1h`,
      );
      expect(compared.status).toBe(200);
      expect(JSON.stringify(compared.body)).toContain('20.5');
      const machine = await core.as('Operator', 'GET', `/data/machines/${press}`);
      expect(machine.body).toMatchObject({ machine: { latest: READINGS.at(-1) } });
      const one = await core.as<{ machine: { latest: unknown } }>('Operator', 'GET', `/data/machines/${single}`);
      expect(one.body.machine.latest).toEqual({
        timestamp: isoTime(START + MINUTE),
        temperature: 96,
        pressure: null,
        speed: 1480,
        at: { temperature: isoTime(START - 30 * 86_400_000), speed: isoTime(START + MINUTE) },
      });
    };
    await check();
    await core.restart();
    await check();
  });

  test('nothing acknowledged is lost when it stops and starts again; meanwhile HTTP answers 503 with Retry-After', async () => {
    const core = await start();
    const press = await core.addMachine('Press 1');
    const gateway = await connectAsync(core.mqtt as string);
    onTestFinished(() => gateway.endAsync(true));
    const acknowledged = new Set<number>();
    let sent = 0;
    const publish = () => {
      const timestampMs = START + sent++ * 1000;
      const reading = JSON.stringify({ timestamp: isoTime(timestampMs), temperature: sent % 100 });
      return gateway
        .publishAsync(`factory/f/machine/${press}/telemetry`, reading, { qos: 1 })
        .then(() => acknowledged.add(timestampMs));
    };
    const publishing: Promise<unknown>[] = [];
    const publishMany = async (count: number) => {
      for (let i = 0; i < count; i++) {
        publishing.push(publish());
        if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await publishMany(1000);
    await vi.waitFor(() => expect(acknowledged.size).toBeGreaterThan(100), { timeout: 10_000 });
    await influxdb.kill();
    await publishMany(1000);

    const refused = await core.as('Operator', 'POST', '/data/ingest', { body: batchOf(press) });
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: 'store_unavailable' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await read(core, press, RANGE)).status).toBe(503);
    expect(await readiness(core)).toEqual({ status: 503, readings: 'down' });
    const acknowledgedMeanwhile = acknowledged.size;
    expect(acknowledgedMeanwhile).toBeLessThan(2000);

    await influxdb.start();
    await Promise.all(publishing);
    expect(acknowledged.size).toBe(2000);
    const page = await read(core, press, `${RANGE}&limit=-1`);
    expect(new Set(page.body.data.map((row) => Date.parse(row.timestamp)))).toEqual(acknowledged);
    expect(page.body.pagination.total_records).toBe(2000);
    await vi.waitFor(async () => expect(await readiness(core)).toEqual({ status: 200, readings: 'up' }));
    expect((await core.as('Operator', 'POST', '/data/ingest', { body: batchOf(press) })).status).toBe(201);
  });

  test('the server starts without it, serves requests that need no readings, and recovers by itself', async () => {
    const dataDir = await temporaryDirectory();
    const env = { ...influxdb.settings(`plant-${++buckets}`), MQTT_PORT: '0' };
    const core = new StartedCore(dataDir, env, undefined);
    onTestFinished(() => core.stop());
    await core.start();
    const press = await core.addMachine('Press 1');
    await core.ingest(press, READINGS);
    await core.stop();
    await influxdb.kill();

    await core.start();
    expect(await readiness(core)).toEqual({ status: 503, readings: 'down' });
    const machine = () => core.as('Operator', 'GET', `/data/machines/${press}`);
    expect((await machine()).body).toMatchObject({ machine: { latest: null } });
    expect((await core.as('Operator', 'POST', '/data/ingest', { body: batchOf(press) })).status).toBe(503);

    await influxdb.start();
    await vi.waitFor(
      async () => expect((await machine()).body).toMatchObject({ machine: { latest: READINGS.at(-1) } }),
      {
        timeout: 20_000,
        interval: 200,
      },
    );
    expect((await read(core, press, RANGE)).body.pagination.total_records).toBe(240);
  });

  test('a backup of it can be restored to an embedded installation, and verification finds no fault', async () => {
    const core = await start();
    const press = await core.addMachine('Press 1');
    await core.ingest(press, READINGS);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const directory = await temporaryDirectory();
    await verify({ DATA_DIR: core.dataDir });
    expect(JSON.parse(String(output.mock.calls[0]?.[0]))).toMatchObject({ faults: [] });
    await backup({ DATA_DIR: core.dataDir }, join(directory, 'plant.backup'));
    await restore({ DATA_DIR: join(directory, 'restored') }, join(directory, 'plant.backup'));

    const restored = new StartedCore(join(directory, 'restored'), {}, undefined);
    onTestFinished(() => restored.stop());
    await restored.start();
    expect(restored.engines?.readings).toBe('duckdb');
    const query = `${RANGE}&limit=-1`;
    expect((await read(restored, press, query)).body).toEqual((await read(core, press, query)).body);
  });

  test('a token for one bucket is enough; without the bucket the start ends with the reason', async (context) => {
    const database = `plant-${++buckets}`;
    await influxdb.create(database);
    const token = await influxdb.createToken(database);
    if (token === null) return context.skip('1.x knows no tokens');
    const settings = { ...influxdb.settings(database), INFLUXDB_TOKEN: token };
    const core = await start(settings);
    const press = await core.addMachine('Press 1');
    await core.ingest(press, READINGS);
    expect((await read(core, press, RANGE)).body.pagination.total_records).toBe(240);
    expect((await core.as('Management', 'DELETE', `/data/machines/${press}?readings=delete`)).status).toBe(200);
    const left = await influxdb.fetch(`/query?db=${database}&q=SELECT+count(n)+FROM+sensor_readings`);
    expect(await left.text()).not.toContain('series');

    const missing = start({ ...settings, INFLUXDB_BUCKET: 'another' });
    await expect(missing).rejects.toThrow(/no database or bucket another, and does not let us make it/);
  });

  test('the server starts although nothing listens at the address', async () => {
    const core = await start({ INFLUXDB_URL: `http://127.0.0.1:${await freePort()}`, INFLUXDB_BUCKET: 'plant' });
    expect(await readiness(core)).toEqual({ status: 503, readings: 'down' });
  });
});

describe.skipIf(program === null)('with an InfluxDB that requires credentials', () => {
  const admin = { username: 'ann', password: 'p@ss/word' };
  let guarded: InfluxdbServer;
  beforeAll(async () => {
    guarded = await startInfluxdb(program as string, admin);
  });
  afterAll(() => guarded.stop());

  test('the user and password of the URL grant access', async () => {
    // Such a user of 2.x may not create anything.
    await guarded.create('guarded');
    const core = await start(guarded.settings('guarded'));
    const press = await core.addMachine('Press 1');
    await core.ingest(press, READINGS);
    expect((await read(core, press, RANGE)).body.pagination.total_records).toBe(240);
  });

  test('a wrong password ends the start with a reason that does not contain the password', async () => {
    const settings = guarded.settings('guarded');
    const url = settings.INFLUXDB_URL.replace(encodeURIComponent(admin.password), 'very-secret');
    const failure = await start({ ...settings, INFLUXDB_URL: url }).catch((error: Error) => error);
    expect(String(failure)).toMatch(/cannot be stored in InfluxDB.*401/);
    expect(String(failure)).not.toContain('very-secret');
  });
});

function batchOf(machineId: string) {
  const readings = [{ timestamp: isoTime(START + 200 * MINUTE), temperature: 1 }];
  return {
    gateway_id: 'gw-1',
    timestamp: isoTime(START),
    batch: [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }],
  };
}

async function rowsIn(parquet: Uint8Array): Promise<number> {
  const file = join(await temporaryDirectory(), 'export.parquet');
  await writeFile(file, parquet);
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = await duckdb.runAndReadAll(`SELECT count(*)::DOUBLE FROM '${file}'`);
  duckdb.closeSync();
  return rows.getRows()[0]?.[0] as number;
}
