// What the InfluxDB engine stores, as far as the suite of every store does not see it: tags, rollups, retention, copies.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { A, all, allBuckets, B, DAY, EVER, HOUR, MINUTE, NOON, openInfluxdbPlant } from './influxdb-plant.ts';
import { ReadingOracle, type Row } from './reading-oracle.ts';

const program = findInfluxdb();

describe.skipIf(program === null)('readings in InfluxDB', () => {
  const plant = openInfluxdbPlant(program as string);
  const { open, ask, write, append, raw, buckets, counts, runAllJobs } = plant;

  it('are stored in the measurement, tags and fields that other tools expect', async () => {
    plant.described[A] = { sensorType: 'Spindle', location: 'Hall A, gate=1 \\ north\r\n\\' };
    await append([A, NOON + 1, 1.5, null, -2], [B, NOON, 1, 1, 1]);
    const { columns, values } = await ask(`SELECT * FROM sensor_readings WHERE machine_id = '${A}'`);
    expect(Object.fromEntries(columns.map((column, i) => [column, values[0]?.[i]]))).toEqual({
      time: NOON + 1,
      location: 'Hall A, gate=1 \\ north  ',
      machine_id: A,
      sensor_type: 'Spindle',
      n: 1,
      temperature: 1.5,
      pressure: null,
      speed: -2,
    });
    const untold = await ask(`SELECT location, speed FROM sensor_readings WHERE machine_id = '${B}'`);
    expect(untold.values).toEqual([[NOON, null, 1]]);
  });

  it('of a machine without a description keep the tags that they had', async () => {
    await append([A, NOON, 1, null, null]);
    plant.described = {};
    plant.nowMs += HOUR;
    await append([A, plant.nowMs, 2, null, null]);
    const halls = await ask('SELECT location, temperature FROM sensor_readings');
    expect(halls.values.map((row) => row[1])).toEqual(['Hall A', 'Hall A']);
  });

  it('are answered from the rollups: buckets are the same after all single readings have expired', async () => {
    const rows = Array.from({ length: 3 * 24 * 60 }, (_, i): Row => [A, NOON + i * MINUTE, i % 50, null, i]);
    await append(...rows);
    plant.nowMs = NOON + 3 * DAY;
    await runAllJobs();
    const intervals = ['1m', '5m', '15m', '1h', '1d'] as const;
    const before = await Promise.all(intervals.map((interval) => buckets(interval)));
    await ask('DELETE FROM sensor_readings');
    expect(await Promise.all(intervals.map((interval) => buckets(interval)))).toEqual(before);
    expect(before.map(({ total }) => total)).toEqual([4320, 864, 288, 72, 4]);
    // The same for days alone.
    await ask('DELETE FROM sensor_readings_1h');
    const whole = { fromMs: NOON + DAY / 2, toMs: NOON + 2.5 * DAY };
    expect((await buckets('1d', whole)).total).toBe(2);
  });

  it('can be paged through more buckets than one answer holds', async () => {
    const oracle = new ReadingOracle();
    const rows = Array.from({ length: 11_000 }, (_, i): Row => [A, NOON + i * MINUTE, i, null, null]);
    await append(...rows);
    oracle.append(rows);
    plant.nowMs = NOON + 7 * DAY;
    await plant.store.runDueJobs(plant.nowMs, EVER);
    // With a late reading the query has three parts: rollups, single readings, rollups.
    const late: Row = [A, NOON + 3 * DAY, null, 7, null];
    await append(late);
    oracle.append([late]);
    for (const order of ['asc', 'desc'] as const) {
      for (const [offset, limit] of [
        [0, 5],
        [4300, 100],
        [10_990, 100],
        [0, 100_000],
        [20_000, 10],
      ] as const) {
        const query = { ...allBuckets('1m'), order, offset, limit };
        expect(await buckets('1m', { order, offset, limit })).toEqual(oracle.buckets(query));
      }
    }
  }, 60_000);

  it('that arrive for an expired hour do not replace its rollups', async () => {
    await append([A, NOON, 1, 1, 1], [A, NOON + 1, 3, 3, 3]);
    const shortly = { ...EVER, raw: 1 };
    plant.nowMs = NOON + 4 * DAY;
    await plant.store.runDueJobs(plant.nowMs, shortly);
    expect(await raw()).toEqual([]);
    await append([A, NOON + 2, 5, 5, 5], [B, NOON + 2, 5, 5, 5], [A, NOON + HOUR, 6, null, null]);
    plant.nowMs += 10 * MINUTE;
    await plant.store.runDueJobs(plant.nowMs, shortly);
    expect(await counts('1h')).toEqual([2, 1]);
    expect(await counts('1d')).toEqual([3]);
    // Only minutes remain of an hour that the range cuts.
    expect((await buckets('1h', { fromMs: NOON + 1, toMs: NOON + 30 * MINUTE })).total).toBe(0);
    expect((await buckets('1h', { fromMs: NOON - 1, toMs: NOON + 90 * MINUTE + 1 })).total).toBe(2);
    const ofB = await plant.store.buckets({ ...allBuckets('1d', B), limit: 9 });
    expect([...(ofB.columns[0]?.count ?? [])]).toEqual([1]);
  });

  it('expire for any number of machines, and only their data is deleted', async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `machine '${i}'`);
    await append(...ids.map((id): Row => [id, NOON, 1, null, null]), [A, NOON + 3 * DAY, 1, null, null]);
    plant.front.requests.length = 0;
    await plant.store.runDueJobs(NOON + 4 * DAY, { ...EVER, raw: 2 });
    expect((await ask('SELECT count(n) FROM sensor_readings')).values[0]?.[1]).toBe(1);
    expect((await ask('SELECT count(n) FROM sensor_readings_1h')).values[0]?.[1]).toBe(121);
    const deletes = plant.front.requests.filter(({ body }) => body.includes('DELETE'));
    expect(deletes).toHaveLength(2 * 3);
    for (const { body } of deletes) expect(body).not.toContain(A);
  });

  it('are copied to an embedded store and verified', async () => {
    const rows = Array.from({ length: 300 }, (_, i): Row => [i % 2 ? A : B, NOON + i * MINUTE, i, null, i / 3]);
    await append(...rows);
    plant.nowMs = NOON + 3 * DAY;
    await plant.store.runDueJobs(plant.nowMs, EVER);
    const directory = await mkdtemp(join(tmpdir(), 'readings-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    let ranAlongside = 0;
    await plant.store.snapshot(directory, async () => {
      ranAlongside += 1;
    });
    expect(ranAlongside).toBe(1);
    const copy = new DuckdbReadingStore({ directory, clock: plant.clock, log: silentLogger });
    await copy.open();
    for (const machineId of [A, B]) expect(await raw(copy, machineId)).toEqual(await raw(plant.store, machineId));
    await copy.close();

    const lines: string[] = [];
    expect(await plant.store.verify((line) => lines.push(line))).toEqual({ files: 0, readings: 300, faults: [] });
    expect(lines).toEqual(['Readings have been checked up to 2026-01-16']);
    // One more reading in the first hour, without a record that makes the hour dirty.
    const body = `sensor_readings,machine_id=${A} n=1i,speed=-1 ${NOON}000000`;
    await write(body);
    const { faults } = await plant.store.verify(() => {});
    expect(faults).toEqual(
      ['minutes', 'hours', 'days'].map((what) =>
        expect.stringMatching(new RegExp(`^Machine ${A}, 2026-01-15T.*the rollup of its ${what} differs`)),
      ),
    );
    await append([A, NOON, null, null, -1]);
    expect((await plant.store.verify(() => {})).faults).toEqual([]);
  });

  it('are exported as they were when the export began, however slowly it is read', async () => {
    plant.store = await open({ url: plant.server.url });
    const length = 150_000;
    for (let start = 0; start < length; start += 50_000) {
      await append(...Array.from({ length: 50_000 }, (_, i): Row => [A, NOON + start + i, start + i, null, null]));
    }
    const exported = plant.store.export(all())[Symbol.asyncIterator]();
    let { value: chunk } = await exported.next();
    await append([A, NOON + length - 1, null, 7, null], [A, NOON + length, 7, 7, 7], [A, NOON - 1, 7, 7, 7]);
    let rows = 0;
    for (let isDone = false; !isDone; ) {
      for (const pressure of chunk.columns[1].values as Float64Array) expect(pressure).toBeNaN();
      rows += chunk.length;
      const next = await exported.next();
      isDone = next.done ?? false;
      chunk = next.value;
    }
    expect(rows).toBe(length);
  });

  it('stop being exported when the store closes', async () => {
    await append(...Array.from({ length: 5000 }, (_, i): Row => [A, NOON + i, i, null, null]));
    const exported = plant.store.export(all())[Symbol.asyncIterator]();
    expect((await exported.next()).value.length).toBeGreaterThan(0);
    await plant.store.close();
    await expect(exported.next()).rejects.toMatchObject({ code: 'closed' });
  });
});
