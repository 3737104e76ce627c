// Readings on a cluster of openGemini: stores of it are killed while readings come in. Nothing acknowledged may be missing.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/log.ts';
import { InfluxdbReadingStore } from '../../src/readings/engines/influxdb/influxdb-reading-store.ts';
import { HOLD_MS, kindOf } from '../conformance/reading-histories.ts';
import { batchOf, type Row, rowsOf, SEED_METRICS } from '../conformance/reading-oracle.ts';
import { runCount } from '../support/run-count.ts';
import { findOpengemini, type OpengeminiCluster, startOpengemini } from '../support/start-opengemini.ts';

const STORES = 3;
const KILLS = runCount(3, 20);
const MACHINES = Array.from({ length: 4 }, (_, i) => `00000000-0000-4000-8000-00000000000${i}`);
const NOON = Date.UTC(2026, 0, 15, 12);
const DATABASE = 'plant';
const program = findOpengemini();
let cluster: OpengeminiCluster;

describe.skipIf(program === null)('a store of openGemini is killed under load', () => {
  beforeAll(async () => {
    cluster = await startOpengemini(program as string, { stores: STORES });
    await cluster.create(DATABASE);
  }, 120_000);
  afterAll(() => cluster.stop());

  it('loses no acknowledged reading, and shows nothing that was not sent', async () => {
    const stores = await Promise.all(cluster.urls.map(openStore));
    let isOver = false;
    let refused = 0;
    const sent = new Map<string, Set<number>>(MACHINES.map((id) => [id, new Set()]));
    const acknowledged = new Map<string, Set<number>>(MACHINES.map((id) => [id, new Set()]));
    const writers = MACHINES.map(async (id, i) => {
      const store = stores[i % stores.length] as InfluxdbReadingStore;
      for (let n = 0; !isOver; n += 10) {
        const numbers = Array.from({ length: 10 }, (_, k) => n + k);
        const rows = numbers.map((number): Row => [id, NOON + number * 100, number, null, null]);
        for (const number of numbers) sent.get(id)?.add(number);
        try {
          await store.append(batchOf(rows));
          for (const number of numbers) acknowledged.get(id)?.add(number);
        } catch {
          refused++;
        }
      }
    });
    const count = () => [...acknowledged.values()].reduce((sum, { size }) => sum + size, 0);
    for (let kill = 0; kill < KILLS; kill++) {
      const number = Math.floor(Math.random() * STORES);
      const before = count();
      await expect.poll(count, { timeout: 120_000 }).toBeGreaterThan(before + 50 + Math.random() * 200);
      await cluster.killStore(number);
      // The others take over.
      const afterKill = count();
      await expect.poll(count, { timeout: 120_000 }).toBeGreaterThan(afterKill + 50);
      await cluster.startStore(number);
      await cluster.untilWhole();
    }
    isOver = true;
    await Promise.all(writers);
    expect(count()).toBeGreaterThan(KILLS * 100);
    for (const id of MACHINES) {
      for (const store of stores) {
        const query = { machineId: id, metrics: SEED_METRICS, everyReading: true, fromMs: 0, toMs: NOON + 1e9 };
        const page = await store.raw({ ...query, order: 'asc', offset: 0, limit: 100_000 });
        const stored = rowsOf(id, page.rows).map(([, atMs]) => (atMs - NOON) / 100);
        expect(new Set(stored).size).toBe(stored.length);
        expect([...(acknowledged.get(id) as Set<number>)].filter((number) => !stored.includes(number))).toEqual([]);
        expect(stored.filter((number) => !sent.get(id)?.has(number))).toEqual([]);
      }
    }
    process.stdout.write(`${KILLS} kills: ${count()} readings acknowledged, ${refused} requests refused\n`);
  }, 1_200_000);
});

async function openStore(url: string): Promise<InfluxdbReadingStore> {
  const store = new InfluxdbReadingStore({
    address: { url, bucket: DATABASE, token: null, org: null, username: null, password: null, answerWithinMs: 20_000 },
    describe: () => ({ sensorType: 'Spindle', location: 'Hall A' }),
    openCopy: () => {
      throw new Error('Nothing is copied here');
    },
    clock: { nowMs: () => NOON },
    log: silentLogger,
    kindOf,
    holdMs: () => HOLD_MS,
  });
  await store.open();
  return store;
}
