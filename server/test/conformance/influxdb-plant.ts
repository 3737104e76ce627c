// A store on a real InfluxDB behind a proxy that can cause faults, shared by the tests of the engine.

import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { silentLogger } from '../../src/log.ts';
import { type BucketInterval, bucketGrid } from '../../src/readings/bucket-grid.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { InfluxdbReadingStore } from '../../src/readings/engines/influxdb/influxdb-reading-store.ts';
import type { InfluxdbReadingStoreOptions } from '../../src/readings/engines/influxdb/influxdb-store-options.ts';
import type { BucketQuery, RawQuery, ReadingStore } from '../../src/readings/reading-store.ts';
import { INTERVALS_MS } from '../../src/readings/time-buckets.ts';
import type { InfluxdbAddress } from '../../src/server-addresses.ts';
import { type FrontRequest, type InfluxdbFront, startInfluxdbFront } from '../support/influxdb-front.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { HOLD_MS, kindOf } from './reading-histories.ts';
import { batchOf, bucketsOf, type Row, rowsOf, SEED_GAUGES, SEED_METRICS } from './reading-oracle.ts';

export const MINUTE = INTERVALS_MS['1m'];
export const HOUR = INTERVALS_MS['1h'];
export const DAY = INTERVALS_MS['1d'];
export const NOON = Date.UTC(2026, 0, 15, 12);
export const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
export const A = '00000000-0000-4000-8000-00000000000a';
export const B = '00000000-0000-4000-8000-00000000000b';
export const unavailable = { code: 'store_unavailable', retryAfterSeconds: 5 };

export const all = (machineId = A): Omit<RawQuery, 'limit'> => ({
  ...{ machineId, metrics: SEED_METRICS, everyReading: true },
  ...{ fromMs: 0, toMs: NOON + 90 * DAY, order: 'asc', offset: 0 },
});

/** Everything of the metrics of the seed in buckets. */
export const allBuckets = (interval: BucketInterval, machineId = A): Omit<BucketQuery, 'limit'> => ({
  ...{ ...all(machineId), metrics: SEED_GAUGES, grid: bucketGrid(interval), holdMs: HOLD_MS },
});

export class InfluxdbPlant {
  server!: InfluxdbServer;
  front!: InfluxdbFront;
  store!: InfluxdbReadingStore;
  bucket = '';
  nowMs = NOON;
  described: Record<string, { sensorType: string; location: string }> = {};
  readonly clock: Clock = { nowMs: () => this.nowMs };

  /** Creates a new database, and opens a store on it behind a new proxy. */
  async begin(): Promise<void> {
    this.front = await startInfluxdbFront(this.server.url);
    this.bucket = `b${Math.random()}`;
    this.nowMs = NOON;
    this.described = { [A]: { sensorType: 'Spindle', location: 'Hall A' } };
    this.store = await this.open();
  }

  /** Opens another store on the same database; it is closed when the test ends. */
  readonly open = async (
    address: Partial<InfluxdbAddress> = {},
    others: Partial<InfluxdbReadingStoreOptions> = {},
  ): Promise<InfluxdbReadingStore> => {
    const login = { ...this.server.access, username: null, password: null };
    const made = new InfluxdbReadingStore({
      address: { url: this.front.url, bucket: this.bucket, ...login, answerWithinMs: 10_000, ...address },
      describe: (machineId) => this.described[machineId] ?? null,
      openCopy: (directory) => new DuckdbReadingStore({ directory, clock: this.clock, log: silentLogger }),
      clock: this.clock,
      log: silentLogger,
      ...{ kindOf, holdMs: () => HOLD_MS },
      ...others,
    });
    onTestFinished(() => made.close());
    await made.open();
    return made;
  };

  /** Sends a statement to the server directly. */
  readonly ask = async (statement: string): Promise<{ columns: string[]; values: unknown[][] }> => {
    const parameters = new URLSearchParams({ db: this.bucket, epoch: 'ms', q: statement });
    const answer = await this.server.fetch(`/query?${parameters}`, { method: 'POST' });
    const { results } = (await answer.json()) as {
      results?: { series?: { columns: string[]; values: unknown[][] }[] }[];
    };
    return results?.[0]?.series?.[0] ?? { columns: [], values: [] };
  };

  /** Writes lines to the server directly, as another program does. */
  readonly write = async (lines: string): Promise<void> => {
    const answer = await this.server.fetch(`/write?db=${this.bucket}`, { method: 'POST', body: lines });
    expect(answer.status).toBe(204);
  };

  readonly append = (...rows: Row[]) => this.store.append(batchOf(rows));

  readonly raw = async (from: ReadingStore = this.store, machineId = A) => {
    const page = await from.raw({ ...all(machineId), limit: 100_000 });
    expect(page.total).toBe(page.rows.length);
    return rowsOf(machineId, page.rows);
  };

  readonly buckets = async (interval: BucketInterval, query = {}) => {
    const page = await this.store.buckets({ ...allBuckets(interval), limit: 100_000, ...query });
    return { total: page.total, buckets: bucketsOf(page) };
  };

  /** Number of readings per bucket. */
  readonly counts = async (interval: BucketInterval) =>
    ((await this.buckets(interval)).buckets as [number, number[]][]).map(([, first]) => first[0]);

  readonly runAllJobs = () => this.store.runDueJobs(this.nowMs + 2 * DAY, EVER);
}

/** One server for a test file, and a new database for each test. */
export function openInfluxdbPlant(program: string): InfluxdbPlant {
  const plant = new InfluxdbPlant();
  beforeAll(async () => {
    plant.server = await startInfluxdb(program);
  });
  afterAll(() => plant.server.stop());
  beforeEach(() => plant.begin());
  afterEach(() => plant.front.stop());
  return plant;
}

/** Matches writes whose first line is of this measurement, on either path. */
export const writesOf =
  (measurement: string) =>
  ({ url, body }: FrontRequest) =>
    url.pathname.endsWith('/write') && body.startsWith(measurement);
