// Two real processes on PostgreSQL, InfluxDB, Redis and Mosquitto, killed and frozen in turn: nothing is lost, nothing doubled.

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerToClient } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findMosquitto } from '../support/find-program.ts';
import { type MosquittoServer, startMosquitto } from '../support/start-mosquitto.ts';
import { type RunningServer, request, signIn, startProcess } from '../support/start-process.ts';
import { hasServers, type NodeEnv, type Servers, startServers } from './support/start-nodes.ts';

const mosquittoProgram = findMosquitto();
const MACHINES = 8;
const HOT = 99;
const soon = { timeout: 15_000, interval: 50 };

/** One process that can be killed and started again on its own data directory. */
class KillableNode {
  readonly #env: NodeEnv;
  readonly #dataDir: string;
  server!: RunningServer;

  constructor(env: NodeEnv, dataDir: string) {
    this.#env = env;
    this.#dataDir = dataDir;
  }

  async start(): Promise<void> {
    this.server = await startProcess(this.#dataDir, this.#env);
  }

  kill(): Promise<number | null> {
    return this.server.end('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    this.server.process.kill(signal);
  }

  request(token: string, method: string, path: string, body?: unknown) {
    return request(this.server.http, token, method, path, body);
  }

  /** True where the reading was acknowledged. */
  async send(token: string, machineId: string, timestampMs: number, temperature: number): Promise<boolean> {
    const readings = [{ timestamp: new Date(timestampMs).toISOString(), temperature }];
    const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }];
    const body = { gateway_id: 'gw', timestamp: new Date().toISOString(), batch };
    const reply = await this.request(token, 'POST', '/data/ingest', body).catch(() => null);
    return reply?.status === 201;
  }
}

