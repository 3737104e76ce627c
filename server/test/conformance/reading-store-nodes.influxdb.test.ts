// Several nodes on one InfluxDB: moved machines, late readings and rollups are right whichever node stores a reading.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findInfluxdb } from '../support/find-program.ts';
import { A, allBuckets, B, DAY, EVER, HOUR, MINUTE, NOON, openInfluxdbPlant } from './influxdb-plant.ts';
import { batchOf, bucketsOf, ReadingOracle, type Row } from './reading-oracle.ts';

const program = findInfluxdb();

describe.skipIf(program === null)('readings of several nodes in InfluxDB', () => {
  const plant = openInfluxdbPlant(program as string);
  const { open, ask, append, raw, counts, runAllJobs } = plant;

  it('of a moved machine are counted once, even if they are sent again from another hall', async () => {
    await append([A, NOON - 1000, 1, null, null], [A, NOON, 2, 2, null]);
    plant.nowMs += HOUR;
    plant.described[A] = { sensorType: 'Spindle', location: 'Hall B' };
    await append([A, NOON, 3, null, null], [A, plant.nowMs, 4, null, null]);
    const expected = [
      [A, NOON - 1000, 1, null, null],
      [A, NOON, 3, 2, null],
      [A, plant.nowMs, 4, null, null],
    ];
    expect(await raw()).toEqual(expected);
    const halls = await ask('SELECT location, temperature FROM sensor_readings');
    expect(halls.values.map((row) => row[1])).toEqual(['Hall A', 'Hall A', 'Hall B']);

    // Another node, and this one after a restart, know of the move. A third node does not know of it yet.
    const second = await open();
    await second.append(batchOf([[A, NOON, null, null, 9]]));
    const third = await open({}, { describe: () => ({ sensorType: 'Spindle', location: 'Hall B' }) });
    await third.append(batchOf([[A, plant.nowMs, 5, null, null]]));
    expect(await raw()).toEqual([expected[0], [A, NOON, 3, 2, 9], [A, plant.nowMs, 5, null, null]]);
    await runAllJobs();
    expect(await counts('1d')).toEqual([3]);
    expect((await ask('SELECT location FROM machine_descriptions')).values).toHaveLength(2);
  });

  it('that arrive late are in every answer before their hour is rolled up again, whichever node stored them', async () => {
    await append([A, NOON, 1, null, null]);
    plant.nowMs = NOON + 2 * HOUR;
    const second = await open();
    await plant.store.runDueJobs(plant.nowMs, EVER);
    await second.append(batchOf([[A, NOON + 1, 3, null, null]]));
    expect(await counts('1h')).toEqual([2]);
    const summaries = () => ask('SELECT n FROM sensor_readings_1h').then(({ values }) => values.map((row) => row[1]));
    expect(await summaries()).toEqual([1]);
    plant.nowMs += MINUTE;
    await plant.store.runDueJobs(plant.nowMs, EVER);
    expect(await summaries()).toEqual([1]);
    plant.nowMs += 10 * MINUTE;
    await plant.store.runDueJobs(plant.nowMs, EVER);
    expect(await summaries()).toEqual([2]);
    expect(await counts('1h')).toEqual([2]);
  });

  it('are counted exactly whichever of two nodes stores them, while one of them rolls up', async () => {
    const offset = fc.oneof(
      fc.integer({ min: -4 * MINUTE, max: 0 }),
      fc.integer({ min: -3 * HOUR, max: 0 }),
      fc.integer({ min: -2 * DAY, max: 0 }),
    );
    const steps = fc.array(
      fc.record({
        afterMs: fc.constantFrom(0, MINUTE, 4 * MINUTE, 7 * MINUTE, HOUR, 9 * HOUR),
        node: fc.integer({ min: 0, max: 1 }),
        rows: fc.array(fc.tuple(fc.constantFrom(A, B), offset, fc.integer({ min: -9, max: 9 })), { maxLength: 8 }),
        runsJobs: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        plant.bucket = `b${Math.random()}`;
        plant.nowMs = NOON;
        const nodes = [await open({ url: plant.server.url }), await open({ url: plant.server.url })] as const;
        const oracle = new ReadingOracle();
        for (const { afterMs, node, rows, runsJobs } of taken) {
          plant.nowMs += afterMs;
          const batch = rows.map(([id, before, value]): Row => [id, plant.nowMs + before, value, null, null]);
          await Promise.all([nodes[node]?.append(batchOf(batch)), runsJobs && nodes[0].runDueJobs(plant.nowMs, EVER)]);
          oracle.append(batch);
          for (const [asked, machineId, interval] of [
            [nodes[0], A, '1h'],
            [nodes[1], A, '1d'],
            [nodes[1], B, '1m'],
          ] as const) {
            const query = {
              ...allBuckets(interval, machineId),
              fromMs: plant.nowMs - 3 * DAY,
              toMs: plant.nowMs + 1,
              limit: 10_000,
            };
            const page = await asked.buckets(query);
            expect({ total: page.total, buckets: bucketsOf(page) }).toEqual(oracle.buckets(query));
          }
        }
        await Promise.all(nodes.map((node) => node.close()));
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
