// PostgreSQL, InfluxDB and Redis stop answering, then the server is stopped: it ends in time and acknowledges nothing unstored.

import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { findMosquitto } from '../support/find-program.ts';
import { startMosquitto } from '../support/start-mosquitto.ts';
import { type RunningServer, request, signIn } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { addPress, startUntilFinished } from './support/process-plant.ts';
import { hasServers, type Servers, startServers } from './support/start-nodes.ts';

const mosquittoProgram = findMosquitto();
const WAIT = { timeout: 20_000, interval: 50 };
const FIRST_MS = Date.now() - 3_600_000;

describe.skipIf(!hasServers || mosquittoProgram === null)('a stop while no server answers', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  async function openProxies(env: Record<string, string>) {
    const proxies: FaultProxy[] = [];
    const behind = async (name: string) => {
      const url = new URL(env[name] as string);
      const proxy = await startFaultProxy({ port: Number(url.port) });
      onTestFinished(() => proxy.stop());
      proxies.push(proxy);
      url.port = String(proxy.port);
      return url.href.replace(/\/$/, '');
    };
    return {
      env: {
        ...env,
        DATABASE_URL: await behind('DATABASE_URL'),
        INFLUXDB_URL: await behind('INFLUXDB_URL'),
        REDIS_URL: await behind('REDIS_URL'),
      },
      all: (kind: 'none' | 'silent') => Promise.all(proxies.map((proxy) => proxy.set({ kind }))),
    };
  }

  const readingOf = (machineId: string, second: number) => ({
    machine_id: machineId,
    timestamp: new Date(FIRST_MS + second * 1000).toISOString(),
    speed: second,
  });
  const stored = async (server: RunningServer, token: string, machineId: string) => {
    const range = `start_time=${new Date(FIRST_MS).toISOString()}&order=asc&limit=100`;
    const { body } = await request(server.http, token, 'GET', `/data/machine/${machineId}?${range}`);
    return (body.data as { speed: number }[]).map((reading) => reading.speed);
  };

  test('ends in time with exit code 0; readings that were not stored are not acknowledged, and are sent again', async () => {
    const mosquitto = await startMosquitto(mosquittoProgram as string);
    onTestFinished(() => mosquitto.stop());
    const { env, all } = await openProxies({
      ...(await servers.makePlant()),
      MQTT_BROKER_HOST: mosquitto.host,
      MQTT_BROKER_PORT: String(mosquitto.port),
      INFLUXDB_TIMEOUT: '30',
    });
    const dataDir = await temporaryDirectory();
    const server = await startUntilFinished(dataDir, env);
    const { machineId, token } = await addPress(server);
    const gateway = await connectAsync(`mqtt://${mosquitto.host}:${mosquitto.port}`);
    onTestFinished(() => gateway.endAsync(true));
    const publish = (second: number) =>
      gateway.publishAsync('gonsters/sensors/line', JSON.stringify(readingOf(machineId, second)), { qos: 1 });
    const gauge = async (name: string) =>
      Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await (await fetch(`${server.http}/metrics`)).text())?.[1]);
    await vi.waitFor(async () => {
      expect(await (await fetch(`${server.http}/health/ready`)).json()).toMatchObject({ status: 'ready' });
    }, WAIT);
    await publish(0);
    await vi.waitFor(async () => expect(await stored(server, token, machineId)).toEqual([0]), WAIT);

    await all('silent');
    // Something waits for each server: a reading over MQTT and HTTP, a new machine, an event for other nodes.
    for (const second of [1, 2, 3]) await publish(second);
    const { timestamp, speed } = readingOf(machineId, 4);
    const batch = [
      { machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings: [{ timestamp, speed }] },
    ];
    const outcome = (path: string, body: object) =>
      request(server.http, token, 'POST', path, body).then(
        (reply) => reply.status,
        () => 'closed',
      );
    const answers = [
      outcome('/data/ingest', { gateway_id: 'gw', timestamp, batch }),
      outcome('/data/machine', { name: 'Press 2', location: 'Hall A', sensor_type: 'press' }),
    ];
    await vi.waitFor(async () => expect(await gauge('gonsters_pending_readings')).toBe(4), WAIT);
    const startedMs = performance.now();
    expect(await server.end('SIGTERM')).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    for (const answer of await Promise.all(answers)) expect([503, 'closed']).toContain(answer);

    await all('none');
    const again = await startUntilFinished(dataDir, env);
    const tokenAgain = await signIn(again.http);
    await vi.waitFor(async () => {
      // The reading over HTTP was refused, so that its sender still has it.
      expect((await stored(again, tokenAgain, machineId)).filter((each) => each !== 4)).toEqual([0, 1, 2, 3]);
    }, WAIT);
  }, 120_000);
});
