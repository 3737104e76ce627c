// Bad and uncertain values in InfluxDB: where they are stored, and what replaces what, whichever node stores it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricIndexOf } from '../../src/metric-index.ts';
import { bucketGrid } from '../../src/readings/bucket-grid.ts';
import { BAD, UNCERTAIN } from '../../src/readings/reading-batch.ts';
import type { ReadingStore } from '../../src/readings/reading-store.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { A, all, DAY, EVER, HOUR, MINUTE, NOON, openInfluxdbPlant } from './influxdb-plant.ts';
import { HOLD_MS, kindOf } from './reading-histories.ts';
import { batchOfReadings, type Cell, ReadingOracle, rowsOf, rowsOfBatch, wholeBucketsOf } from './reading-oracle.ts';

const program = findInfluxdb();
const NAMES = ['temperature', 'parts', 'mode'];
const METRICS = NAMES.map(metricIndexOf);

describe.skipIf(program === null)('the quality of values in InfluxDB', () => {
  const plant = openInfluxdbPlant(program as string);
  const readingAt = (timestampMs: number, cells: Record<string, Cell>) => ({ machineId: A, timestampMs, cells });
  const append = (timestampMs: number, cells: Record<string, Cell>, store: ReadingStore = plant.store) =>
    store.append(batchOfReadings([readingAt(timestampMs, cells)]));
  const raw = async (store: ReadingStore = plant.store) => {
    const page = await store.raw({ ...all(), metrics: METRICS, limit: 1000 });
    return rowsOf(A, page.rows).map(([, ...row]) => row);
  };
  const asked = (interval: '1m' | '1h' | '1d') => ({
    ...{ ...all(), limit: 1000, holdMs: HOLD_MS, grid: bucketGrid(interval) },
    metrics: NAMES.map((name) => ({ metric: metricIndexOf(name), kind: kindOf(name) })),
  });

  it('is stored beside the readings, with the tags of the machine and the original number', async () => {
    await append(NOON, { temperature: [-127, BAD], parts: [7, UNCERTAIN], mode: 1 });
    await append(NOON + 1, { temperature: [null, BAD] });
    await append(NOON + 2, { temperature: 20 });
    const { columns, values } = await plant.ask('SELECT * FROM sensor_quality');
    const points = values.map((point) => Object.fromEntries(columns.map((column, i) => [column, point[i]])));
    const tags = { machine_id: A, location: 'Hall A', sensor_type: 'Spindle', n: 1 };
    expect(points).toEqual([
      { ...tags, time: NOON, temperature_quality: 2, temperature_value: -127, parts_quality: 1 },
      { ...tags, time: NOON + 1, temperature_quality: 3, temperature_value: null, parts_quality: null },
    ]);
    const stored = await plant.ask('SELECT n, temperature, parts, mode FROM sensor_readings');
    expect(stored.values).toEqual([
      [NOON, 1, null, 7, 1],
      [NOON + 1, 1, null, null, null],
      [NOON + 2, 1, 20, null, null],
    ]);
  });

  it('is that of the value stored last, whichever node stored the one before', async () => {
    const second = await plant.open();
    await append(NOON, { temperature: 1, parts: [5, BAD] });
    await append(NOON, { temperature: [2, BAD], parts: 6 }, second);
    expect(await raw()).toEqual([[NOON, [2, BAD], 6, null]]);
    await append(NOON, { temperature: [null, BAD] });
    expect(await raw(second)).toEqual([[NOON, [null, BAD], 6, null]]);
    await append(NOON, { temperature: [4, UNCERTAIN] }, second);
    expect(await raw()).toEqual([[NOON, [4, UNCERTAIN], 6, null]]);
    await append(NOON, { temperature: 5 });
    expect(await raw(second)).toEqual([[NOON, 5, 6, null]]);
    // Good values need a mark only where one was stored before.
    await append(NOON + 1, { temperature: 5 });
    expect((await plant.ask('SELECT count(n) FROM sensor_quality')).values[0]?.[1]).toBe(1);
    const latest = rowsOfBatch(await second.latest(), METRICS).map(([, ...row]) => row);
    expect(latest).toEqual([
      [NOON, null, 6, null],
      [NOON + 1, 5, null, null],
    ]);
  });

  it('decides what the rollups count, also when a value becomes bad or good after its hour was rolled up', async () => {
    const facts = async () => {
      const page = await plant.store.buckets(asked('1h'));
      const [temperature, parts] = page.columns;
      return [temperature?.count[0], temperature?.bad[0], temperature?.sum[0], parts?.increase[0], parts?.bad[0]];
    };
    const hourPasses = async () => {
      plant.nowMs += HOUR;
      await plant.store.runDueJobs(plant.nowMs, EVER);
    };
    await append(NOON, { temperature: 10, parts: 100 });
    await append(NOON + MINUTE, { temperature: 30, parts: 110 });
    await hourPasses();
    await hourPasses();
    expect(await facts()).toEqual([2, 0, 40, 10, 0]);
    await append(NOON + MINUTE, { temperature: [30, BAD], parts: [110, BAD] });
    expect(await facts()).toEqual([1, 1, 10, 0, 1]);
    await hourPasses();
    expect(await facts()).toEqual([1, 1, 10, 0, 1]);
    expect((await plant.store.verify(() => {})).faults).toEqual([]);
    const stored = await plant.ask(
      'SELECT temperature_count, temperature_bad, temperature_last FROM sensor_readings_1h',
    );
    expect(stored.values).toEqual([[NOON, 1, 1, 10]]);
    await append(NOON, { temperature: [null, BAD] });
    await hourPasses();
    expect((await facts()).slice(0, 3)).toEqual([0, 2, Number.NaN]);
    await append(NOON, { temperature: 12 });
    await append(NOON + MINUTE, { temperature: 8 });
    expect((await facts()).slice(0, 3)).toEqual([2, 0, 20]);
    await hourPasses();
    expect((await facts()).slice(0, 3)).toEqual([2, 0, 20]);
    expect((await plant.store.verify(() => {})).faults).toEqual([]);
  });

  it('of the value before a range is considered, and also after single readings have expired', async () => {
    await append(NOON - 2 * DAY, { parts: 90, mode: 1 });
    await append(NOON, { parts: 100, mode: 2 });
    await append(NOON + MINUTE, { parts: 95, mode: 3 });
    await append(NOON + MINUTE, { parts: [95, BAD], mode: [3, BAD] });
    await append(NOON + 10 * MINUTE, { parts: 103, mode: 4 });
    const facts = async () => {
      const page = await plant.store.buckets({ ...asked('1m'), fromMs: NOON + 5 * MINUTE });
      return [page.columns[1]?.increase[5], page.columns[2]?.changes[5], page.columns[2]?.durations.get(2)?.[0]];
    };
    expect(await facts()).toEqual([3, 1, MINUTE]);
    plant.nowMs = NOON + 40 * DAY;
    await plant.store.runDueJobs(plant.nowMs, { ...EVER, raw: 1 });
    expect((await plant.store.raw({ ...all(), limit: 10 })).total).toBe(0);
    expect(await facts()).toEqual([3, 1, MINUTE]);
    const days = await plant.store.buckets({ ...asked('1d'), fromMs: NOON - DAY });
    expect([...(days.columns[1]?.increase ?? [])]).toEqual([13]);
  });

  it('is found with few and small queries among many machines and metrics', async () => {
    const machines = Array.from({ length: 120 }, (_, i) => `machine-${i}`);
    const names = Array.from({ length: 250 }, (_, i) => `metric_${i}`);
    const cells = Object.fromEntries(names.map((name, i): [string, Cell] => [name, i % 50 === 49 ? [i, BAD] : i]));
    await plant.store.append(
      batchOfReadings([
        ...machines.map((machineId) => ({ machineId, timestampMs: NOON - 400 * DAY, cells: { temperature: 1 } })),
        ...machines.slice(0, 4).map((machineId) => ({ machineId, timestampMs: NOON, cells })),
      ]),
    );
    const restarted = await plant.open();
    plant.front.requests.length = 0;
    const latest = await restarted.latest();
    expect(latest.length).toBe(124);
    expect(latest.values.length).toBe(120 + 4 * 250);
    expect(latest.qualities.filter((quality) => quality === BAD)).toHaveLength(4 * 5);
    expect(plant.front.requests.length).toBeLessThan(40);

    plant.nowMs = NOON + 2 * HOUR;
    await plant.store.runDueJobs(plant.nowMs, EVER);
    plant.front.requests.length = 0;
    const metrics = names.map((name) => ({ metric: metricIndexOf(name), kind: 'gauge' as const }));
    const page = await plant.store.buckets({ ...asked('1h'), machineId: 'machine-0', metrics, everyReading: false });
    expect(page.columns.map(({ count, bad }) => (count[0] as number) + (bad[0] as number))).toEqual(names.map(() => 1));
    expect(plant.front.requests.length).toBeLessThan(12);
  });

  it('is right whatever two nodes store at the same moments, before and after rollups', async () => {
    const number = fc.integer({ min: 0, max: 9 });
    const cell: fc.Arbitrary<Cell> = fc.oneof(
      fc.constant(null),
      number,
      number.map((value): Cell => [value, UNCERTAIN]),
      fc.oneof(number, fc.constant(null)).map((value): Cell => [value, BAD]),
    );
    const reading = fc.record({
      timestampMs: fc.integer({ min: 0, max: 8 }).map((n) => NOON + n * 20_000),
      cells: fc
        .tuple(cell, cell, cell)
        .filter((cells) => cells.some((each) => each !== null))
        .map(([temperature, parts, mode]) => ({ temperature, parts, mode })),
    });
    const steps = fc.array(
      fc.record({
        node: fc.integer({ min: 0, max: 1 }),
        readings: fc.array(reading, { minLength: 1, maxLength: 6 }),
        afterMs: fc.constantFrom(0, MINUTE, 2 * HOUR),
      }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        plant.bucket = `b${Math.random()}`;
        plant.nowMs = NOON + 5 * MINUTE;
        const nodes = [
          await plant.open({ url: plant.server.url }),
          await plant.open({ url: plant.server.url }),
        ] as const;
        const oracle = new ReadingOracle();
        for (const { node, readings, afterMs } of taken) {
          plant.nowMs += afterMs;
          const named = readings.map(({ timestampMs, cells }) => readingAt(timestampMs, cells));
          await nodes[node]?.append(batchOfReadings(named));
          oracle.appendReadings(named);
          await nodes[0].runDueJobs(plant.nowMs, EVER);
          for (const interval of ['1m', '1h'] as const) {
            const page = await nodes[1].buckets(asked(interval));
            const found = { total: page.total, buckets: wholeBucketsOf(page) };
            expect(found).toEqual(oracle.wholeBuckets(asked(interval)));
          }
          const query = { ...all(), metrics: METRICS, everyReading: false, limit: 1000 };
          expect(rowsOf(A, (await nodes[0].raw(query)).rows)).toEqual(oracle.raw(query).rows);
        }
        expect(rowsOfBatch(await nodes[1].latest(), METRICS)).toEqual(oracle.latest(METRICS));
        await Promise.all(nodes.map((node) => node.close()));
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
