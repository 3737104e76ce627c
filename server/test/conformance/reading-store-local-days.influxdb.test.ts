// The days of the plant's time zone in InfluxDB: made again when the zone changes, after late values and by another node.

import { beforeEach, describe, expect, it } from 'vitest';
import { metricIndexOf } from '../../src/metric-index.ts';
import { type BucketInterval, bucketGrid } from '../../src/readings/bucket-grid.ts';
import type { InfluxdbReadingStore } from '../../src/readings/engines/influxdb/influxdb-reading-store.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { A, DAY, EVER, HOUR, MINUTE, openInfluxdbPlant } from './influxdb-plant.ts';
import { HOLD_MS, kindOf } from './reading-histories.ts';
import { batchOfReadings, type NamedReading, ReadingOracle, wholeBucketsOf } from './reading-oracle.ts';

const program = findInfluxdb();
/** Clocks change in Berlin on 29 March. */
const NOON = Date.UTC(2026, 3, 10, 12);
const NAMES = ['temperature', 'parts', 'mode'];
const INTERVALS: readonly BucketInterval[] = ['1d', '1w', '1mo'];

describe.skipIf(program === null)('days of the plant in InfluxDB', () => {
  const plant = openInfluxdbPlant(program as string);
  let oracle: ReadingOracle;
  let zone: string;
  let store: InfluxdbReadingStore;
  const open = () => plant.open({}, { plantZone: () => zone });
  const run = (retention = EVER) => store.runDueJobs(plant.nowMs, retention);
  const append = async (readings: readonly NamedReading[]) => {
    await store.append(batchOfReadings(readings));
    oracle.appendReadings(readings);
  };
  const answers = async (asked: InfluxdbReadingStore, zones: readonly string[], fromMs = 0) => {
    const found = [];
    for (const each of zones) {
      for (const interval of INTERVALS) {
        const query = {
          ...{ machineId: A, fromMs, toMs: NOON + 3 * DAY, order: 'asc' as const, offset: 0, limit: 100_000 },
          metrics: NAMES.map((name) => ({ metric: metricIndexOf(name), kind: kindOf(name) })),
          ...{ everyReading: true, grid: bucketGrid(interval, each), holdMs: HOLD_MS },
        };
        found.push({ page: wholeBucketsOf(await asked.buckets(query)), expected: oracle.wholeBuckets(query).buckets });
      }
    }
    return found;
  };
  const expectAnswers = async (asked = store) => {
    for (const { page, expected } of await answers(asked, [zone, 'UTC', 'Asia/Tokyo'])) expect(page).toEqual(expected);
  };
  /** Stored days by their zone. */
  const storedDays = async () => {
    const { values } = await plant.ask('SELECT "n", "zone" FROM "sensor_readings_1d_local"');
    return new Map(
      [...new Set(values.map((row) => row[2]))].map((of) => [of, values.filter((row) => row[2] === of).length]),
    );
  };

  beforeEach(async () => {
    [zone, plant.nowMs] = ['Europe/Berlin', NOON];
    oracle = new ReadingOracle();
    store = await open();
    const days = [...Array.from({ length: 12 }, (_, i) => -75 + 6 * i), -14, -13, -12, -11];
    const times = days
      .sort((a, b) => a - b)
      .flatMap((day) => [0, 5, 9, 11].map((hour) => NOON + day * DAY + hour * HOUR));
    await append(
      times.flatMap((timestampMs, i) => [
        { machineId: A, timestampMs, cells: { temperature: i, parts: i % 50, mode: i % 3 } },
        { machineId: A, timestampMs: timestampMs + 10 * MINUTE, cells: { mode: (i + 1) % 3 } },
      ]),
    );
    plant.nowMs = NOON + 2 * HOUR;
    await run();
  });

  it('answer queries, also after late values and when the zone changes, on each node', async () => {
    expect(store.localDaysFrom('Europe/Berlin')).toBe(Number.NEGATIVE_INFINITY);
    expect(store.localDaysFrom('Asia/Jakarta')).toBeNull();
    await expectAnswers();
    const other = await open();
    expect(other.localDaysFrom('Europe/Berlin')).toBe(Number.NEGATIVE_INFINITY);
    await append([{ machineId: A, timestampMs: NOON - 50 * DAY, cells: { temperature: -70, parts: 3, mode: 1 } }]);
    await expectAnswers();
    await expectAnswers(other);
    plant.nowMs += 30 * MINUTE;
    await run();
    await expectAnswers();
    // A day that ends while the server runs.
    await append([{ machineId: A, timestampMs: NOON + 3 * HOUR, cells: { temperature: 5, mode: 2 } }]);
    plant.nowMs = NOON + 2 * DAY;
    await run();
    await expectAnswers();
    expect(await store.verify(() => {})).toMatchObject({ faults: [] });
    const count = (await storedDays()).get('Europe/Berlin');
    expect(count).toBeGreaterThan(15);

    for (const next of ['Asia/Kolkata', 'America/St_Johns', 'UTC', 'Europe/Berlin']) {
      zone = next;
      await expectAnswers();
      await run();
      await expectAnswers();
      // Another node may still use the former days at that moment.
      await run();
      expect([...(await storedDays()).keys()]).toEqual(next === 'UTC' ? [] : [next]);
      await expectAnswers();
      expect(await store.verify(() => {})).toMatchObject({ faults: [] });
    }
    expect((await storedDays()).get('Europe/Berlin')).toBe(count);
    await store.deleteMachine(A);
    expect(await storedDays()).toEqual(new Map());
  }, 60_000);

  it('are read where hours have expired, and say from when on another zone has days', async () => {
    const before = await answers(store, ['Europe/Berlin']);
    const retention = { ...EVER, raw: 40, '1m': 40, '1h': 40 };
    plant.nowMs += 12 * HOUR;
    await run(retention);
    const facts = (found: typeof before) =>
      found.map(({ page }) => (page as unknown[][]).map(([at, , ...of]) => [at, ...of]));
    expect(facts(await answers(store, ['Europe/Berlin']))).toEqual(facts(before));
    expect(store.localDaysFrom(zone)).toBe(Number.NEGATIVE_INFINITY);
    zone = 'Asia/Jakarta';
    await run(retention);
    // The hours of 2 March are the oldest; their first complete day begins at 17:00 UTC.
    expect(new Date(store.localDaysFrom(zone) as number).toISOString()).toBe('2026-03-02T17:00:00.000Z');
    const again = await open();
    expect(again.localDaysFrom(zone)).toBe(store.localDaysFrom(zone));
  }, 60_000);

  it('differ from their hours if somebody changed them, which a check tells', async () => {
    const { values } = await plant.ask('SELECT "temperature_sum" FROM "sensor_readings_1d_local" LIMIT 1');
    const atMs = values[0]?.[0] as number;
    await plant.write(`sensor_readings_1d_local,machine_id=${A},zone=Europe/Berlin temperature_max=999 ${atMs}000000`);
    expect((await store.verify(() => {})).faults).toEqual([expect.stringContaining('day of the plant differs')]);
  });
});
