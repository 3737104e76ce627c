// State that nodes share: rate counters, failed sign-ins, rejected payloads, machines that wait for approval; and the roles of nodes.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasServers, makeMachine, type Servers, startNode, startServers } from './support/start-nodes.ts';

const WITHIN = { timeout: 15_000, interval: 50 };

describe.skipIf(!hasServers)('two nodes together', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  async function startTwo(more: Record<string, string> = {}) {
    const env = { ...(await servers.makePlant()), ...more };
    const one = await startNode(env);
    const other = await startNode(env);
    return { one, other, token: await one.signIn() };
  }

  test('too many requests are refused, on whichever nodes they arrive', async () => {
    const { one, other } = await startTwo();
    const ask = (node: typeof one) => node.request('no-token', 'POST', '/auth/refresh');
    const first = await Promise.all(Array.from({ length: 150 }, () => ask(one)));
    expect(new Set(first.map((reply) => reply.status))).toEqual(new Set([401]));
    const then = await Promise.all(Array.from({ length: 160 }, () => ask(other)));
    const refused = then.filter((reply) => reply.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body).toMatchObject({ code: 'rate_limited' });
  });

  test('failed sign-ins on one node delay sign-ins on the other', async () => {
    const { one, other } = await startTwo();
    const guess = (node: typeof one) =>
      node.request('none', 'POST', '/auth/login', { username: 'operator1', password: 'Wrong12345' });
    for (let i = 0; i < 5; i++) expect((await guess(one)).status).toBe(401);
    await vi.waitFor(
      async () => expect(await guess(other)).toMatchObject({ body: { code: 'too_many_attempts' } }),
      WITHIN,
    );
  });

  test('rejected payloads of one node are listed on the other, with the counts of both', async () => {
    const { one, other, token } = await startTwo();
    const send = async (node: typeof one, machine_id: string) => {
      const readings = [{ timestamp: new Date().toISOString(), temperature: 60 }];
      const batch = [{ machine_id, sensor_type: 'press', location: 'Hall A', readings }];
      return node.request(token, 'POST', '/data/ingest', {
        gateway_id: 'g',
        timestamp: new Date().toISOString(),
        batch,
      });
    };
    await send(one, randomUUID());
    await send(other, randomUUID());
    for (const node of [one, other]) {
      await vi.waitFor(async () => {
        const { body } = await node.request(token, 'GET', '/ingest/rejected');
        expect(body).toMatchObject({ counts: { unknown_machine: 2 } });
        expect(body.rejected).toHaveLength(2);
      }, WITHIN);
    }
  });

  test('a machine that waits for approval is listed, accepted and rejected on either node', async () => {
    const { one, other, token } = await startTwo({ AUTO_PROVISION: 'approve' });
    const [wanted, unwanted] = [randomUUID(), randomUUID()];
    for (const id of [wanted, unwanted]) await one.send(token, id, { temperature: 61 });
    const waiting = async (node: typeof one) => {
      const { body } = await node.request(token, 'GET', '/ingest/unknown');
      return (body.machines as { machine_id: string; readings_count: number }[]).map((each) => [
        each.machine_id,
        each.readings_count,
      ]);
    };
    await vi.waitFor(
      async () =>
        expect(await waiting(other)).toEqual([
          [wanted, 1],
          [unwanted, 1],
        ]),
      WITHIN,
    );
    await one.send(token, wanted, { temperature: 62 });
    await vi.waitFor(
      async () =>
        expect(await waiting(other)).toEqual([
          [wanted, 2],
          [unwanted, 1],
        ]),
      WITHIN,
    );
    expect((await other.request(token, 'POST', `/ingest/unknown/${unwanted}/reject`)).status).toBe(200);
    expect((await other.request(token, 'POST', `/ingest/unknown/${wanted}/accept`, { name: 'Wanted' })).status).toBe(
      201,
    );
    await vi.waitFor(async () => expect(await waiting(one)).toEqual([]), WITHIN);
    await expect(one.send(token, unwanted, { temperature: 63 })).rejects.toThrow(/No machine has this id/);
    await one.send(token, wanted, { temperature: 64 });
  });

  test('a machine that sends to both nodes at once is created once, and no reading is lost', async () => {
    const { one, other, token } = await startTwo({ AUTO_PROVISION: 'on' });
    const machineId = randomUUID();
    await Promise.all([
      one.send(token, machineId, { temperature: 61, timestamp: '2026-01-15T10:00:00Z' }),
      other.send(token, machineId, { temperature: 62, timestamp: '2026-01-15T10:00:01Z' }),
    ]);
    for (const node of [one, other]) {
      expect((await node.request(token, 'GET', `/data/machines/${machineId}`)).status).toBe(200);
    }
  });

  test('a node with the role ingest accepts readings and sign-ins only, and reports the state of the bus', async () => {
    const env = await servers.makePlant();
    const web = await startNode({ ...env, GONSTERS_ROLE: 'web', MQTT_PORT: '0' });
    const ingest = await startNode({ ...env, GONSTERS_ROLE: 'ingest', MQTT_PORT: '0' });
    expect([web.mqtt, web.engines.broker]).toEqual([null, null]);
    expect(ingest.mqtt).toMatch(/^mqtt:/);
    const token = await ingest.signIn();
    const machineId = await makeMachine(web, token);
    await vi.waitFor(() => ingest.send(token, machineId, { temperature: 61 }), WITHIN);
    for (const path of ['/data/machines', '/alerts', '/config', '/ingest/rejected']) {
      expect(await ingest.request(token, 'GET', path)).toMatchObject({
        status: 404,
        body: { code: 'not_served_here' },
      });
    }
    for (const path of ['/', '/socket.io/?EIO=4&transport=polling']) {
      const reply = await fetch(`${ingest.http}${path}`, { headers: { accept: 'text/html' } });
      expect([reply.status, ((await reply.json()) as { code: string }).code]).toEqual([404, 'not_served_here']);
    }
    expect((await fetch(`${ingest.http}/metrics`)).status).toBe(200);
    const bus = async () =>
      ((await (await fetch(`${ingest.http}/health/ready`)).json()) as { parts: { bus: string } }).parts.bus;
    expect(await bus()).toBe('up');
    await servers.redis.kill();
    await vi.waitFor(async () => expect(await bus()).toBe('degraded'), WITHIN);
    await servers.redis.start();
    await vi.waitFor(async () => expect(await bus()).toBe('up'), WITHIN);
  });

  test('a server with Redis and without shared stores runs alone, with Redis or without', async () => {
    const { REDIS_URL, JWT_SECRET_KEY } = await servers.makePlant();
    const node = await startNode({ REDIS_URL: REDIS_URL as string, JWT_SECRET_KEY: JWT_SECRET_KEY as string });
    expect(node.engines).toMatchObject({ database: 'sqlite', readings: 'duckdb', cache: 'redis' });
    const token = await node.signIn();
    const machineId = await makeMachine(node, token);
    await servers.redis.kill();
    await node.send(token, machineId, { temperature: 99 });
    await vi.waitFor(
      async () => expect((await node.request(token, 'GET', '/alerts')).body.alerts).toHaveLength(1),
      WITHIN,
    );
    await servers.redis.start();
  });
});
