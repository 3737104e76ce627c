// Readings of any metric are copied from the embedded engine to InfluxDB, with their quality and the rollups of readings that
// have expired.

import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { metricIndexOf } from '../../src/metric-index.ts';
import { bucketGrid } from '../../src/readings/bucket-grid.ts';
import { copyAllReadings } from '../../src/readings/copy-readings.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { BAD, UNCERTAIN } from '../../src/readings/reading-batch.ts';
import type { ReadingStore } from '../../src/readings/reading-store.ts';
import { digestReadings } from '../../src/transfer/reading-digests.ts';
import { TransferProgress } from '../../src/transfer/transfer-progress.ts';
import { transferReadings } from '../../src/transfer/transfer-readings.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { A, B, DAY, EVER, MINUTE, NOON, openInfluxdbPlant } from './influxdb-plant.ts';
import { HOLD_MS, kindOf } from './reading-histories.ts';
import { batchOfReadings, type Cell, type NamedReading, wholeBucketsOf } from './reading-oracle.ts';

const program = findInfluxdb();
const NAMES = ['temperature', 'vibration_rms', 'parts', 'running', 'mode'];

function readings(machineId: string, fromMs: number): NamedReading[] {
  return Array.from({ length: 300 }, (_, i) => ({
    machineId,
    timestampMs: fromMs + i * MINUTE,
    cells: {
      temperature: (i % 7 === 0 ? [i, UNCERTAIN] : i % 11 === 0 ? [null, BAD] : i / 3) as Cell,
      vibration_rms: i % 2 ? null : i / 8,
      parts: i % 100,
      running: i % 3 === 0 ? 0 : 1,
      mode: (i % 5 === 0 ? [9, BAD] : i % 4) as Cell,
    },
  }));
}

describe.skipIf(program === null)('a transfer of readings of any metric', () => {
  const plant = openInfluxdbPlant(program as string);

  it('gives the same answers, also where only rollups remain', async () => {
    const dataDir = await temporaryDirectory();
    const rules = { kindOf, holdMs: () => HOLD_MS };
    const options = { directory: `${dataDir}/readings`, clock: plant.clock, log: silentLogger, ...rules };
    const from = new DuckdbReadingStore(options);
    onTestFinished(() => from.close());
    await from.open();
    await from.append(batchOfReadings([...readings(A, NOON - 40 * DAY), ...readings(A, NOON), ...readings(B, NOON)]));
    plant.nowMs = NOON + 5 * DAY;
    await from.runDueJobs(plant.nowMs, EVER);
    await from.runDueJobs(plant.nowMs, { ...EVER, raw: 20 });

    plant.bucket += '-target';
    const to = await plant.open({ url: plant.server.url }, { isTransferTarget: true });
    const progress = new TransferProgress(dataDir, 'target');
    await progress.load();
    const moved = { from, to, machineIds: [A, B], progress, clock: plant.clock };
    const lines: string[] = [];
    expect(await transferReadings(moved, (line) => lines.push(line))).toEqual({ readings: 600, differences: [] });
    // 300 minutes, 5 hours and their day have no readings any more.
    expect(lines).toContain('Machine 1 of 2: 1 days compared, 306 older rollups written');
    expect(await transferReadings(moved, () => {})).toEqual({ readings: 600, differences: [] });

    const answers = async (store: ReadingStore, zone = 'UTC') => {
      const found: unknown[] = [];
      for (const interval of ['1m', '15m', '1h', '1d', '1mo'] as const) {
        const page = await store.buckets({
          ...{ machineId: A, fromMs: NOON - 50 * DAY, toMs: NOON + DAY, order: 'asc', offset: 0, limit: 10_000 },
          metrics: NAMES.map((name) => ({ metric: metricIndexOf(name), kind: kindOf(name) })),
          ...{ everyReading: false, grid: bucketGrid(interval, zone), holdMs: HOLD_MS },
        });
        // The number of readings is that of existing ones.
        found.push((wholeBucketsOf(page) as unknown[][]).map(([startMs, , ...facts]) => [startMs, ...facts]));
      }
      return found;
    };
    expect(await answers(to)).toEqual(await answers(from));

    // A server makes the days of the plant from what was transferred, also where only rollups remain.
    const zone = 'Asia/Jakarta';
    await to.completeCopy(progress.source);
    const served = await plant.open({ url: plant.server.url }, { plantZone: () => zone });
    await served.runDueJobs(plant.nowMs, EVER);
    expect(served.localDaysFrom(zone)).toBe(Number.NEGATIVE_INFINITY);
    expect(await answers(served, zone)).toEqual(await answers(from, zone));
    // And an embedded store that is filled from it, as a backup is.
    const copy = new DuckdbReadingStore({ ...options, directory: `${dataDir}/copy`, plantZone: () => zone });
    onTestFinished(() => copy.close());
    await copy.open();
    await copyAllReadings(served, copy, plant.nowMs);
    expect(copy.localDaysFrom(zone)).toBe(Number.NEGATIVE_INFINITY);
  }, 60_000);

  it('notices every difference of a value, its metric and its quality', async () => {
    const digestOf = async (...cells: Record<string, Cell>[]) => {
      plant.bucket = `b${Math.random()}`;
      const store = await plant.open({ url: plant.server.url });
      await store.append(
        batchOfReadings(cells.map((each, i) => ({ machineId: A, timestampMs: NOON + i, cells: each }))),
      );
      return [...(await digestReadings(store, A)).values()].map(({ checksum }) => checksum).join();
    };
    const original = await digestOf({ temperature: 1, parts: [2, BAD] }, { mode: 3 });
    expect(await digestOf({ parts: [2, BAD], temperature: 1 }, { mode: 3 })).toBe(original);
    const others = [
      await digestOf({ temperature: 1, parts: 2 }, { mode: 3 }),
      await digestOf({ temperature: 1, parts: [null, BAD] }, { mode: 3 }),
      await digestOf({ temperature: 1, mode: [2, BAD] }, { mode: 3 }),
      await digestOf({ temperature: 1.5, parts: [2, BAD] }, { mode: 3 }),
      await digestOf({ temperature: 1, parts: [2, BAD] }),
    ];
    expect(new Set([original, ...others]).size).toBe(6);
  });
});