describe.skipIf(!hasServers || mosquittoProgram === null)('nodes that die', () => {
  let servers: Servers;
  let mosquitto: MosquittoServer;
  beforeAll(async () => {
    [servers, mosquitto] = await Promise.all([startServers(), startMosquitto(mosquittoProgram as string)]);
  });
  afterAll(() => Promise.all([servers.stop(), mosquitto.stop()]));

  async function startTwo() {
    const prefix = `plant-${randomUUID()}`;
    const env: NodeEnv = {
      ...(await servers.makePlant()),
      MQTT_BROKER_HOST: mosquitto.host,
      MQTT_BROKER_PORT: `${mosquitto.port}`,
      MQTT_TOPIC: `${prefix}/sensors/#`,
    };
    const nodes: KillableNode[] = [];
    for (const name of ['one', 'two']) {
      const dataDir = await mkdtemp(join(tmpdir(), `gonsters-${name}-`));
      const node = new KillableNode(env, dataDir);
      onTestFinished(async () => {
        node.signal('SIGCONT');
        await node.kill();
        await rm(dataDir, { recursive: true, force: true });
      });
      await node.start();
      nodes.push(node);
    }
    const [leader, follower] = nodes as [KillableNode, KillableNode];
    const token = await signIn(leader.server.http);
    const made = await leader.request(
      token,
      'POST',
      '/data/machines/import',
      Array.from({ length: MACHINES }, (_, i) => ({ name: `M-${i}`, location: 'Hall A', sensor_type: 'press' })),
    );
    expect(made.status).toBe(201);
    const list = async (node: KillableNode) =>
      ((await node.request(token, 'GET', '/data/machines?limit=100')).body.machines as { machine_id: string }[]).map(
        (machine) => machine.machine_id,
      );
    await vi.waitFor(async () => expect(await list(follower)).toHaveLength(MACHINES), soon);
    return { leader, follower, token, machineIds: await list(leader), topic: `${prefix}/sensors/line` };
  }

  function connect(node: KillableNode, token: string): Socket<ServerToClient> {
    const client: Socket<ServerToClient> = io(node.server.http, { auth: { token }, transports: ['websocket'] });
    client.on('connect', () => void (client as Socket).emit('subscribe_all'));
    onTestFinished(() => void client.disconnect());
    return client;
  }

  const alertsOf = async (node: KillableNode, token: string, machineId: string) => {
    const { body } = await node.request(token, 'GET', `/alerts?machine_id=${machineId}`);
    return body.alerts as { id: string; state: string; late: boolean }[];
  };

  test('each is killed in turn under load: all that was acknowledged is there once, each alert is raised once', {
    timeout: 180_000,
  }, async () => {
    const { leader, follower, token, machineIds, topic } = await startTwo();
    const [hotOne, hotTwo, ...quiet] = machineIds as [string, string, ...string[]];
    const acknowledged = new Map<string, Set<number>>(machineIds.map((id) => [id, new Set()]));
    const baseMs = Date.now() - 3_600_000;
    let count = 0;
    let over = false;

    const gateway = await connectAsync(`mqtt://${mosquitto.host}:${mosquitto.port}`);
    onTestFinished(() => gateway.endAsync(true));
    const publish = async () => {
      while (!over) {
        const machineId = quiet[count % quiet.length] as string;
        const timestampMs = baseMs + ++count;
        const message = { machine_id: machineId, timestamp: new Date(timestampMs).toISOString(), temperature: 60 };
        await gateway.publishAsync(topic, JSON.stringify(message), { qos: 1 });
        acknowledged.get(machineId)?.add(timestampMs);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const post = async (node: KillableNode) => {
      while (!over) {
        const machineId = quiet[count % quiet.length] as string;
        const timestampMs = baseMs + ++count;
        if (await node.send(token, machineId, timestampMs, 61)) acknowledged.get(machineId)?.add(timestampMs);
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const load = Promise.all([publish(), publish(), post(leader), post(follower)]);

    for (const [hot, victim, survivor] of [
      [hotOne, leader, follower],
      [hotTwo, follower, leader],
    ] as const) {
      const seen: string[] = [];
      connect(survivor, token).on('alert', (alert) => void (alert.machine_id === hot && seen.push(alert.state)));
      await vi.waitFor(async () => expect((await survivor.request(token, 'GET', '/alerts')).status).toBe(200), soon);
      const hotMs = Date.now();
      expect(await victim.send(token, hot, hotMs, HOT)).toBe(true);
      acknowledged.get(hot)?.add(hotMs);
      // At once: it is stored, but may not be evaluated, or its alert not stored, or not told.
      await victim.kill();
      const killedMs = performance.now();
      await vi.waitFor(async () => expect(await alertsOf(survivor, token, hot)).toHaveLength(1), soon);
      expect(performance.now() - killedMs).toBeLessThan(8000);
      await vi.waitFor(() => expect(seen).toEqual(['active_unacked']), soon);
      await victim.start();
    }

    over = true;
    await load;
    for (const [machineId, timestamps] of acknowledged) {
      const path = `/data/machine/${machineId}?start_time=2020-01-01T00:00:00Z&order=asc&limit=100000`;
      await vi.waitFor(async () => {
        const { body } = await leader.request(token, 'GET', path);
        const stored = (body.data as { timestamp: string }[]).map((row) => Date.parse(row.timestamp));
        expect(new Set(stored).size).toBe(stored.length);
        expect([...timestamps].filter((timestamp) => !stored.includes(timestamp))).toEqual([]);
      }, soon);
    }
    expect(count).toBeGreaterThan(100);
    for (const node of [leader, follower]) {
      for (const hot of [hotOne, hotTwo]) {
        expect(await alertsOf(node, token, hot)).toMatchObject([{ state: 'active_unacked', late: false }]);
      }
    }
    const [alert] = await alertsOf(leader, token, hotOne);
    for (const node of [leader, follower]) {
      const reply = await node.request(token, 'POST', `/alerts/${alert?.id}/acknowledge`);
      expect(reply).toMatchObject({ status: 200, body: { alert: { state: 'active_acked' } } });
    }
  });

  test('a watching node that was frozen past its time writes nothing when it wakes', { timeout: 90_000 }, async () => {
    const { leader, follower, token, machineIds } = await startTwo();
    const [hot, other] = machineIds as [string, string];
    const hotMs = Date.now();
    expect(await leader.send(token, hot, hotMs, HOT)).toBe(true);
    leader.signal('SIGSTOP');
    await vi.waitFor(async () => expect(await alertsOf(follower, token, hot)).toHaveLength(1), soon);
    const [alert] = await alertsOf(follower, token, hot);
    const note = 'by the one that took over';
    await vi.waitFor(
      async () =>
        expect((await follower.request(token, 'POST', `/alerts/${alert?.id}/acknowledge`, { note })).status).toBe(200),
      soon,
    );
    leader.signal('SIGCONT');
    // It works on as a node that does not keep watch: what it takes the other evaluates, once.
    await vi.waitFor(async () => expect(await leader.send(token, other, Date.now(), HOT)).toBe(true), soon);
    await vi.waitFor(async () => expect(await alertsOf(leader, token, other)).toHaveLength(1), soon);
    for (const node of [leader, follower]) {
      expect(await alertsOf(node, token, hot)).toMatchObject([
        { id: alert?.id, state: 'active_acked', acknowledge_note: note },
      ]);
    }
    const [second] = await alertsOf(leader, token, other);
    const reply = await leader.request(token, 'POST', `/alerts/${second?.id}/acknowledge`);
    expect(reply.status).toBe(200);
  });

  test('a server that lacks what is shared does not start beside them', async () => {
    const env = await servers.makePlant();
    const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-alone-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    const node = await startProcess(dataDir, env);
    onTestFinished(async () => void (await node.end('SIGKILL')));
    const otherDir = await mkdtemp(join(tmpdir(), 'gonsters-alone-'));
    onTestFinished(() => rm(otherDir, { recursive: true, force: true }));
    await expect(startProcess(otherDir, { DATABASE_URL: env.DATABASE_URL as string })).rejects.toThrow(
      /Another server works on this database/,
    );
    await expect(startProcess(otherDir, { REDIS_URL: env.REDIS_URL as string })).rejects.toThrow(/JWT_SECRET_KEY/);
  });
});
