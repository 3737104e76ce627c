// Readings and rollups that an earlier version stored in InfluxDB are answered as they are, and new ones beside them.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { metricIndexOf } from '../../src/metric-index.ts';
import { BAD } from '../../src/readings/reading-batch.ts';
import { MACHINES, sentRows, WRITTEN_AT_MS } from '../fixtures/version-1/content.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { all, allBuckets, DAY, EVER, HOUR, openInfluxdbPlant } from './influxdb-plant.ts';
import {
  batchOfReadings,
  bucketsOf,
  type NamedReading,
  ReadingOracle,
  rowsOfBatch,
  wholeBucketsOf,
} from './reading-oracle.ts';

const program = findInfluxdb();
const LINES = join(import.meta.dirname, '../fixtures/version-1/influxdb.lines.gz');

describe.skipIf(program === null)('readings of version 1 in InfluxDB', () => {
  const plant = openInfluxdbPlant(program as string);

  it('are answered from readings and rollups, before and after new metrics are stored', async () => {
    plant.bucket += '-1';
    await plant.server.create(plant.bucket);
    await plant.write(String(gunzipSync(await readFile(LINES))));
    plant.nowMs = WRITTEN_AT_MS;
    const series = await plant.ask('SELECT location, sensor_type, machine_id FROM machine_descriptions');
    const ids = MACHINES.map((machine) => series.values.find((point) => point[1] === machine.location)?.[3] as string);
    plant.store = await plant.open({ url: plant.server.url }, { describe: () => null });

    const oracle = new ReadingOracle();
    for (const [i, id] of ids.entries()) oracle.append(sentRows(id, i));
    const check = async () => {
      for (const id of ids) {
        const stored = oracle.raw({ ...all(id), limit: 100_000 });
        expect(await plant.raw(plant.store, id)).toEqual(stored.rows);
        for (const interval of ['1m', '15m', '1h', '1d'] as const) {
          const query = { ...allBuckets(interval, id), toMs: WRITTEN_AT_MS + DAY, limit: 100_000 };
          const page = await plant.store.buckets(query);
          expect({ total: page.total, buckets: bucketsOf(page) }).toEqual(oracle.buckets(query));
        }
      }
      expect(rowsOfBatch(await plant.store.latest()).sort()).toEqual(oracle.latest().sort());
    };
    await check();

    const added: NamedReading[] = ids.flatMap((machineId) => [
      { machineId, timestampMs: WRITTEN_AT_MS - 40 * HOUR, cells: { parts: 5, temperature: [9, BAD] } },
      { machineId, timestampMs: WRITTEN_AT_MS, cells: { parts: 8, pressure: 99 } },
    ]);
    await plant.store.append(batchOfReadings(added));
    oracle.appendReadings(added);
    await check();
    plant.nowMs += 3 * HOUR;
    await plant.store.runDueJobs(plant.nowMs, EVER);
    await check();
    expect((await plant.store.verify(() => {})).faults).toEqual([]);
    const query = {
      ...{ ...allBuckets('1d', ids[0] as string), limit: 10, everyReading: false },
      metrics: [{ metric: metricIndexOf('parts'), kind: 'counter' as const }],
    };
    expect(wholeBucketsOf(await plant.store.buckets(query))).toEqual(oracle.wholeBuckets(query).buckets);
  }, 60_000);
});
