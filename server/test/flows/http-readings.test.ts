import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { isoTime, parseIsoMs, type ReadingPage, readingPageSchema } from '@gonsters/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const START = Date.UTC(2026, 0, 15, 10);
const MINUTE = 60_000;
/** Two hours at one reading a minute; each tenth has no speed. */
const READINGS = Array.from({ length: 120 }, (_, i) => ({
  timestamp: isoTime(START + i * MINUTE),
  temperature: i % 60,
  pressure: 100 + i / 10,
  ...(i % 10 === 0 ? {} : { speed: i * 10 }),
}));

let core: StartedCore;
let press: string;
let lathe: string;
beforeAll(async () => {
  core = await startCore();
  press = await core.addMachine('=Press "1", north');
  lathe = await core.addMachine('Lathe');
  await core.ingest(press, READINGS);
  await core.ingest(lathe, [
    { timestamp: isoTime(START), temperature: 0 },
    { timestamp: isoTime(START + 90_000), temperature: -1.5 },
  ]);
});
afterAll(() => core.remove());

const read = (id: string, query: string) => core.as<ReadingPage>('Operator', 'GET', `/data/machine/${id}?${query}`);
const RANGE = `start_time=2026-01-15T10:00:00Z&end_time=2026-01-15T12:00:00Z`;

