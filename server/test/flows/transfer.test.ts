// `gonsters transfer`: all data is copied to real servers, which then give the same answers as the embedded engines did.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text as readAll } from 'node:stream/consumers';
import { isoTime } from '@gonsters/contract';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { transfer } from '../../src/commands/transfer.ts';
import { openPostgres } from '../../src/database/open-postgres.ts';
import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { batchOf, type Row } from '../conformance/reading-oracle.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { findInfluxdb, findPostgres } from '../support/find-program.ts';
import { freePort } from '../support/free-port.ts';
import { queryPostgres } from '../support/query-postgres.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { type PostgresServer, startPostgres } from '../support/start-postgres.ts';
import { MAIN } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { StartedCore } from './support/start-core.ts';

const influxProgram = findInfluxdb();
const postgresPrograms = findPostgres();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.now();
const TODAY = Math.floor(NOW / DAY) * DAY;
const FOR_EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };

const ADD_USER = ['user', 'add', 'sari', '--email', 'sari@plant.example'];

let influxdb: InfluxdbServer;
let postgres: PostgresServer;
let told: string[];
let buckets = 0;

async function start(dataDir: string, env: Record<string, string> = {}): Promise<StartedCore> {
  const core = new StartedCore(dataDir, env, undefined);
  onTestFinished(() => core.stop());
  await core.start();
  return core;
}

/** An embedded plant with people, settings, alerts, an audit log, readings, and summaries older than any reading. */
async function fillPlant(dataDir: string, count: number): Promise<string[]> {
  const core = await start(dataDir);
  const machines: string[] = [];
  for (let i = 0; i < count; i++) machines.push(await core.addMachine(`Press ${i}`, `Hall ${i % 3}, north`, 'press'));
  await core.as('Management', 'POST', '/config/update', {
    body: { setting_name: 'max_temperature_threshold', setting_value: '75' },
  });
  for (const [i, machineId] of machines.entries()) {
    const readings = Array.from({ length: 50 }, (_, k) => ({
      timestamp: isoTime(NOW - (50 - k) * 7 * MINUTE),
      temperature: k === 25 && i === 0 ? 99.5 : 20 + k / 3,
      ...(k % 4 === 0 ? {} : { pressure: 0 }),
    }));
    await core.ingest(machineId, readings);
  }
  await core.stop();

  const store = new DuckdbReadingStore({
    directory: join(dataDir, 'readings'),
    clock: { nowMs: () => NOW },
    log: silentLogger,
  });
  await store.open();
  const old = Array.from(
    { length: 300 },
    (_, k): Row => [machines[0] as string, TODAY - 40 * DAY + k * MINUTE, k, null, 5],
  );
  const recent = Array.from(
    { length: 300 },
    (_, k): Row => [machines[1] as string, TODAY - 3 * DAY + k * MINUTE, k, -k, null],
  );
  await store.append(batchOf([...old, ...recent, ['00000000-0000-4000-8000-00000000000a', TODAY - 2 * DAY, 1, 2, 3]]));
  // All background jobs are due.
  await store.runDueJobs(NOW + 2 * DAY, FOR_EVER);
  await store.runDueJobs(NOW + 2 * DAY, { ...FOR_EVER, raw: 20 });
  await store.close();
  return machines;
}

interface Latest {
  at: Record<string, string>;
}

/** What the API answers. */
async function answersOf(core: StartedCore, machines: readonly string[]): Promise<unknown[]> {
  const since = isoTime(TODAY - 60 * DAY);
  const answers: unknown[] = [];
  const ask = async (path: string) => {
    const { status, body } = await core.as('Management', 'GET', path);
    expect(status, path).toBe(200);
    answers.push(body);
  };
  await ask('/data/machines?limit=100&sort=name');
  for (const { latest } of (answers[0] as { machines: { latest: Latest | null }[] }).machines) {
    // The embedded store remembers the newest value of a metric also when its reading has expired; there is nothing to copy then.
    for (const [metric, atTime] of Object.entries(latest?.at ?? {})) {
      if (Date.parse(atTime) >= TODAY - 20 * DAY) continue;
      delete latest?.at[metric];
      Object.assign(latest as Latest, { [metric]: null });
    }
  }
  await ask('/alerts');
  await ask('/config');
  for (const id of machines.slice(0, 3)) {
    const range = `start_time=${since}&end_time=${isoTime(NOW)}&limit=-1`;
    for (const interval of ['raw', '1m', '5m', '1h', '1d'])
      await ask(`/data/machine/${id}?${range}&interval=${interval}`);
  }
  return JSON.parse(JSON.stringify(answers), (_, value) =>
    typeof value === 'number' ? Math.round(value * 1e9) / 1e9 : value,
  );
}

