// A recorded CSV file that the command line replays over MQTT: the replies of the API equal values computed from the file.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MAIN, type RunningServer, request, signIn, startProcess } from '../support/start-process.ts';

const HOUR_MS = 3_600_000;
let directory: string;
let server: RunningServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gonsters-replay-'));
  server = await startProcess(join(directory, 'data'));
});
afterAll(async () => {
  await server?.end('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

/** Rows as a data logger writes them: other column names, a time zone, quoted cells, empty cells, an unused column. */
function recordedRows(): { timestampMs: number; temperature: number; pressure: number | null }[] {
  const start = Date.parse('2026-03-02T05:07:13Z');
  let temperature = 64;
  let noise = 7;
  return Array.from({ length: 5000 }, (_, i) => {
    noise = (noise * 16_807) % 2_147_483_647;
    temperature += noise / 2_147_483_647 - 0.5;
    return {
      timestampMs: start + i * 37_000 + (noise % 900),
      temperature: Math.round(temperature * 100) / 100,
      pressure: i % 9 === 0 ? null : Math.round(100 + 20 * Math.sin(i / 90) + (noise % 10)),
    };
  });
}

/** Runs the simulation to its end. */
async function simulate(...args: string[]): Promise<{ code: number; output: string; totals: Record<string, unknown> }> {
  const child = spawn(
    process.execPath,
    [
      MAIN,
      'simulate',
      ...args,
      ...['--machines', '1', '--speed', '1000000', '--url', server.http, '--mqtt', server.mqtt],
      ...['--username', 'manager1', '--password', 'Password123!'],
    ],
    { env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  const [code] = (await once(child, 'exit')) as [number];
  return { code, output: printed + output, totals: printed === '' ? {} : JSON.parse(printed) };
}

/** A valve test rig as in public data sets: every fourth row has a pressure slightly below zero. */
const valveRig = (pressures: readonly number[]) =>
  [
    'datetime;Pressure;Temperature',
    ...pressures.map(
      (pressure, i) => `${new Date(Date.UTC(2026, 2, 9, 10, 14, i)).toISOString()};${pressure};${88 + i / 100}`,
    ),
  ].join('\n');

it.each(['mqtt', 'http'])(
  'stores every row of a transmitter at rest over %s, and says what is implausible',
  {
    timeout: 120_000,
  },
  async (via) => {
    const options = [
      '--time-column',
      'datetime',
      '--columns',
      'pressure=Pressure,temperature=Temperature',
      '--via',
      via,
    ];
    const atRest = join(directory, `rest-${via}.csv`);
    await writeFile(atRest, valveRig(Array.from({ length: 745 }, (_, i) => (i % 4 === 0 ? -0.2732 : 0.0547))));
    const rest = await simulate('--replay', atRest, '--machine', `Rest ${via}`, ...options);
    expect(rest.totals, rest.output).toMatchObject({ sent: 745, acknowledged: 745, refused: 0, refused_values: {} });
    expect(rest.code).toBe(0);

    const torn = join(directory, `torn-${via}.csv`);
    await writeFile(torn, valveRig(Array.from({ length: 20 }, (_, i) => (i < 5 ? -273 : 1))));
    const broken = await simulate('--replay', torn, '--machine', `Torn ${via}`, ...options);
    expect(broken.totals, broken.output).toMatchObject({
      sent: 20,
      acknowledged: 20,
      refused: 0,
      refused_values: { out_of_range: { pressure: 5 } },
    });
    expect(broken.output).toContain('Refused values: pressure 5 (out_of_range)');
    expect(broken.code).toBe(1);

    const token = await signIn(server.http);
    for (const [name, rows, pressures] of [
      [`Rest ${via}`, 745, 745],
      [`Torn ${via}`, 20, 15],
    ] as const) {
      const list = await request(server.http, token, 'GET', `/data/machines?search=${encodeURIComponent(name)}`);
      const [machine] = list.body.machines as { machine_id: string }[];
      const range = 'start_time=2026-03-09T00:00:00Z&end_time=2026-03-10T00:00:00Z&limit=-1';
      const { body } = await request(server.http, token, 'GET', `/data/machine/${machine?.machine_id}?${range}`);
      const data = body.data as { pressure: number | null; temperature: number | null }[];
      expect(data.filter((row) => row.temperature !== null)).toHaveLength(rows);
      expect(data.filter((row) => row.pressure !== null)).toHaveLength(pressures);
    }
  },
);

it('returns hourly means, minima, maxima and counts equal to those of the file', { timeout: 120_000 }, async () => {
  const rows = recordedRows();
  const file = join(directory, 'recorded.csv');
  await writeFile(
    file,
    [
      '"Operator, shift",Time stamp,Shaft temperature,Pressure',
      ...rows.map(
        (row) =>
          `"O'Neil, ""shift A""",${new Date(row.timestampMs + 7 * HOUR_MS).toISOString().replace('Z', '+07:00')},${row.temperature},${row.pressure ?? ''}`,
      ),
    ].join('\r\n'),
  );
  const { code, output } = await simulate(
    ...['--replay', file, '--time-column', 'Time stamp'],
    ...['--columns', 'temperature=Shaft temperature,pressure=Pressure'],
  );
  expect(code, output).toBe(0);

  const token = await signIn(server.http);
  const list = await request(server.http, token, 'GET', '/data/machines?search=SIM-001');
  const machineId = (list.body.machines as { machine_id: string }[])[0]?.machine_id as string;
  const reply = await request(
    server.http,
    token,
    'GET',
    `/data/machine/${machineId}?start_time=2026-01-01T00:00:00Z&interval=1h&order=asc&limit=-1`,
  );
  expect(reply.status).toBe(200);

  const hours = new Map<number, { temperature: number[]; pressure: number[] }>();
  for (const row of rows) {
    const start = Math.floor(row.timestampMs / HOUR_MS) * HOUR_MS;
    const hour = hours.get(start) ?? { temperature: [], pressure: [] };
    hours.set(start, hour);
    hour.temperature.push(row.temperature);
    if (row.pressure !== null) hour.pressure.push(row.pressure);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const data = reply.body.data as {
    timestamp: string;
    temperature: number;
    pressure: number;
    speed: null;
    stats: Record<string, { min: number; max: number; count: number }>;
  }[];
  expect(data.map((bucket) => Date.parse(bucket.timestamp))).toEqual([...hours.keys()]);
  for (const bucket of data) {
    const hour = hours.get(Date.parse(bucket.timestamp)) as { temperature: number[]; pressure: number[] };
    for (const metric of ['temperature', 'pressure'] as const) {
      expect(bucket[metric]).toBeCloseTo(mean(hour[metric]), 9);
      expect(bucket.stats[metric]).toMatchObject({
        min: Math.min(...hour[metric]),
        max: Math.max(...hour[metric]),
        count: hour[metric].length,
      });
    }
    expect(bucket.speed).toBeNull();
  }
});

it('sends every column of a file, and stores the metrics that every installation has', {
  timeout: 120_000,
}, async () => {
  const rows = Array.from({ length: 300 }, (_, i) => ({
    timestampMs: Date.UTC(2026, 3, 7, 6) + i * 10_000,
    bar: Math.round(100 + 20 * Math.sin(i / 20)) / 100,
    celsius: Math.round(650 + 80 * Math.cos(i / 30)) / 10,
    rpm: 1450 + (i % 30),
  }));
  const comma = (value: number) => String(value).replace('.', ',');
  const file = join(directory, 'pump.csv');
  await writeFile(
    file,
    [
      'Datum;Uhrzeit;Machine;Pressure (bar);Temperature [°C];Speed;Motor Current (A);Vibration RMS_mm/s;Running;State;Parts;Remark',
      ...rows.map(({ timestampMs, bar, celsius, rpm }, i) => {
        const [day = '', clock = ''] = new Date(timestampMs).toISOString().slice(0, 19).split('T');
        const date = day.split('-').reverse().join('.');
        const known = [bar, celsius, rpm].map(comma).join(';');
        const others = `${comma(20 + (i % 50) / 10)};${comma(1.5 + i / 100)};${i % 10 > 2};${i % 10 > 2 ? 'running' : 'idle'};${i}`;
        return `${date};${clock};Pump of a file;${known};${others};${i % 3 === 0 ? `remark ${i}` : ''}`;
      }),
    ].join('\r\n'),
  );
  const { code, output, totals } = await simulate('--replay', file, '--via', 'mqtt');
  expect(code, output).toBe(0);
  expect(totals).toMatchObject({ machines: 1, sent: 300, acknowledged: 300, refused: 0, skipped: 0 });
  expect(output).toContain('Time from "Datum" and "Uhrzeit" (the day before the month');
  expect(output).toContain('"Pressure (bar)" as pressure (numbers in bar, converted to kPa)');
  expect(output).toContain('"Motor Current (A)" as Motor Current (numbers in A)');
  expect(output).toContain('"State" (2 texts)');
  expect(output).toContain('Not sent: "Remark" (more than 32 different texts)');

  const token = await signIn(server.http);
  const list = await request(server.http, token, 'GET', '/data/machines?search=Pump%20of%20a%20file');
  const [machine] = list.body.machines as { machine_id: string }[];
  const range = 'start_time=2026-04-07T00:00:00Z&end_time=2026-04-08T00:00:00Z&limit=-1&order=asc';
  const { body } = await request(server.http, token, 'GET', `/data/machine/${machine?.machine_id}?${range}`);
  const stored = body.data as { timestamp: string; pressure: number; temperature: number; speed: number }[];
  expect(stored.map(({ timestamp, temperature, speed }) => [Date.parse(timestamp), temperature, speed])).toEqual(
    rows.map(({ timestampMs, celsius, rpm }) => [timestampMs, celsius, rpm]),
  );
  for (const [i, { pressure }] of stored.entries()) expect(pressure).toBeCloseTo((rows[i]?.bar ?? 0) * 100, 9);
});
