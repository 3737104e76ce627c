import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METRIC_NAMES } from '@gonsters/contract';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runSimulate } from './run-simulate.ts';
import { simulate } from './simulate.ts';
import { readSimulateOptions } from './simulate-options.ts';

interface Published {
  machineId: string;
  timestamp: string;
  [metric: string]: unknown;
}

/** For busy computers. */
const PATIENCE = { timeout: 20_000 };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const listen = (server: { listen(port: number, host: string, done: () => void): unknown; address(): unknown }) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
const closeServer = (server: { close(done: () => void): unknown }) => () =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
  });

/** The routes of the server that a simulation uses. The first batches get `answers`, then 201. */
async function startServer(answers: { status: number; headers?: Record<string, string>; stores?: number }[] = []) {
  const machines: Record<string, string | null>[] = [];
  const limits: Record<string, object> = {};
  const stored: Published[] = [];
  const signIns: unknown[] = [];
  const server: Server = createHttpServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const body = text === '' ? null : JSON.parse(text);
    const reply = (status: number, value: object, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
    };
    const path = new URL(request.url ?? '', 'http://server').pathname.replace('/api/v1', '');
    if (path === '/auth/login') {
      signIns.push(body);
      return reply(body.password === 'right' ? 200 : 401, { access_token: `t${signIns.length}`, message: 'Wrong' });
    }
    if (request.headers.authorization !== `Bearer t${signIns.length}`) return reply(401, {});
    if (path === '/data/machines') return reply(200, { machines });
    const [, type] = /^\/data\/sensor-types\/(.+)\/limits$/.exec(path) ?? [];
    if (type !== undefined) {
      if (request.method === 'PUT') limits[decodeURIComponent(type)] = body;
      return reply(200, { limits: limits[decodeURIComponent(type)] ?? {} });
    }
    if (path === '/data/machines/import') {
      for (const machine of body) machines.push({ ...machine, machine_id: crypto.randomUUID(), last_seen: null });
      return reply(201, {});
    }
    const answer = answers.shift();
    if (answer?.stores !== undefined) return reply(answer.status, { details: [{ readings_count: answer.stores }] });
    if (answer !== undefined) return reply(answer.status, { message: 'Not now' }, answer.headers);
    const details = body.batch.map((entry: { machine_id: string; readings: object[] }) => {
      stored.push(...entry.readings.map((each) => ({ ...(each as Published), machineId: entry.machine_id })));
      return { machine_id: entry.machine_id, readings_count: entry.readings.length, status: 'stored' };
    });
    return reply(201, { details });
  });
  const port = await listen(server);
  closing.push(closeServer(server), async () => server.closeAllConnections());
  return { url: `http://127.0.0.1:${port}`, machines, limits, stored, signIns };
}

async function startBroker() {
  const published: Published[] = [];
  const broker = await Aedes.createBroker();
  broker.authorizePublish = (_client, packet, done) => {
    const [, factory, , machineId = ''] = packet.topic.split('/');
    published.push({ ...JSON.parse(packet.payload.toString()), machineId, factory, qos: packet.qos });
    done(null);
  };
  const server = createServer(broker.handle);
  const port = await listen(server);
  closing.push(closeServer(server), () => new Promise<void>((resolve) => broker.close(() => resolve())));
  return { mqtt: `mqtt://127.0.0.1:${port}`, published };
}

const never = new AbortController().signal;
const run = (given: Record<string, unknown>, signal = never, report: (line: string) => void = () => undefined) =>
  simulate(readSimulateOptions({ password: 'right', quiet: true, ...given }), signal, report);

async function recording(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gonsters-simulator-'));
  closing.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'recording with space.csv');
  await writeFile(file, text);
  return file;
}