/** Runs the program and kills it as soon as it prints a line that begins with `at`. */
async function killTransfer(env: Record<string, string>, to: { toPostgres?: string; toInflux: string }, at: string) {
  const targets = [...(to.toPostgres ? ['--to-postgres', to.toPostgres] : []), '--to-influx', to.toInflux];
  const child = spawn(process.execPath, [MAIN, 'transfer', ...targets], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stderr })) if (line.startsWith(at)) child.kill('SIGKILL');
  await exited;
  expect(child.signalCode).toBe('SIGKILL');
}

/** Runs the program to its end. */
async function run(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', ...env },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end('Horse-7-staple\n');
  const text = await readAll(child.stderr);
  return { code: child.exitCode ?? (await once(child, 'exit'))[0], text };
}

async function targets() {
  return { toPostgres: await postgres.createDatabase(), toInflux: influxdb.url };
}

/** Everything but the URL of the target, which is an argument of the command. */
const environment = (dataDir: string) => {
  const { INFLUXDB_URL: _, ...target } = influxdb.settings(`moved-${++buckets}`);
  return { DATA_DIR: dataDir, LOG_LEVEL: 'silent', ...target };
};

describe.skipIf(influxProgram === null || postgresPrograms === null)('gonsters transfer', () => {
  beforeAll(async () => {
    influxdb = await startInfluxdb(influxProgram as string);
    postgres = await startPostgres(postgresPrograms as string);
  });
  afterAll(async () => {
    await influxdb.stop();
    await postgres.stop();
  });
  beforeEach(() => {
    told = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      told.push(String(text).trimEnd());
      return true;
    });
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
  });

  test('a server on the targets answers as the embedded one did, and a second transfer changes nothing', async () => {
    const dataDir = await temporaryDirectory();
    const machines = await fillPlant(dataDir, 4);
    const embedded = await start(dataDir);
    const before = await answersOf(embedded, machines);
    await embedded.stop();

    const [env, to] = [environment(dataDir), await targets()];
    await transfer(env, to);
    expect(told).toContain('InfluxDB has 501 readings');
    expect(told.at(-1)).toMatch(/^Everything has been transferred/);
    told.length = 0;
    await transfer(env, to);
    expect(told).toContain('The tables have been copied before');
    expect(told.filter((line) => line.includes('readings copied'))).toEqual([]);
    expect(told.at(-1)).toMatch(/^Everything has been transferred/);

    const moved = { DATABASE_URL: to.toPostgres, ...influxdb.settings(env.INFLUXDB_BUCKET) };
    const core = await start(dataDir, moved);
    expect(core.engines).toMatchObject({ readings: 'influxdb', database: 'postgres' });
    expect(await answersOf(core, machines)).toEqual(before);
    // New entries of the audit log and new readings can be added.
    await core.ingest(machines[0] as string, [{ timestamp: isoTime(NOW - 1), temperature: 99.9 }]);
    const audit = await core.as<{ entries: { id: number }[] }>('Management', 'GET', '/audit?limit=1');
    expect(audit.body.entries[0]?.id).toBeGreaterThan(5);
    const transfers = await core.as<{ entries: object[] }>('Management', 'GET', '/audit?action=installation.transfer');
    expect(transfers.body.entries).toMatchObject([
      { username: 'command line', target: 'PostgreSQL', outcome: 'success' },
    ]);
  });

  test('a transfer that was killed continues when it is run again, with the same result', async () => {
    const dataDir = await temporaryDirectory();
    await fillPlant(dataDir, 12);
    const [env, to] = [environment(dataDir), await targets()];
    await killTransfer(env, to, 'Machine 3 of 13');

    await transfer(env, to);
    const copied = told.filter((line) => line.includes('readings copied')).length;
    expect(copied).toBeGreaterThan(0);
    expect(copied).toBeLessThan(11);
    expect(told).toContain('InfluxDB has 901 readings');
    expect(told.at(-1)).toMatch(/^Everything has been transferred/);
  });

  test('differences in the target are reported, and the next run copies again', async () => {
    const dataDir = await temporaryDirectory();
    const [machineId] = (await fillPlant(dataDir, 2)) as [string, string];
    const [env, to] = [environment(dataDir), { toInflux: influxdb.url }];
    await transfer(env, to);
    const write = async (lines: string) => {
      const path = `/write?db=${env.INFLUXDB_BUCKET}`;
      expect((await influxdb.fetch(path, { method: 'POST', body: lines })).status).toBe(204);
    };
    const series = `sensor_readings,machine_id=${machineId},location=Hall\\ 0\\,\\ north,sensor_type=press`;
    await write(`${series} temperature=-7 ${NOW - 7 * MINUTE}000000`);
    await write(`sensor_readings_1d,machine_id=${machineId} temperature_count=1i ${TODAY - 40 * DAY}000000`);
    await write(`sensor_readings,machine_id=unknown-machine n=1i,speed=1 ${TODAY}000000`);
    await expect(transfer(env, to)).rejects.toThrow(/\d differences: the target does not hold the same data as/);
    const day = isoTime(NOW - 7 * MINUTE).slice(0, 10);
    expect(told).toContain(`Machine ${machineId}, ${day}: values of readings differ in the target`);
    expect(told).toContain('Machine unknown-machine has readings in the target, and none in the source');
    await write(`${series} n=1i,temperature=3 ${NOW - 7 * MINUTE + 1}000000`);
    told.length = 0;
    await expect(transfer(env, to)).rejects.toThrow(/differences/);
    expect(
      told.some((line) => line.startsWith(`Machine ${machineId}, ${day}: `) && line.includes('readings in the source')),
    ).toBe(true);

    const drop = (statement: string) =>
      influxdb.fetch('/query', {
        method: 'POST',
        body: new URLSearchParams({ db: env.INFLUXDB_BUCKET, q: statement }),
      });
    await drop(`DELETE FROM sensor_readings WHERE machine_id = 'unknown-machine'`);
    await drop(`DELETE FROM sensor_readings WHERE time = ${NOW - 7 * MINUTE + 1}ms`);
    await transfer(env, to);
    expect(told.at(-1)).toMatch(/^Everything has been transferred/);
  });

  test('targets that hold other data are refused, and so is a data directory in use', async () => {
    const dataDir = await temporaryDirectory();
    await fillPlant(dataDir, 2);
    const other = await temporaryDirectory();
    await fillPlant(other, 2);
    const [env, to] = [environment(dataDir), await targets()];
    await transfer(env, to);
    const theirs = { ...env, DATA_DIR: other };
    await expect(transfer(theirs, to)).rejects.toThrow(/target already holds other data, in .*machine_metadata/);
    await expect(transfer(theirs, { toInflux: to.toInflux })).rejects.toThrow(/already holds other readings/);
    const foreign = `foreign-${buckets}`;
    await influxdb.create(foreign);
    const body = `sensor_readings,machine_id=x n=1i,speed=1 ${NOW}000000`;
    await influxdb.fetch(`/write?db=${foreign}`, { method: 'POST', body });
    await expect(transfer({ ...env, INFLUXDB_BUCKET: foreign }, { toInflux: to.toInflux })).rejects.toThrow(
      /other readings/,
    );

    await start(other);
    await expect(transfer(theirs, to)).rejects.toMatchObject({ code: 'data_directory_in_use' });
  });

  test('every command refuses an unfinished transfer and says what to do, and the transfer can be finished', async () => {
    const dataDir = await temporaryDirectory();
    const machines = await fillPlant(dataDir, 12);
    const [env, to] = [environment(dataDir), await targets()];
    await killTransfer(env, to, 'Machine 3 of 13');

    const own = await temporaryDirectory();
    const { INFLUXDB_URL: _, ...influx } = influxdb.settings(env.INFLUXDB_BUCKET);
    const postgresOnly = { DATABASE_URL: to.toPostgres };
    const influxOnly = { ...influx, INFLUXDB_URL: to.toInflux };
    const both = { ...postgresOnly, ...influxOnly };
    const commands = [['start'], ['migrate'], ['backup', join(own, 'x.tar')], ['verify'], ADD_USER];
    for (const [settings, ...args] of [
      ...commands.map((command) => [both, ...command] as const),
      [postgresOnly, 'start'] as const,
      [influxOnly, 'start'] as const,
      [influxOnly, ...ADD_USER] as const,
    ]) {
      const ended = await run(args, { DATA_DIR: own, PORT: '0', MQTT_PORT: 'off', ...settings });
      expect({ ...ended, args }).toMatchObject({
        code: 1,
        text: expect.stringMatching(
          /A transfer to this .* is not finished\. To continue, run gonsters transfer again on the same data directory/,
        ),
      });
    }

    await transfer(env, to);
    expect(told.at(-1)).toMatch(/^Everything has been transferred/);
    const core = await start(own, both);
    expect((await core.as<{ count: number }>('Management', 'GET', '/data/machines?limit=100')).body.count).toBe(12);

    // The source is refused as well: it would silently diverge from the copy.
    for (const args of [['start'], ADD_USER, ['backup', join(own, 'x.tar')]]) {
      expect(await run(args, { DATA_DIR: dataDir, PORT: '0', MQTT_PORT: 'off' })).toMatchObject({
        code: 1,
        text: expect.stringMatching(
          /The tables of .* were transferred to another server on .*: set DATABASE_URL.*delete .*move\.json/,
        ),
      });
    }
    expect(await run(['start'], { DATA_DIR: dataDir, PORT: '0', MQTT_PORT: 'off', ...postgresOnly })).toMatchObject({
      code: 1,
      text: expect.stringMatching(/The readings of .* were transferred to another server on .*: set INFLUXDB_URL/),
    });
    // A transfer does not overwrite what a server has stored since.
    await core.ingest(machines[0] as string, [{ timestamp: isoTime(NOW - 1), temperature: 50 }]);
    await core.stop();
    await expect(transfer(env, { toInflux: to.toInflux })).rejects.toThrow(
      /A server uses the readings that were transferred to InfluxDB/,
    );
    const again = await start(own, both);
    expect(again.engines).toMatchObject({ readings: 'influxdb', database: 'postgres' });
    await again.stop();

    await rm(join(dataDir, 'move.json'));
    const left = await start(dataDir);
    expect(left.engines).toMatchObject({ readings: 'duckdb', database: 'sqlite' });
  }, 180_000);

  test('a server that finds an unfinished transfer only when InfluxDB is back stores nothing there, and says why', async () => {
    const dataDir = await temporaryDirectory();
    await fillPlant(dataDir, 6);
    const [env, to] = [environment(dataDir), { toInflux: influxdb.url }];
    await killTransfer(env, to, 'Machine 2 of 7');
    const proxy = await startFaultProxy({ port: Number(new URL(influxdb.url).port) });
    onTestFinished(() => proxy.stop());
    await proxy.set({ kind: 'refuse' });
    const settings = influxdb.settings(env.INFLUXDB_BUCKET);
    const core = await start(await temporaryDirectory(), {
      ...settings,
      INFLUXDB_URL: `http://127.0.0.1:${proxy.port}`,
    });
    const machineId = await core.addMachine('Press 1');
    await proxy.set({ kind: 'none' });
    await vi.waitFor(
      async () => {
        expect(await core.send('GET', '//health/ready')).toMatchObject({
          status: 503,
          body: { parts: { readings: 'down' }, reasons: { readings: expect.stringContaining('is not finished') } },
        });
      },
      { timeout: 20_000, interval: 100 },
    );
    await expect(core.ingest(machineId, [{ timestamp: isoTime(NOW), temperature: 1 }])).rejects.toThrow('503');
    await transfer(env, to);
    expect(told.at(-1)).toMatch(/^Everything has been transferred/);
    await vi.waitFor(() => core.ingest(machineId, [{ timestamp: isoTime(NOW), temperature: 1 }]), { timeout: 20_000 });
  }, 120_000);

  test('tables that differ in the target are reported, and so is an audit log that was modified', async () => {
    const dataDir = await temporaryDirectory();
    await fillPlant(dataDir, 2);
    const [env, to] = [environment(dataDir), { toPostgres: await postgres.createDatabase() }];
    await transfer(env, to);
    expect(told.some((line) => line.startsWith('InfluxDB'))).toBe(false);
    await queryPostgres(to.toPostgres, `update machine_metadata set location = 'elsewhere'`);
    await expect(transfer(env, to)).rejects.toThrow(/already holds other data, in machine_metadata/);

    // A target that loses and changes rows.
    const lossy = { toPostgres: await postgres.createDatabase() };
    await (await openPostgres({ url: lossy.toPostgres }, silentLogger)).close();
    await queryPostgres(
      lossy.toPostgres,
      `create function spoil() returns trigger language plpgsql as $$
       begin if new.name = 'Press 0' then return null; end if; new.location = 'elsewhere'; return new; end $$;
       create trigger spoil before insert on machine_metadata for each row execute function spoil();
       create function rename() returns trigger language plpgsql as $$ begin new.email = 'x'; return new; end $$;
       create trigger rename before insert on users for each row when (new.username = 'manager1')
       execute function rename()`,
    );
    const database = new DatabaseSync(join(dataDir, 'gonsters.db'));
    database.exec(`drop trigger audit_logs_no_update; update audit_logs set action = 'nothing' where id = 3`);
    database.close();
    await expect(transfer(env, lossy)).rejects.toThrow(/3 differences/);
    expect(told).toContain('Table machine_metadata: 2 rows in the source, 1 in the target');
    expect(told).toContain('Table users: values of rows differ in the target');
    expect(told).toContain('The audit log of the target is broken at entry 3');
  });

  test('reports progress within a machine that has very many readings', async () => {
    const dataDir = await temporaryDirectory();
    const directory = join(dataDir, 'readings');
    const store = new DuckdbReadingStore({ directory, clock: { nowMs: () => NOW }, log: silentLogger });
    await store.open();
    const id = '00000000-0000-4000-8000-00000000000b';
    for (let start = 0; start < 510_000; start += 102_000) {
      await store.append(
        batchOf(Array.from({ length: 102_000 }, (_, k): Row => [id, TODAY - DAY + start + k, k, null, null])),
      );
    }
    await store.close();
    await transfer(environment(dataDir), { toInflux: influxdb.url });
    expect(told.filter((line) => line.endsWith('so far'))).toEqual([
      expect.stringMatching(/^Machine 1 of 1: 5\d{5} readings so far$/),
    ]);
    expect(told).toContain('InfluxDB has 510000 readings');
  }, 120_000);

  test('a target that is not there, or none at all, ends it with the reason', async () => {
    const dataDir = await temporaryDirectory();
    await fillPlant(dataDir, 2);
    const env = environment(dataDir);
    await expect(transfer(env, {})).rejects.toThrow(/--to-postgres, --to-influx or both/);
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    await expect(transfer(env, { toInflux: nowhere })).rejects.toThrow(/cannot be transferred now.*ECONNREFUSED/);
    await expect(transfer(env, { toInflux: 'nonsense' })).rejects.toThrow(/INFLUXDB_URL must be a URL/);
    await writeFile(join(dataDir, 'move.json'), '{');
    await expect(transfer(env, { toInflux: influxdb.url })).rejects.toThrow();
    await rm(join(dataDir, 'move.json'));
    await transfer(env, { toInflux: influxdb.url });
    expect(JSON.parse(await readFile(join(dataDir, 'move.json'), 'utf8'))).toMatchObject({
      source: expect.any(String),
    });
  });
});
