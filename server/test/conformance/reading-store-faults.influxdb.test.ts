// What InfluxDB may do to its engine, and what the suite of every store cannot see: moves, summaries, other versions.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import type { Logger } from '../../src/log.ts';
import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import {
  InfluxdbReadingStore,
  type InfluxdbReadingStoreOptions,
} from '../../src/readings/engines/influxdb/influxdb-reading-store.ts';
import type { InfluxdbAddress } from '../../src/readings/influxdb-address.ts';
import { INTERVALS_MS, type Interval, type ReadingStore } from '../../src/readings/reading-store.ts';
import { findInfluxdb, findVictoriaMetrics } from '../support/find-program.ts';
import { type Fate, type FrontRequest, type InfluxdbFront, startInfluxdbFront } from '../support/influxdb-front.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { startVictoriaMetrics } from '../support/start-victoria-metrics.ts';
import { bucketsOf, columnsOf, ReadingOracle, type Row, rowsOf } from './reading-oracle.ts';

const MINUTE = INTERVALS_MS['1m'];
const HOUR = INTERVALS_MS['1h'];
const DAY = INTERVALS_MS['1d'];
const NOON = Date.UTC(2026, 0, 15, 12);
const EVER = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };
const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const unavailable = { code: 'store_unavailable', retryAfterSeconds: 5 };

const program = findInfluxdb();
const victoria = findVictoriaMetrics();
let influxdb: InfluxdbServer;
let front: InfluxdbFront;
let bucket: string;
let nowMs: number;
let described: Record<string, { sensorType: string; location: string }>;
let store: InfluxdbReadingStore;
const clock: Clock = { nowMs: () => nowMs };

function open(
  address: Partial<InfluxdbAddress> = {},
  others: Partial<InfluxdbReadingStoreOptions> = {},
): Promise<InfluxdbReadingStore> {
  const made = new InfluxdbReadingStore({
    address: {
      url: front.url,
      bucket,
      org: null,
      token: null,
      username: null,
      password: null,
      answerWithinMs: 10_000,
      ...address,
    },
    describe: (machineId) => described[machineId] ?? null,
    openCopy: (directory) => new DuckdbReadingStore({ directory, clock, log: silentLogger }),
    clock,
    log: silentLogger,
    ...others,
  });
  onTestFinished(() => made.close());
  return made.open().then(() => made);
}

/** A statement to the server itself. */
async function ask(statement: string, method = 'POST'): Promise<{ columns: string[]; values: unknown[][] }> {
  const parameters = new URLSearchParams({ db: bucket, epoch: 'ms', q: statement });
  const answer = await fetch(`${influxdb.url}/query?${parameters}`, { method });
  const { results } = (await answer.json()) as { results: { series?: { columns: string[]; values: unknown[][] }[] }[] };
  return results[0]?.series?.[0] ?? { columns: [], values: [] };
}

const append = (...rows: Row[]) => store.append(columnsOf(rows));
const all = (machineId = A) => ({ machineId, fromMs: 0, toMs: NOON + 90 * DAY, order: 'asc' as const, offset: 0 });
const raw = async (from: ReadingStore = store, machineId = A) => {
  const page = await from.raw({ ...all(machineId), limit: 100_000 });
  expect(page.total).toBe(page.rows.length);
  return rowsOf(page.rows);
};
const buckets = async (interval: Interval, query = {}) => {
  const page = await store.buckets({ ...all(), interval, limit: 100_000, ...query });
  return { total: page.total, buckets: bucketsOf(page) };
};
/** Number of readings per bucket. */
const counts = async (interval: Interval) =>
  ((await buckets(interval)).buckets as [number, number[]][]).map(([, first]) => first[0]);
const settle = () => store.maintain(nowMs + 2 * DAY, EVER);
const isWrite = ({ url }: FrontRequest) => url.pathname === '/write';
const writesOf = (measurement: string) => (request: FrontRequest) =>
  isWrite(request) && request.body.startsWith(measurement);