describe('a simulated plant', () => {
  it('creates its machines once and publishes each reading over MQTT with QoS 1', async () => {
    const server = await startServer();
    const broker = await startBroker();
    const totals = await run({ url: server.url, mqtt: broker.mqtt, machines: '9', rate: '20', duration: '1' });
    expect(server.machines.map(({ name }) => name)).toContain('SIM-002');
    expect(totals).toMatchObject({ machines: 9, refused: 0, acknowledged: totals.sent });
    expect(totals.sent).toBeGreaterThan(9);
    expect(broker.published).toHaveLength(totals.sent);
    expect(new Set(broker.published.map(({ qos, factory }) => `${qos} ${factory}`))).toEqual(new Set(['1 plant-1']));
    for (const { machine_id } of server.machines) {
      const times = broker.published.filter(({ machineId }) => machineId === machine_id).map((each) => each.timestamp);
      expect(times.length).toBeGreaterThan(0);
      expect(times).toEqual([...new Set(times)].sort());
    }
    await run({ url: server.url, mqtt: broker.mqtt, machines: '9', duration: '0' });
    expect(server.machines).toHaveLength(9);
  });

  it('measures every metric of the catalogue, and ends at once when it is aborted', async () => {
    const server = await startServer();
    const broker = await startBroker();
    const abort = new AbortController();
    const ended = run({ url: server.url, mqtt: broker.mqtt, machines: '3', rate: '50' }, abort.signal);
    await vi.waitUntil(() => broker.published.length >= 60, PATIENCE);
    abort.abort();
    const totals = await ended;
    expect(totals.acknowledged).toBe(totals.sent);
    for (const reading of broker.published)
      for (const name of METRIC_NAMES) expect(reading[name]).toEqual(expect.any(Number));
  });

  it('sends all metrics of eight types if asked to, and limits the types that the default limits do not fit', async () => {
    const server = await startServer();
    server.limits['Energy meter'] = { [METRIC_NAMES[0] as string]: { high: 70 } };
    const broker = await startBroker();
    const totals = await run({ url: server.url, mqtt: broker.mqtt, machines: '19', metrics: 'all', duration: '1.5' });
    expect(totals).toMatchObject({ machines: 19, acknowledged: totals.sent, refusedValues: {} });
    expect(server.limits).toEqual({
      'Energy meter': { [METRIC_NAMES[0] as string]: { high: 70 } },
      'Cold room': { [METRIC_NAMES[0] as string]: { low: 0, high: 8 } },
    });
    const kinds = new Map<string, Set<string>>();
    for (const { machineId, timestamp, factory, qos, sensor_type, ...values } of broker.published) {
      const kind = String(sensor_type);
      kinds.set(kind, new Set([...(kinds.get(kind) ?? []), ...Object.values(values).map((value) => typeof value)]));
      expect(Object.keys(values).length).toBeGreaterThanOrEqual(7);
    }
    for (const type of ['Pump', 'Motor', 'Compressor', 'CNC machine', 'Injection moulding machine'])
      expect(kinds.get(type)).toContain('string');
    expect(kinds.get('Boiler')).toEqual(new Set(['number', 'string', 'boolean']));
    expect(kinds.get('Cold room')).toEqual(new Set(['number', 'string', 'boolean']));
    expect(kinds.get('Energy meter')).toEqual(new Set(['number']));
  });

  it('writes missing history first, in order', async () => {
    const server = await startServer();
    const options = { url: server.url, via: 'http', machines: '2', rate: '0.1', duration: '0', backfill: '1h' };
    const totals = await run(options);
    expect(totals.backfilled).toBe(720);
    expect(new Set(server.stored.map((each) => `${each.machineId} ${each.timestamp}`)).size).toBe(server.stored.length);
    for (const machine of server.machines) machine.last_seen = new Date().toISOString();
    expect((await run(options)).backfilled).toBe(0);
  });

  it('sends a batch again while the server is busy, and signs in again when the token has expired', async () => {
    const server = await startServer([{ status: 503, headers: { 'retry-after': '0' } }, { status: 401 }]);
    const totals = await run({ url: server.url, via: 'http', machines: '2', rate: '20', duration: '1' });
    expect(totals.acknowledged).toBe(totals.sent);
    expect(server.stored).toHaveLength(totals.sent);
    expect(server.signIns).toHaveLength(2);
  });

  it('counts a refused batch and continues', async () => {
    const server = await startServer([{ status: 400 }]);
    const totals = await run({ url: server.url, via: 'http', machines: '2', rate: '20', duration: '1' });
    expect(totals.refused).toBeGreaterThan(0);
    expect(totals.acknowledged).toBe(server.stored.length);
    expect(totals.acknowledged + totals.refused).toBe(totals.sent);
  });

  it('reports in plain words what cannot be reached or is refused', async () => {
    const server = await startServer();
    await expect(run({ url: 'http://127.0.0.1:1' })).rejects.toThrow(/cannot be reached/);
    await expect(run({ url: server.url, password: 'wrong' })).rejects.toThrow(/Signing in as manager1 failed: 401/);
    await expect(run({ url: server.url, mqtt: 'mqtt://127.0.0.1:1' })).rejects.toThrow(/broker .* cannot be reached/);
  });
});