describe('readings of a machine', () => {
  it('are those of the range, the newest first, and zero is a value', async () => {
    const reply = await read(lathe, RANGE);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      status: 'success',
      machine: { machine_id: lathe, name: 'Lathe', location: 'Hall A', sensor_type: 'press' },
      query: {
        start_time: '2026-01-15T10:00:00.000Z',
        end_time: '2026-01-15T12:00:00.000Z',
        interval: 'raw',
        fields: ['temperature', 'pressure', 'speed'],
      },
      data: [
        { timestamp: '2026-01-15T10:01:30.000Z', temperature: -1.5, pressure: null, speed: null },
        { timestamp: '2026-01-15T10:00:00.000Z', temperature: 0, pressure: null, speed: null },
      ],
      pagination: { total_records: 2, returned_records: 2, limit: 1000, offset: 0, has_more: false },
    });
  });

  it('exclude the end, and read a time without a zone as UTC', async () => {
    const reply = await read(press, 'start_time=2026-01-15T17:00:00%2B07:00&end_time=2026-01-15T10:02:00');
    expect(reply.body.data.map((row) => row.timestamp)).toEqual([isoTime(START + MINUTE), isoTime(START)]);
  });

  it('come in pages, in either order, with the chosen fields only', async () => {
    const reply = await read(press, `${RANGE}&order=asc&limit=7&offset=5&fields=speed,temperature`);
    expect(reply.body.data).toEqual(
      READINGS.slice(5, 12).map(({ timestamp, temperature, speed }) => ({
        timestamp,
        temperature,
        speed: speed ?? null,
      })),
    );
    expect(reply.body.pagination).toEqual({
      total_records: 120,
      returned_records: 7,
      limit: 7,
      offset: 5,
      has_more: true,
    });
    expect((await read(press, `${RANGE}&limit=-1`)).body.pagination).toMatchObject({ limit: 100_000, has_more: false });
  });

  it('come in buckets with mean, minimum, maximum and count', async () => {
    const reply = await read(press, `${RANGE}&interval=1h&order=asc`);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const [hour, row] of reply.body.data.entries()) {
      const within = READINGS.slice(hour * 60, hour * 60 + 60);
      expect(row.timestamp).toBe(isoTime(START + hour * 60 * MINUTE));
      expect(row.temperature).toBeCloseTo(mean(within.map((each) => each.temperature)), 9);
      const speeds = within.flatMap((each) => each.speed ?? []);
      expect(row.speed).toBeCloseTo(mean(speeds), 9);
      expect(row.stats).toMatchObject({
        temperature: { min: 0, max: 59, count: 60 },
        speed: { min: Math.min(...speeds), max: Math.max(...speeds), count: 54 },
      });
    }
    expect(reply.body.data).toHaveLength(2);
    const none = await read(lathe, `${RANGE}&interval=1d`);
    expect(none.body.data[0]).toMatchObject({
      pressure: null,
      stats: { pressure: { min: null, max: null, count: 0 } },
    });
  });

  it.each([
    [1000, 'raw', 120],
    [120, 'raw', 120],
    [119, '5m', 24],
    [10, '15m', 8],
    [3, '1h', 2],
    [1, '1d', 1],
  ])('with at most %i points automatically come as %s', async (limit, interval, rows) => {
    const { body } = await read(press, `${RANGE}&interval=auto&limit=${limit}`);
    expect(body.query.interval).toBe(interval);
    expect(body.data).toHaveLength(rows);
  });

  it.each([
    ['start_time=2026-01-15T12:00:00Z&end_time=2026-01-15T10:00:00Z', 'start_time'],
    ['start_time=2999-01-01', 'start_time'],
    ['end_time=2026-01-15', 'start_time'],
    [`${RANGE}&limit=100001`, 'limit'],
    [`${RANGE}&limit=-2`, 'limit'],
    [`${RANGE}&offset=-1`, 'offset'],
    [`${RANGE}&order=up`, 'order'],
  ])('are refused for %s', async (query, parameter) => {
    const reply = await read(press, query);
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ parameter }] } });
  });

  it('of an unknown machine give 404, and ids may have upper-case letters', async () => {
    expect((await read('00000000-0000-0000-0000-000000000001', RANGE)).status).toBe(404);
    expect((await read(press.toUpperCase(), RANGE)).body.machine.machine_id).toBe(press);
  });

  it('match their schema for any query', async () => {
    const token = await core.token('Operator');
    const query = fc.record(
      {
        interval: fc.constantFrom('raw', '1m', '5m', '15m', '1h', '1d', 'auto'),
        fields: fc.constantFrom('all', 'speed', 'pressure,temperature'),
        limit: fc.integer({ min: 1, max: 200 }),
        offset: fc.integer({ min: 0, max: 200 }),
        order: fc.constantFrom('asc', 'desc'),
        start_time: fc.integer({ min: -30, max: 130 }).map((minute) => isoTime(START + minute * MINUTE)),
      },
      { requiredKeys: ['start_time'] },
    );
    await fc.assert(
      fc.asyncProperty(query, async (parameters) => {
        const text = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
        const reply = await core.send('GET', `/data/machine/${press}?${text}`, { token });
        const page = readingPageSchema.parse(reply.body);
        const times = page.data.map((row) => parseIsoMs(row.timestamp));
        expect(times).toEqual(times.toSorted((a, b) => (parameters.order === 'asc' ? a - b : b - a)));
        expect(page.pagination.returned_records).toBe(page.data.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the newest readings', () => {
  it('have one entry for each machine with readings', async () => {
    await core.addMachine('Silent');
    const { body } = await core.as<{ count: number; data: Record<string, unknown>[] }>(
      'Operator',
      'GET',
      '/data/latest',
    );
    expect(body.count).toBe(2);
    expect(body.data).toContainEqual({
      machine_id: lathe,
      name: 'Lathe',
      location: 'Hall A',
      sensor_type: 'press',
      timestamp: isoTime(START + 90_000),
      temperature: -1.5,
      pressure: null,
      speed: null,
      at: { temperature: isoTime(START + 90_000) },
    });
  });
});

describe('a comparison', () => {
  const compare = (query: string) => core.as('Operator', 'GET', `/data/compare?${query}&${RANGE}`);

  it('has all machines on one time axis', async () => {
    const reply = await compare(`machine_ids=${lathe},${press}&metric=temperature&interval=1m`);
    expect(reply.status).toBe(200);
    const { timestamps, series } = reply.body as {
      timestamps: string[];
      series: { values: (number | null)[]; count: number[] }[];
    };
    expect(timestamps).toHaveLength(120);
    expect(series.map((each) => each.values.slice(0, 3))).toEqual([
      [0, -1.5, null],
      [0, 1, 2],
    ]);
    expect(series.map((each) => each.count.slice(0, 3))).toEqual([
      [1, 1, 0],
      [1, 1, 1],
    ]);
  });

  it('chooses an interval that suits all machines', async () => {
    const reply = await compare(`machine_ids=${lathe},${press}&metric=temperature&limit=30`);
    expect(reply.body).toMatchObject({ unit: '°C', query: { interval: '5m' } });
  });

  it('refuses too many points, too many machines and unknown ones', async () => {
    expect((await compare(`machine_ids=${press}&metric=speed&interval=raw&limit=50`)).body.code).toBe(
      'query_too_large',
    );
    const many = Array.from({ length: 13 }, () => crypto.randomUUID()).join(',');
    expect((await compare(`machine_ids=${many}&metric=speed`)).status).toBe(400);
    expect((await compare(`machine_ids=${crypto.randomUUID()}&metric=speed`)).status).toBe(404);
    expect((await compare(`machine_ids=${press}&metric=mood`)).status).toBe(400);
  });
});

describe('an export', () => {
  const exported = (id: string, query: string) =>
    core.as('Operator', 'GET', `/data/machine/${id}/export?${RANGE}&${query}`);

  it('is CSV with every reading, the oldest first', async () => {
    const reply = await exported(press, 'format=csv');
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(reply.headers.get('content-disposition')).toBe('attachment; filename="-Press-1-north-2026-01-15.csv"');
    const [header, ...lines] = reply.text.split('\r\n');
    expect(header).toBe('timestamp,temperature_c,pressure_kpa,speed_rpm');
    expect(lines.slice(0, -1)).toEqual(
      READINGS.map(({ timestamp, temperature, pressure, speed }) =>
        [timestamp, temperature, pressure, speed].join(','),
      ),
    );
  });

  it('shows times of a zone, with another delimiter and chosen fields', async () => {
    const reply = await exported(lathe, 'tz=Asia/Jakarta&delimiter=;&fields=temperature');
    expect(reply.text).toBe(
      'timestamp;temperature_c\r\n2026-01-15T17:00:00.000+07:00;0\r\n2026-01-15T17:01:30.000+07:00;-1.5\r\n',
    );
  });

  it('has buckets with minimum, maximum and count', async () => {
    const reply = await exported(press, 'interval=1h&fields=temperature');
    expect(reply.text.split('\r\n').slice(0, 3)).toEqual([
      'timestamp,temperature_c,temperature_c_min,temperature_c_max,temperature_c_count',
      '2026-01-15T10:00:00.000Z,29.5,0,59,60',
      '2026-01-15T11:00:00.000Z,29.5,0,59,60',
    ]);
  });

  it('is Parquet that other tools can read, and leaves no temporary file', async () => {
    const response = await fetch(`${core.url}/api/v1/data/machine/${press}/export?${RANGE}&format=parquet`, {
      headers: { authorization: `Bearer ${await core.token('Operator')}` },
    });
    const file = join(core.dataDir, 'downloaded.parquet');
    await writeFile(file, Buffer.from(await response.arrayBuffer()));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      `SELECT count(*)::INT, count(speed_rpm)::INT, sum(temperature_c), epoch_ms(min("timestamp"))::DOUBLE FROM '${file}'`,
    );
    expect(result.getRows()).toEqual([[120, 108, 3540, START]]);
    connection.closeSync();
    instance.closeSync();
    await expect.poll(() => readdir(join(core.dataDir, 'tmp'))).toEqual([]);
  });

  it('refuses an unknown zone, format and delimiter', async () => {
    const reply = await exported(press, 'tz=Mars/Base&format=xml&delimiter=x');
    expect((reply.body.errors as { parameter: string }[]).map((fault) => fault.parameter).sort()).toEqual([
      'delimiter',
      'format',
      'tz',
    ]);
  });
});