describe.skipIf(program === null)('readings in InfluxDB', () => {
  beforeAll(async () => {
    influxdb = await startInfluxdb(program as string);
  });
  afterAll(() => influxdb.stop());
  beforeEach(async () => {
    front = await startInfluxdbFront(influxdb.url);
    bucket = `b${Math.random()}`;
    nowMs = NOON;
    described = { [A]: { sensorType: 'Spindle', location: 'Hall A' } };
    store = await open();
  });
  afterEach(() => front.stop());

  it('lie in the measurement, tags and fields that other tools expect', async () => {
    described[A] = { sensorType: 'Spindle', location: 'Hall A, gate=1 \\ north\r\n\\' };
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

  it('of a machine that moves are counted once, whichever hall they are sent again from', async () => {
    await append([A, NOON - 1000, 1, null, null], [A, NOON, 2, 2, null]);
    nowMs += HOUR;
    described[A] = { sensorType: 'Spindle', location: 'Hall B' };
    await append([A, NOON, 3, null, null], [A, nowMs, 4, null, null]);
    const expected = [
      [A, NOON - 1000, 1, null, null],
      [A, NOON, 3, 2, null],
      [A, nowMs, 4, null, null],
    ];
    expect(await raw()).toEqual(expected);
    const halls = await ask('SELECT location, temperature FROM sensor_readings');
    expect(halls.values.map((row) => row[1])).toEqual(['Hall A', 'Hall A', 'Hall B']);

    // Another node, and this one after a restart, know of the move; a third has not heard of it yet.
    const second = await open();
    await second.append(columnsOf([[A, NOON, null, null, 9]]));
    const third = await open({}, { describe: () => ({ sensorType: 'Spindle', location: 'Hall B' }) });
    await third.append(columnsOf([[A, nowMs, 5, null, null]]));
    expect(await raw()).toEqual([expected[0], [A, NOON, 3, 2, 9], [A, nowMs, 5, null, null]]);
    await settle();
    expect(await counts('1d')).toEqual([3]);
    expect((await ask('SELECT location FROM machine_descriptions')).values).toHaveLength(2);
  });

  it('of a machine that nobody describes any more keep the tags that they had', async () => {
    await append([A, NOON, 1, null, null]);
    described = {};
    nowMs += HOUR;
    await append([A, nowMs, 2, null, null]);
    const halls = await ask('SELECT location, temperature FROM sensor_readings');
    expect(halls.values.map((row) => row[1])).toEqual(['Hall A', 'Hall A']);
  });

  it('are answered from the summaries: without a single reading left, buckets are the same', async () => {
    const rows = Array.from({ length: 3 * 24 * 60 }, (_, i): Row => [A, NOON + i * MINUTE, i % 50, null, i]);
    await append(...rows);
    nowMs = NOON + 3 * DAY;
    await settle();
    const intervals = ['1m', '5m', '15m', '1h', '1d'] as const;
    const before = await Promise.all(intervals.map((interval) => buckets(interval)));
    await ask('DELETE FROM sensor_readings');
    expect(await Promise.all(intervals.map((interval) => buckets(interval)))).toEqual(before);
    expect(before.map(({ total }) => total)).toEqual([4320, 864, 288, 72, 4]);
    // Days alone, too.
    await ask('DELETE FROM sensor_readings_1h');
    const whole = { fromMs: NOON + DAY / 2, toMs: NOON + 2.5 * DAY };
    expect((await buckets('1d', whole)).total).toBe(2);
  });

  it('page through more buckets than one answer holds', async () => {
    const oracle = new ReadingOracle();
    const rows = Array.from({ length: 11_000 }, (_, i): Row => [A, NOON + i * MINUTE, i, null, null]);
    await append(...rows);
    oracle.append(rows);
    nowMs = NOON + 7 * DAY;
    await store.maintain(nowMs, EVER);
    // Late: three parts, of summaries, single readings and summaries.
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
        const query = { ...all(), interval: '1m' as const, order, offset, limit };
        expect(await buckets('1m', { order, offset, limit })).toEqual(oracle.buckets(query));
      }
    }
  });

  it('that come late are in every answer before their hour is summarised again, whichever node took them', async () => {
    await append([A, NOON, 1, null, null]);
    nowMs = NOON + 2 * HOUR;
    const second = await open();
    await store.maintain(nowMs, EVER);
    await second.append(columnsOf([[A, NOON + 1, 3, null, null]]));
    expect(await counts('1h')).toEqual([2]);
    const summaries = () => ask('SELECT n FROM sensor_readings_1h').then(({ values }) => values.map((row) => row[1]));
    expect(await summaries()).toEqual([1]);
    nowMs += MINUTE;
    await store.maintain(nowMs, EVER);
    expect(await summaries()).toEqual([1]);
    nowMs += 10 * MINUTE;
    await store.maintain(nowMs, EVER);
    expect(await summaries()).toEqual([2]);
    expect(await counts('1h')).toEqual([2]);
  });

  it('keep the summaries of an hour whose readings have expired when something comes that late', async () => {
    await append([A, NOON, 1, 1, 1], [A, NOON + 1, 3, 3, 3]);
    const shortly = { ...EVER, raw: 1 };
    nowMs = NOON + 4 * DAY;
    await store.maintain(nowMs, shortly);
    expect(await raw()).toEqual([]);
    await append([A, NOON + 2, 5, 5, 5], [B, NOON + 2, 5, 5, 5], [A, NOON + HOUR, 6, null, null]);
    nowMs += 10 * MINUTE;
    await store.maintain(nowMs, shortly);
    expect(await counts('1h')).toEqual([2, 1]);
    expect(await counts('1d')).toEqual([3]);
    // Minutes are all that is left of an hour that the range cuts.
    expect((await buckets('1h', { fromMs: NOON + 1, toMs: NOON + 30 * MINUTE })).total).toBe(0);
    expect((await buckets('1h', { fromMs: NOON - 1, toMs: NOON + 90 * MINUTE + 1 })).total).toBe(2);
    const ofB = await store.buckets({ ...all(B), interval: '1d', limit: 9 });
    expect([...ofB.metrics.temperature.count]).toEqual([1]);
  });

  it('expire of however many machines, and no others are touched', async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `machine '${i}'`);
    await append(...ids.map((id): Row => [id, NOON, 1, null, null]), [A, NOON + 3 * DAY, 1, null, null]);
    front.requests.length = 0;
    await store.maintain(NOON + 4 * DAY, { ...EVER, raw: 2 });
    expect((await ask('SELECT count(n) FROM sensor_readings')).values[0]?.[1]).toBe(1);
    expect((await ask('SELECT count(n) FROM sensor_readings_1h')).values[0]?.[1]).toBe(121);
    const deletes = front.requests.filter(({ body }) => body.includes('DELETE'));
    expect(deletes).toHaveLength(3);
    for (const { body } of deletes) expect(body).not.toContain(A);
  });

  it('that InfluxDB will never take do not hold up the others', async () => {
    const errors: unknown[] = [];
    const log = { error: (details: unknown) => errors.push(details), warn: () => {} } as unknown as Logger;
    store = await open({}, { log });
    // Somebody else has written a metric as text.
    const body = `sensor_readings,machine_id=x speed="fast" ${NOON}000000`;
    expect((await fetch(`${influxdb.url}/write?db=${bucket}`, { method: 'POST', body })).status).toBe(204);
    await append([A, NOON, 1, null, null], [A, NOON + 1, 2, null, 3], [A, NOON + 2, 4, null, null]);
    expect((await raw()).map((row) => row[1])).toEqual([NOON, NOON + 2]);
    expect(errors).toEqual([{ reason: expect.stringContaining('field type conflict') }]);
  });

  it.each([
    [400, 'partial write: points beyond retention policy dropped=1'],
    [
      422,
      'failure writing points to database: partial write: dropped 1 points outside retention policy of duration 72h',
    ],
    [400, 'partial write of line protocol occurred'],
  ])('count as taken where a part is refused for good, as each version says it: %i %s', async (status, message) => {
    front.decide = (request) =>
      writesOf('sensor_readings,')(request) ? { status, body: JSON.stringify({ error: message }) } : 'pass';
    await append([A, NOON, 1, null, null]);
  });

  it.each<[string, Fate]>([
    [
      'has no room for another series',
      { status: 400, body: '{"error":"partial write: max-series exceeded dropped=1"}' },
    ],
    ['has an error', { status: 500, body: 'oh' }],
    ['has too much to do', { status: 429, body: '{"message":"slow down"}' }],
    ['answers something else', { status: 200, body: '<html>' }],
    ['answers with a list', { status: 418, body: '[]' }],
    ['keeps silent', 'hang'],
    ['breaks off', 'break'],
  ])('are refused for now where it %s, and taken when it is well again', async (_, fate) => {
    if (fate === 'hang') store = await open({ answerWithinMs: 500 });
    await append([A, NOON - HOUR, 0, null, null]);
    front.decide = () => fate;
    await expect(store.raw({ ...all(), limit: 1 })).rejects.toMatchObject(unavailable);
    await expect(store.buckets({ ...all(), interval: '1h', limit: 1 })).rejects.toMatchObject(unavailable);
    await expect(store.export(all())[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
    await expect(store.maintain(nowMs, EVER)).rejects.toMatchObject(unavailable);
    await expect(append([A, NOON, 1, 2, 3])).rejects.toMatchObject(unavailable);
    front.decide = () => 'pass';
    await vi.waitFor(() => append([A, NOON, 1, 2, 3]), { timeout: 10_000 });
    expect(await vi.waitFor(() => raw(), { timeout: 10_000 })).toHaveLength(2);
  });

  it('are refused as a whole where a part of them is, and stored once when they are sent again', async () => {
    const rows = Array.from({ length: 12_000 }, (_, i): Row => [A, NOON + i, i, null, null]);
    let failing = 1;
    front.decide = (request) =>
      writesOf('sensor_readings')(request) && failing-- === 0 ? { status: 503, body: 'busy' } : 'pass';
    await expect(append(...rows)).rejects.toMatchObject(unavailable);
    await append(...rows);
    expect(await raw()).toEqual(rows);
    const sizes = front.requests.filter(writesOf('sensor_readings')).map(({ body }) => body.split('\n').length - 1);
    expect(Math.max(...sizes)).toBe(5000);
  });

  it('are not acknowledged where storing them took longer than their marks are good for', async () => {
    store = await open({}, { appendWithinMs: 50 });
    front.decide = (request) => (writesOf('sensor_readings')(request) ? { afterMs: 60 } : 'pass');
    await expect(append([A, NOON, 1, null, null])).rejects.toMatchObject(unavailable);
  });

  it('go on in a database that somebody has dropped', async () => {
    nowMs += 3 * HOUR;
    await append([A, NOON, 1, null, null], [A, NOON + 1, 1, null, null]);
    await store.maintain(nowMs, EVER);
    await append([A, NOON + 2, 1, null, null]);
    await ask(`DROP DATABASE "${bucket}"`);
    await expect(append([A, NOON + 2, 1, null, null])).rejects.toMatchObject(unavailable);
    await append([A, NOON + 2, 1, null, null]);
    expect(await raw()).toHaveLength(1);
    expect(await counts('1h')).toEqual([1]);
    await settle();
    expect(await counts('1h')).toEqual([1]);
  });

  it('survive connections that were closed meanwhile', async () => {
    await append([A, NOON, 1, null, null]);
    await influxdb.kill();
    await expect(append([A, NOON + 1, 2, null, null])).rejects.toMatchObject(unavailable);
    await influxdb.start();
    await append([A, NOON + 1, 2, null, null]);
    const straight = await open({ url: influxdb.url });
    expect(await raw(straight)).toHaveLength(2);
    await influxdb.kill();
    await influxdb.start();
    expect(await raw(straight)).toHaveLength(2);
  });

  it('are copied to an embedded store, and checked', async () => {
    const rows = Array.from({ length: 300 }, (_, i): Row => [i % 2 ? A : B, NOON + i * MINUTE, i, null, i / 3]);
    await append(...rows);
    nowMs = NOON + 3 * DAY;
    await store.maintain(nowMs, EVER);
    const directory = await mkdtemp(join(tmpdir(), 'readings-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    let ranAlongside = 0;
    await store.snapshot(directory, async () => {
      ranAlongside += 1;
    });
    expect(ranAlongside).toBe(1);
    const copy = new DuckdbReadingStore({ directory, clock, log: silentLogger });
    await copy.open();
    for (const machineId of [A, B]) expect(await raw(copy, machineId)).toEqual(await raw(store, machineId));
    await copy.close();

    const lines: string[] = [];
    expect(await store.verify((line) => lines.push(line))).toEqual({ files: 0, readings: 300, faults: [] });
    expect(lines).toEqual(['Readings checked up to 2026-01-16']);
    // One more that nobody announced, in the first hour.
    const body = `sensor_readings,machine_id=${A} n=1i,speed=-1 ${NOON}000000`;
    await fetch(`${influxdb.url}/write?db=${bucket}`, { method: 'POST', body });
    const { faults } = await store.verify(() => {});
    expect(faults).toEqual(
      ['minutes', 'hours', 'days'].map((what) =>
        expect.stringMatching(new RegExp(`^Machine ${A}, 2026-01-15T.*its ${what} say`)),
      ),
    );
    await append([A, NOON, null, null, -1]);
    expect((await store.verify(() => {})).faults).toEqual([]);
  });

  describe('with what 2.x and 3.x offer only', () => {
    /** No `/write`, and no statement but SELECT. */
    const asNewer = ({ url, body }: FrontRequest): Fate => {
      if (url.pathname === '/api/v2/write') return { path: `/write?db=${url.searchParams.get('bucket')}&precision=ns` };
      if (url.pathname === '/write') return { status: 404, body: '404 page not found' };
      const statement = url.searchParams.get('q') ?? new URLSearchParams(body).get('q') ?? '';
      return statement.startsWith('SELECT')
        ? 'pass'
        : { status: 405, body: '{"code":"bad","message":"not supported"}' };
    };

    it('are written with bucket, organisation and token, and read alike', async () => {
      await ask(`CREATE DATABASE "${bucket}"`);
      front.decide = asNewer;
      front.requests.length = 0;
      store = await open({ token: 'secret', org: 'plant' });
      await append([A, NOON, 1, 2, 3]);
      await settle();
      expect(await raw()).toEqual([[A, NOON, 1, 2, 3]]);
      expect(await counts('1h')).toEqual([1]);
      for (const { headers } of front.requests) expect(headers.authorization).toBe('Token secret');
      const written = front.requests.filter(({ url }) => url.pathname === '/api/v2/write');
      expect(written.length).toBeGreaterThan(1);
      expect(written.at(-1)?.url.search).toBe(`?bucket=${bucket}&precision=ns&org=plant`);
    });

    it('are hidden where they cannot be deleted, and a machine is not forgotten', async () => {
      const warnings: unknown[] = [];
      const log = { error: () => {}, warn: (details: unknown) => warnings.push(details) } as unknown as Logger;
      front.decide = asNewer;
      store = await open({}, { log });
      await append([A, NOON, 1, 2, 3]);
      const shortly = { ...EVER, raw: 1 };
      for (let days = 3; days < 5; days++) await store.maintain(NOON + days * DAY, shortly);
      expect(warnings).toHaveLength(1);
      expect(await raw()).toEqual([]);
      expect(await counts('1d')).toEqual([1]);
      await expect(store.deleteMachine(A)).rejects.toMatchObject({ code: 'conflict' });
      const asOther = (status: number, error: string) => (request: FrontRequest) =>
        request.body.includes('DELETE') ? { status, body: JSON.stringify({ results: [{ error }] }) } : asNewer(request);
      front.decide = asOther(200, 'DELETE is not implemented');
      await expect(store.deleteMachine(A)).rejects.toMatchObject({ code: 'conflict' });
      front.decide = asOther(200, 'engine is closed');
      await expect(store.deleteMachine(A)).rejects.toMatchObject(unavailable);
    });

    it('end the start where there is no such bucket, or nobody may enter', async () => {
      front.decide = (request) =>
        request.url.pathname === '/api/v2/write'
          ? { status: 404, body: '{"code":"not found","message":"bucket \\"x\\" not found"}' }
          : asNewer(request);
      await expect(open()).rejects.toMatchObject({
        code: 'invalid_configuration',
        message: expect.stringContaining('bucket "x" not found'),
      });
      front.decide = () => ({ status: 401, body: '{"error":"unauthorized"}' });
      await expect(open()).rejects.toMatchObject({ code: 'invalid_configuration' });
    });
  });

  it('are exported as they were when the export began, however slowly it is read', async () => {
    store = await open({ url: influxdb.url });
    const length = 150_000;
    for (let start = 0; start < length; start += 50_000) {
      await append(...Array.from({ length: 50_000 }, (_, i): Row => [A, NOON + start + i, start + i, null, null]));
    }
    const exported = store.export(all())[Symbol.asyncIterator]();
    let { value: chunk } = await exported.next();
    await append([A, NOON + length - 1, null, 7, null], [A, NOON + length, 7, 7, 7], [A, NOON - 1, 7, 7, 7]);
    let rows = 0;
    for (let isDone = false; !isDone; ) {
      for (const pressure of chunk.values[1] as Float64Array) expect(pressure).toBeNaN();
      rows += chunk.length;
      const next = await exported.next();
      isDone = next.done ?? false;
      chunk = next.value;
    }
    expect(rows).toBe(length);
  });

  it('stay exact whichever of two nodes takes them, while one of them summarises', async () => {
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
        maintains: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        bucket = `b${Math.random()}`;
        nowMs = NOON;
        const nodes = [await open({ url: influxdb.url }), await open({ url: influxdb.url })] as const;
        const oracle = new ReadingOracle();
        for (const { afterMs, node, rows, maintains } of taken) {
          nowMs += afterMs;
          const batch = rows.map(([id, before, value]): Row => [id, nowMs + before, value, null, null]);
          await Promise.all([nodes[node]?.append(columnsOf(batch)), maintains && nodes[0].maintain(nowMs, EVER)]);
          oracle.append(batch);
          for (const [asked, machineId, interval] of [
            [nodes[0], A, '1h'],
            [nodes[1], A, '1d'],
            [nodes[1], B, '1m'],
          ] as const) {
            const query = { ...all(machineId), fromMs: nowMs - 3 * DAY, toMs: nowMs + 1, interval, limit: 10_000 };
            const page = await asked.buckets(query);
            expect({ total: page.total, buckets: bucketsOf(page) }).toEqual(oracle.buckets(query));
          }
        }
        await Promise.all(nodes.map((node) => node.close()));
      }),
      { numRuns: 20 },
    );
  }, 120_000);

  it('end the export when the store closes', async () => {
    await append(...Array.from({ length: 5000 }, (_, i): Row => [A, NOON + i, i, null, null]));
    const exported = store.export(all())[Symbol.asyncIterator]();
    expect((await exported.next()).value.length).toBeGreaterThan(0);
    await store.close();
    await expect(exported.next()).rejects.toMatchObject({ code: 'closed' });
  });
});

