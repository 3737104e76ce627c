// InfluxDB that does not answer, interrupts answers, fails or is slow: HTTP answers 503, MQTT is not acknowledged, nothing is lost.

import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isoTime, type ReadingPage } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { findInfluxdb } from '../support/find-program.ts';
import { startInfluxdbFront } from '../support/influxdb-front.ts';
import { type InfluxdbServer, startInfluxdb } from '../support/start-influxdb.ts';
import { request } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { addPress, startUntilFinished } from './support/process-plant.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const program = findInfluxdb();
/** A fault is reported within two seconds on an idle computer. */
const SOON = { timeout: 10_000, interval: 50 };
const WAIT = { timeout: 20_000, interval: 50 };
const FIRST_MS = Date.now() - 3_600_000;
let influxdb: InfluxdbServer;
let buckets = 0;

/** A proxy that answers 500 when the test says so. */
async function startFailingFront(): Promise<{ port: number; isFailing: boolean; stop(): void }> {
  const front = { port: 0, isFailing: false, stop: () => server.close() };
  const server = createServer((asked, reply) => {
    if (front.isFailing) {
      asked.resume();
      reply.writeHead(500).end('{"error":"engine: cache maximum memory size exceeded"}');
      return;
    }
    const { method, url, headers } = asked;
    const onward = forward(new URL(url as string, influxdb.url), { method: method as string, headers }, (answer) => {
      reply.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(reply);
    });
    asked.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  front.port = (server.address() as AddressInfo).port;
  return front;
}

const settingsOf = (port: number) => ({
  ...influxdb.settings(`plant-${++buckets}`),
  INFLUXDB_URL: `http://127.0.0.1:${port}`,
  INFLUXDB_TIMEOUT: '1',
  MQTT_PORT: '0',
});

async function openProxy(): Promise<FaultProxy> {
  const proxy = await startFaultProxy({ port: Number(new URL(influxdb.url).port) });
  onTestFinished(() => proxy.stop());
  return proxy;
}

interface Plant {
  core: StartedCore;
  /** Times of the readings that were acknowledged over MQTT. */
  acknowledged: Set<number>;
  /** Resolves when the last of them is acknowledged. */
  publish(count: number): Promise<unknown>;
  post(): ReturnType<StartedCore['send']>;
  stored(): Promise<{ status: number; headers: Headers; times: number[] }>;
}

async function openPlant(port: number): Promise<Plant> {
  const core = await startCore(settingsOf(port));
  onTestFinished(() => core.remove());
  const machineId = await core.addMachine('Press 1');
  const gateway = await connectAsync(core.mqtt as string);
  onTestFinished(() => gateway.endAsync(true));
  const acknowledged = new Set<number>();
  let sent = 0;
  const publishOne = () => {
    const timestamp = FIRST_MS + sent++ * 1000;
    return gateway
      .publishAsync(`factory/f/machine/${machineId}/telemetry`, JSON.stringify({ timestamp, speed: 1 }), { qos: 1 })
      .then(() => acknowledged.add(timestamp));
  };
  const range = `start_time=${isoTime(FIRST_MS)}&end_time=${isoTime(FIRST_MS + 3_599_000)}&order=asc&limit=-1`;
  return {
    ...{ core, acknowledged },
    publish: (count) => Promise.all(Array.from({ length: count }, publishOne)),
    post: () => core.as('Operator', 'POST', '/data/ingest', { body: batchOf(machineId, FIRST_MS + 3_599_500, 1) }),
    stored: async () => {
      const { status, headers, body } = await core.as<ReadingPage>(
        'Operator',
        'GET',
        `/data/machine/${machineId}?${range}`,
      );
      return { status, headers, times: (body.data ?? []).map((row) => Date.parse(row.timestamp)) };
    },
  };
}

function batchOf(machineId: string, firstMs: number, count: number) {
  const readings = Array.from({ length: count }, (_, i) => ({ timestamp: isoTime(firstMs + i), speed: 1 }));
  return {
    gateway_id: 'gw-1',
    timestamp: isoTime(Date.now()),
    batch: [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }],
  };
}

describe.skipIf(program === null)('InfluxDB', () => {
  beforeAll(async () => {
    influxdb = await startInfluxdb(program as string);
  });
  afterAll(() => influxdb.stop());

  const behindProxy = (fault: Fault) => async () => {
    const proxy = await openProxy();
    return { port: proxy.port, begin: () => proxy.set(fault), end: () => proxy.set({ kind: 'none' }) };
  };
  const behindFailingFront = async () => {
    const front = await startFailingFront();
    onTestFinished(() => front.stop());
    const set = (isFailing: boolean) => async () => {
      front.isFailing = isFailing;
    };
    return { port: front.port, begin: set(true), end: set(false) };
  };

  test.each([
    ['refuses connections', behindProxy({ kind: 'refuse' })],
    ['resets connections', behindProxy({ kind: 'reset' })],
    ['interrupts its answers', behindProxy({ kind: 'cut', afterBytes: 30 })],
    ['stops answering', behindProxy({ kind: 'silent' })],
    ['answers 500', behindFailingFront],
  ])(
    'while it %s nothing is acknowledged; afterwards every reading is acknowledged and stored once',
    async (_what, open) => {
      const { port, begin, end } = await open();
      const { core, acknowledged, publish, post, stored } = await openPlant(port);
      await publish(100);
      await begin();
      const published = publish(200);
      const refused = await post();
      expect(refused.status).toBe(503);
      expect(refused.body).toMatchObject({ code: 'store_unavailable' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const unread = await stored();
      expect(unread.status).toBe(503);
      expect(Number(unread.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await core.send('GET', '//health/ready')).body).toMatchObject({ parts: { readings: 'down' } });
      expect(acknowledged.size).toBe(100);

      await end();
      await published;
      await vi.waitFor(async () => expect((await post()).status).toBe(201), WAIT);
      expect((await stored()).times).toEqual([...acknowledged].sort((a, b) => a - b));
      expect(acknowledged.size).toBe(300);
    },
    60_000,
  );

  test('if it answers but refuses writes, this is reported without any reading being sent, and so is its recovery', async () => {
    const front = await startInfluxdbFront(influxdb.url);
    onTestFinished(() => front.stop());
    const { core, stored } = await openPlant(Number(new URL(front.url).port));
    const isReady = () => core.send('GET', '//health/ready');
    const up = async () =>
      /^gonsters_part_up\{part="readings"\} (.*)$/m.exec((await core.send('GET', '//metrics')).text)?.[1];
    await vi.waitFor(
      async () => expect(await isReady()).toMatchObject({ status: 200, body: { parts: { readings: 'up' } } }),
      SOON,
    );

    const error = 'engine: error writing WAL entry: no space left on device';
    front.decide = ({ method, url }) =>
      method === 'POST' && url.pathname.endsWith('/write') ? { status: 500, body: JSON.stringify({ error }) } : 'pass';
    await vi.waitFor(async () => {
      expect(await isReady()).toMatchObject({
        status: 503,
        body: {
          parts: { readings: 'down' },
          reasons: { readings: `Readings cannot be stored. InfluxDB answered 500: ${error}` },
        },
      });
      expect(await up()).toBe('0');
    }, SOON);
    expect((await stored()).status).toBe(200);

    front.decide = () => 'pass';
    await vi.waitFor(
      async () => expect(await isReady()).toMatchObject({ status: 200, body: { parts: { readings: 'up' } } }),
      SOON,
    );
    expect(await up()).toBe('1');
  });

  test('if it is slow, every reading is stored after some time', async () => {
    const proxy = await openProxy();
    const { publish, stored } = await openPlant(proxy.port);
    await proxy.set({ kind: 'delay', ms: 50 });
    await publish(500);
    expect((await stored()).times).toHaveLength(500);
  }, 60_000);

  test('if it does not answer at the start, the server starts and accepts readings as soon as it answers', async () => {
    const proxy = await openProxy();
    await proxy.set({ kind: 'silent' });
    const { publish, stored } = await openPlant(proxy.port);
    const published = publish(20);
    await proxy.set({ kind: 'none' });
    await published;
    expect((await stored()).times).toHaveLength(20);
  }, 60_000);

  test('the server stops in time with exit code 0 although it does not answer', async () => {
    const proxy = await openProxy();
    const settings = { ...settingsOf(proxy.port), INFLUXDB_TIMEOUT: '30' };
    const server = await startUntilFinished(await temporaryDirectory(), settings);
    const { machineId, token } = await addPress(server);
    const gateway = await connectAsync(server.mqtt);
    onTestFinished(() => gateway.endAsync(true));
    await proxy.set({ kind: 'silent' });
    let isAcknowledged = false;
    void gateway
      .publishAsync(`factory/f/machine/${machineId}/telemetry`, '{"speed":1}', { qos: 1 })
      .then(() => {
        isAcknowledged = true;
      })
      .catch(() => {});
    const refused = request(server.http, token, 'POST', '/data/ingest', batchOf(machineId, FIRST_MS, 1)).then(
      (reply) => reply.status,
      () => 'closed',
    );
    const pending = async () =>
      /^gonsters_pending_readings 2$/m.test(await (await fetch(`${server.http}/metrics`)).text());
    await vi.waitFor(async () => expect(await pending()).toBe(true), WAIT);
    const started = performance.now();
    expect(await server.end('SIGTERM')).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(isAcknowledged).toBe(false);
    expect([503, 'closed']).toContain(await refused);
  }, 60_000);
});