describe('a replayed recording', () => {
  const rows = Array.from({ length: 500 }, (_, i) => `${new Date(1.7e12 + i * 60_000).toISOString()},${i % 90},x`);

  it('publishes every row with its own time and value', async () => {
    const server = await startServer();
    const broker = await startBroker();
    const file = await recording(`When,Heat,Note\n${rows.join('\n')}\n`);
    const mapping = { replay: file, 'time-column': 'When', columns: `${METRIC_NAMES[0]}=Heat`, speed: 'max' };
    const totals = await run({ url: server.url, mqtt: broker.mqtt, ...mapping });
    expect(totals).toMatchObject({ machines: 1, sent: 500, acknowledged: 500, skipped: 0 });
    expect(broker.published.map((each) => `${each.timestamp},${each[METRIC_NAMES[0] as string]},x`)).toEqual(rows);
  });

  it.each(['mqtt', 'http'])(
    'says over %s which values the server refused, and which cells are no numbers',
    async (via) => {
      const server = await startServer(via === 'http' ? [{ status: 207, stores: 3 }] : []);
      const broker = await startBroker();
      const [first, second] = METRIC_NAMES as readonly [string, string];
      const lines = ['20,-0.27', '21,-200', 'hot,100', '-300,-200', ','];
      const file = await recording(
        `timestamp,A,B\n${lines.map((line, i) => `${new Date(1.7e12 + i * 1000).toISOString()},${line}`).join('\n')}\n`,
      );
      const columns = `${first}=A,${second}=B`;
      const options = { url: server.url, mqtt: broker.mqtt, via, replay: file, columns, speed: 'max' };
      expect(await run(options)).toMatchObject({
        sent: 4,
        acknowledged: 3,
        refused: 1,
        skipped: 1,
        refusedValues: { out_of_range: { [first]: 1, [second]: 2 } },
        unreadableValues: { [first]: 1 },
      });
    },
  );

  it('sends every column as what it is, and says what each was taken for', async () => {
    const server = await startServer();
    const broker = await startBroker();
    const file = await recording(
      'Date;Time;Machine;Motor Current (A);Running;State;Remark\n' +
        '15.01.2026;10:00:00;Press 1;12,5;TRUE;running;all well\n' +
        '15.01.2026;10:00:01;Press 2;;false;idle;\n' +
        '15.01.2026;noon;Press 2;1;false;idle;\n',
    );
    const lines: string[] = [];
    const options = { url: server.url, mqtt: broker.mqtt, replay: file, speed: 'max' };
    const totals = await run(options, never, (line) => lines.push(line));
    expect(totals).toMatchObject({ machines: 2, sent: 2, acknowledged: 2, skipped: 1 });
    expect(server.machines.map(({ name }) => name)).toEqual(['Press 1', 'Press 2']);
    const sent = broker.published.map(({ machineId, factory, qos, sensor_type, ...reading }) => reading);
    expect(sent).toEqual([
      {
        timestamp: '2026-01-15T10:00:00.000Z',
        'Motor Current': 12.5,
        Running: true,
        State: 'running',
        Remark: 'all well',
      },
      { timestamp: '2026-01-15T10:00:01.000Z', Running: false, State: 'idle' },
    ]);
    expect(lines.join('\n')).toContain(
      '"Motor Current (A)" as Motor Current (numbers in A), "Running" (true or false)',
    );
    expect(lines).toContain('Line 4, column "Date" and "Time": "15.01.2026 noon" is not a time');
  });

  it('keeps the intervals of the recording, divided by the speed, and ends now if it is shifted', async () => {
    const server = await startServer();
    const broker = await startBroker();
    const file = await recording(`When,Heat,Note\n${rows.slice(0, 11).join('\n')}\n`);
    const mapping = {
      replay: file,
      timeColumn: 'When',
      columns: `${METRIC_NAMES[0]}=Heat`,
      speed: '600',
      shift: 'now',
    };
    const startMs = Date.now();
    const totals = await run({ url: server.url, mqtt: broker.mqtt, ...mapping });
    expect(totals.seconds).toBeGreaterThanOrEqual(0.99);
    const times = broker.published.map(({ timestamp }) => Date.parse(timestamp));
    expect(times.slice(1).map((time, i) => time - (times[i] as number))).toEqual(Array(10).fill(60_000));
    expect(times.at(-1)).toBeGreaterThanOrEqual(startMs + 1000);
    expect(times.at(-1)).toBeLessThanOrEqual(Date.now());
  });

  it('ends early when it is aborted, after everything sent was acknowledged', async () => {
    const server = await startServer();
    const broker = await startBroker();
    const file = await recording(`timestamp,${METRIC_NAMES[0]},Note\n${rows.join('\n')}\n`);
    const abort = new AbortController();
    const ended = run({ url: server.url, mqtt: broker.mqtt, replay: file }, abort.signal);
    await vi.waitUntil(() => broker.published.length > 0, PATIENCE);
    abort.abort();
    const totals = await ended;
    expect(totals.sent).toBeLessThan(500);
    expect(totals.acknowledged).toBe(totals.sent);
  });

  it.each(['timestamp,x\n', 'timestamp,temperature\nsoon,1\n'])(
    'refuses one with nothing to publish: %j',
    async (text) => {
      const server = await startServer();
      await expect(run({ url: server.url, replay: await recording(text) })).rejects.toThrow(/None of the/);
    },
  );

  it('refuses a missing file', async () => {
    const server = await startServer();
    await expect(run({ url: server.url, replay: '/nowhere.csv' })).rejects.toThrow(/cannot be read/);
  });
});

describe('the command', () => {
  it('prints the totals as JSON and sets the exit code', async () => {
    const server = await startServer();
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const options = { url: server.url, via: 'http', machines: '1', rate: '10', duration: '0.3', quiet: true };
      await runSimulate({ ...options, password: 'right' });
      const totals = JSON.parse(String(out.mock.calls[0]?.[0]));
      expect(totals).toMatchObject({ event: 'done', machines: 1, refused: 0 });
      expect(process.exitCode).toBeUndefined();
      await runSimulate({ ...options, password: 'wrong' });
      expect(process.exitCode).toBe(1);
      await runSimulate({ machines: 'many', rate: '0', columns: 'x' });
      expect(String(err.mock.calls.at(-1)?.[0])).toMatch(/--machines.*--columns.*--rate/);
    } finally {
      process.exitCode = undefined;
      out.mockRestore();
      err.mockRestore();
    }
  });
});