describe.skipIf(victoria === null)('VictoriaMetrics', () => {
  it('takes what is written, by the path of 2.x too', async () => {
    const server = await startVictoriaMetrics(victoria as string);
    front = await startInfluxdbFront(server.url);
    onTestFinished(async () => {
      await front.stop();
      await server.stop();
    });
    front.decide = ({ url }) => {
      if (url.pathname === '/write') return { status: 404, body: '404 page not found' };
      // It answers no InfluxQL: nothing is known of earlier readings.
      return url.pathname === '/query' ? { status: 200, body: '{"results":[{"statement_id":0}]}' } : 'pass';
    };
    bucket = 'plant';
    nowMs = Date.now();
    described = { [A]: { sensorType: 'Spindle', location: 'Hall A, gate 1' } };
    store = await open({ token: 'secret' });
    await append([A, nowMs, 1.5, null, -2]);
    const exported = await vi.waitFor(
      async () => {
        await fetch(`${server.url}/internal/force_flush`);
        const answer = await fetch(`${server.url}/api/v1/export?match[]=sensor_readings_temperature`);
        return JSON.parse(await answer.text());
      },
      { timeout: 10_000 },
    );
    expect(exported).toEqual({
      metric: {
        __name__: 'sensor_readings_temperature',
        machine_id: A,
        sensor_type: 'Spindle',
        location: 'Hall A, gate 1',
      },
      values: [1.5],
      timestamps: [nowMs],
    });
  });
});
