// Faults of InfluxDB: it refuses some or all lines, fails, does not answer, interrupts an answer, stops, or loses its database.

import { describe, expect, it, vi } from 'vitest';
import { metricIndexOf } from '../../src/metric-index.ts';
import { copyReadings } from '../../src/readings/copy-readings.ts';
import { BAD, BatchBuilder, GOOD } from '../../src/readings/reading-batch.ts';
import { findInfluxdb } from '../support/find-program.ts';
import type { Fate } from '../support/influxdb-front.ts';
import {
  A,
  all,
  allBuckets,
  B,
  DAY,
  EVER,
  HOUR,
  MINUTE,
  NOON,
  openInfluxdbPlant,
  unavailable,
  writesOf,
} from './influxdb-plant.ts';
import type { Row } from './reading-oracle.ts';

const program = findInfluxdb();

describe.skipIf(program === null)('readings in InfluxDB', () => {
  const plant = openInfluxdbPlant(program as string);
  const { open, write, append, raw, counts, runAllJobs } = plant;

  describe('that it refuses for good', () => {
    /** Another program has written a metric as text. */
    const spoilSpeed = () => write(`sensor_readings,machine_id=x speed="fast" ${NOON}000000`);
    const conflict = { reason: 'store_conflict', message: expect.stringContaining('field type conflict') };

    it('are reported, and the others are stored', async () => {
      await spoilSpeed();
      const refused = await append([A, NOON, 1, null, null], [A, NOON + 1, 2, null, 3], [A, NOON + 2, 4, null, null]);
      expect(refused).toEqual([{ rows: [1], metric: metricIndexOf('speed'), ...conflict }]);
      expect(await raw()).toEqual([
        [A, NOON, 1, null, null],
        [A, NOON + 1, 2, null, null],
        [A, NOON + 2, 4, null, null],
      ]);
    });

    it('cost only the metrics concerned, also where several are, and where only a bad value is left', async () => {
      await write(`sensor_readings,machine_id=x speed="fast",pressure="high" ${NOON}000000`);
      const [temperature, pressure, speed] = ['temperature', 'pressure', 'speed'].map(metricIndexOf) as [
        number,
        number,
        number,
      ];
      const builder = new BatchBuilder();
      builder.addValue(temperature, 1, GOOD);
      builder.addValue(pressure, 2, GOOD);
      builder.addValue(speed, 3, GOOD);
      builder.endReading(A, NOON);
      builder.addValue(temperature, 4, BAD);
      builder.addValue(speed, 5, GOOD);
      builder.endReading(A, NOON + 1);
      // On the next day nobody has written text.
      builder.addValue(pressure, 6, GOOD);
      builder.addValue(speed, 7, GOOD);
      builder.endReading(A, NOON + 8 * DAY);
      builder.addValue(speed, 8, GOOD);
      builder.endReading(A, NOON + 2);
      const refused = await plant.store.append(builder.finish());
      expect(refused.map(({ rows, metric, reason }) => [metric, rows, reason]).sort()).toEqual(
        [
          [pressure, [0], 'store_conflict'],
          [speed, [0, 1], 'store_conflict'],
          [undefined, [3], 'store_conflict'],
        ].sort(),
      );
      const { total, rows } = await plant.store.raw({ ...all(), limit: 10 });
      expect(total).toBe(3);
      expect(rows.columns.map(({ values }) => [...values])).toEqual([
        [1, 4, Number.NaN],
        [Number.NaN, Number.NaN, 6],
        [Number.NaN, Number.NaN, 7],
      ]);
    });

    it('are told apart from others of the same timestamp', async () => {
      await spoilSpeed();
      const refused = await append(
        [A, NOON + 1, 1, null, null],
        [A, NOON, 2, null, null],
        [B, NOON, 3, null, null],
        [A, NOON, null, null, 4],
      );
      // The fourth has nothing else; what the second measured at the same time is stored.
      expect(refused).toEqual([{ rows: [3], ...conflict }]);
      expect(await raw()).toEqual([
        [A, NOON, 2, null, null],
        [A, NOON + 1, 1, null, null],
      ]);
    });

    it('are found among many with few requests, also for several reasons', async () => {
      plant.bucket += '-short';
      await plant.server.create(plant.bucket, 72);
      plant.nowMs = Date.now();
      plant.store = await open();
      const first = plant.nowMs - 5 * DAY;
      await write(`sensor_readings,machine_id=x speed="fast" ${plant.nowMs}000000`);
      // Every second reading is too old, and every tenth has a metric that is stored as text today.
      const rows = Array.from({ length: 12_000 }, (_, i): Row => {
        const atMs = i % 2 ? first + i : plant.nowMs - 60_000 + i;
        return [A, atMs, i, null, i % 10 === 0 ? i : null];
      });
      plant.front.requests.length = 0;
      const refused = await append(...rows);
      expect(Object.fromEntries(refused.map((each) => [each.reason, each.rows.length]))).toEqual({
        too_old: 6000,
        store_conflict: 1200,
      });
      expect(refused.flatMap((each) => each.rows).every((row) => row % 2 === 1 || row % 10 === 0)).toBe(true);
      const stored = await plant.store.raw({ ...all(), toMs: plant.nowMs + DAY, limit: 100_000 });
      // The other metrics of these readings are stored.
      expect(stored.total).toBe(6000);
      expect(plant.front.requests.filter(writesOf('sensor_readings,')).length).toBeLessThan(200);
    });

    it('do not prevent other rollups when they are rollups of readings that are just expiring', async () => {
      plant.bucket += '-short';
      await plant.server.create(plant.bucket, 2);
      plant.nowMs = Date.now();
      plant.store = await open();
      const [expiring, fresh] = [plant.nowMs - 119 * MINUTE, plant.nowMs - 1];
      expect(await append([A, expiring, 1, null, null], [A, fresh, 2, null, null])).toEqual([]);
      await runAllJobs();
      const range = { fromMs: fresh, toMs: plant.nowMs + DAY, limit: 10 };
      expect((await plant.store.buckets({ ...allBuckets('1m'), ...range })).total).toBe(1);
      expect((await plant.store.raw({ ...all(), ...range, fromMs: expiring })).total).toBe(2);
    });

    it('end a copy with an error, because it would be incomplete', async () => {
      await spoilSpeed();
      const table = {
        length: 1,
        timestampsMs: Float64Array.of(NOON),
        columns: [{ metric: metricIndexOf('speed'), values: Float64Array.of(1), qualities: Uint8Array.of(GOOD) }],
      };
      const source = {
        export: async function* () {
          yield table;
        },
      };
      const copied = copyReadings(source, plant.store, all());
      await expect(copied).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('refuses 1 readings for good: '),
      });
    });

    it('leave the readings of an hour in place when they are its rollups', async () => {
      await append([A, NOON, 1, null, null]);
      await write(`sensor_readings_1h,machine_id=x temperature_sum="much" ${NOON}000000`);
      await expect(runAllJobs()).rejects.toMatchObject(unavailable);
      expect(await counts('1h')).toEqual([1]);
    });
  });

  it.each<[string, Fate]>([
    [
      'has reached its limit of series',
      { status: 400, body: '{"error":"partial write: max-series exceeded dropped=1"}' },
    ],
    ['answers with an error', { status: 500, body: 'oh' }],
    ['is overloaded', { status: 429, body: '{"message":"slow down"}' }],
    ['answers with HTML', { status: 200, body: '<html>' }],
    ['answers with a JSON array', { status: 418, body: '[]' }],
    ['does not answer', 'hang'],
    ['interrupts its answer', 'break'],
  ])('are refused while it %s, and stored when it works again', async (_, fate) => {
    if (fate === 'hang') plant.store = await open({ answerWithinMs: 500 });
    await append([A, NOON - HOUR, 0, null, null]);
    plant.front.decide = () => fate;
    await expect(plant.store.raw({ ...all(), limit: 1 })).rejects.toMatchObject(unavailable);
    await expect(plant.store.buckets({ ...allBuckets('1h'), limit: 1 })).rejects.toMatchObject(unavailable);
    await expect(plant.store.export(all())[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
    await expect(plant.store.runDueJobs(plant.nowMs, EVER)).rejects.toMatchObject(unavailable);
    await expect(append([A, NOON, 1, 2, 3])).rejects.toMatchObject(unavailable);
    plant.front.decide = () => 'pass';
    await vi.waitFor(() => append([A, NOON, 1, 2, 3]), { timeout: 10_000 });
    expect(await vi.waitFor(() => raw(), { timeout: 10_000 })).toHaveLength(2);
  });

  it('are refused as a whole if a request fails, and stored once when they are sent again', async () => {
    const rows = Array.from({ length: 12_000 }, (_, i): Row => [A, NOON + i, i, null, null]);
    let failing = 1;
    plant.front.decide = (request) =>
      writesOf('sensor_readings')(request) && failing-- === 0 ? { status: 503, body: 'busy' } : 'pass';
    await expect(append(...rows)).rejects.toMatchObject(unavailable);
    await append(...rows);
    expect(await raw()).toEqual(rows);
    const sizes = plant.front.requests
      .filter(writesOf('sensor_readings'))
      .map(({ body }) => body.split('\n').length - 1);
    expect(Math.max(...sizes)).toBe(5000);
  });

  it('are not acknowledged if storing them took longer than the record of their dirty hours is valid', async () => {
    plant.store = await open({}, { appendWithinMs: 50 });
    plant.front.decide = (request) => (writesOf('sensor_readings')(request) ? { afterMs: 60 } : 'pass');
    await expect(append([A, NOON, 1, null, null])).rejects.toMatchObject(unavailable);
  });

  it('are stored in a new database after the old one was dropped', async () => {
    plant.nowMs += 3 * HOUR;
    await append([A, NOON, 1, null, null], [A, NOON + 1, 1, null, null]);
    await plant.store.runDueJobs(plant.nowMs, EVER);
    await append([A, NOON + 2, 1, null, null]);
    await plant.server.drop(plant.bucket);
    await expect(append([A, NOON + 2, 1, null, null])).rejects.toMatchObject(unavailable);
    await append([A, NOON + 2, 1, null, null]);
    expect(await raw()).toHaveLength(1);
    expect(await counts('1h')).toEqual([1]);
    await runAllJobs();
    expect(await counts('1h')).toEqual([1]);
  });

  it('are stored although reused connections were closed meanwhile', async () => {
    await append([A, NOON, 1, null, null]);
    await plant.server.kill();
    await expect(append([A, NOON + 1, 2, null, null])).rejects.toMatchObject(unavailable);
    await plant.server.start();
    await append([A, NOON + 1, 2, null, null]);
    const straight = await open({ url: plant.server.url });
    expect(await raw(straight)).toHaveLength(2);
    await plant.server.kill();
    await plant.server.start();
    expect(await raw(straight)).toHaveLength(2);
  });
});
