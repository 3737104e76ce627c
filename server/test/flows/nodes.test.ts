// Two nodes behind one PostgreSQL and one Redis act as one plant.

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { collect } from './support/live-plant.ts';
import { hasServers, makeMachine, type NodeEnv, type Servers, startNode, startServers } from './support/start-nodes.ts';

/** A change on one node takes effect on the other through Redis, not when the other reads the database every ten seconds. */
const WITHIN = { timeout: 4000, interval: 20 };

describe.skipIf(!hasServers)('two nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  async function startTwo(more: Record<string, string> = {}) {
    const env: NodeEnv = { ...(await servers.makePlant()), ...more };
    // The first to start is the leader.
    const leader = await startNode(env);
    const follower = await startNode(env);
    const token = await leader.signIn();
    return { env, leader, follower, token };
  }

  test('a reading that either node receives reaches the live clients of both', async () => {
    const { leader, follower, token } = await startTwo();
    expect(leader.engines).toMatchObject({ database: 'postgres', cache: 'redis' });
    const machineId = await makeMachine(leader, token);
    const seen = [leader, follower].map((node) => {
      const client = node.connect(token);
      client.emit('subscribe_all');
      return { client, data: collect(client, 'sensor_data') };
    });
    await Promise.all(seen.map(({ client }) => once(client as never, 'subscribed_all')));
    const at = Date.now();
    for (let i = 0; i < 20; i++) {
      const node = i % 2 === 0 ? leader : follower;
      await vi.waitFor(() =>
        node.send(token, machineId, { timestamp: new Date(at + i).toISOString(), temperature: 60 + i }),
      );
    }
    for (const { data } of seen) {
      await vi.waitFor(() => expect(data).toHaveLength(20), WITHIN);
      expect(new Set(data.map((each) => each.timestamp)).size).toBe(20);
    }
    const { body } = await follower.request(token, 'GET', `/data/machines/${machineId}`);
    expect(body).toMatchObject({ machine: { connection: 'online', latest: { temperature: 79 } } });
    // One value per message, through different nodes: both have the newest value of each metric with its own time.
    await leader.send(token, machineId, { timestamp: new Date(at + 20).toISOString(), pressure: 118 });
    await follower.send(token, machineId, { timestamp: new Date(at + 21).toISOString(), speed: 1480 });
    for (const node of [leader, follower]) {
      await vi.waitFor(async () => {
        const { body: known } = await node.request(token, 'GET', `/data/machines/${machineId}`);
        const times = Object.fromEntries(
          [
            ['temperature', 19],
            ['pressure', 20],
            ['speed', 21],
          ].map(([name, ms]) => [name, new Date(at + Number(ms)).toISOString()]),
        );
        expect(known).toMatchObject({
          machine: { latest: { temperature: 79, pressure: 118, speed: 1480, at: times } },
        });
      }, WITHIN);
    }
  });

  test('changes of machines, limits, settings and gateways on one node take effect on the other', async () => {
    const { leader, follower, token } = await startTwo();
    const client = leader.connect(token);
    await once(client as never, 'connected');
    const machines = collect(client, 'machine');
    const machineId = await makeMachine(follower, token);
    const get = (path: string) => leader.request(token, 'GET', path);
    await vi.waitFor(async () => expect((await get(`/data/machines/${machineId}`)).status).toBe(200), WITHIN);
    await follower.request(token, 'PATCH', `/data/machines/${machineId}`, { name: 'Lathe 7', status: 'maintenance' });
    await vi.waitFor(
      async () =>
        expect((await get('/data/machines?search=Lathe')).body).toMatchObject({
          machines: [{ machine_id: machineId, name: 'Lathe 7', status: 'maintenance' }],
        }),
      WITHIN,
    );
    await follower.request(token, 'PUT', `/data/machines/${machineId}/limits`, { temperature: { high: 71 } });
    await vi.waitFor(
      async () =>
        expect((await get(`/data/machines/${machineId}/limits`)).body).toMatchObject({
          effective: { temperature: { high: 71 } },
        }),
      WITHIN,
    );
    const setting = { setting_name: 'max_temperature_threshold', setting_value: '70' };
    expect((await follower.request(token, 'POST', '/config/update', setting)).status).toBe(200);
    await vi.waitFor(
      async () => expect((await get('/config')).body).toMatchObject({ config: { max_temperature_threshold: '70' } }),
      WITHIN,
    );
    const gateway = await follower.request(token, 'POST', '/gateways', {
      name: 'Gate 1',
      scope: 'plant',
      machine_ids: [],
    });
    expect(gateway.status).toBe(201);
    await vi.waitFor(
      async () => expect((await get('/gateways')).body).toMatchObject({ gateways: [{ name: 'Gate 1' }] }),
      WITHIN,
    );
    expect((await follower.request(token, 'DELETE', `/data/machines/${machineId}`)).status).toBe(200);
    await vi.waitFor(async () => expect((await get(`/data/machines/${machineId}`)).status).toBe(404), WITHIN);
    expect(machines.map((each) => each.change)).toEqual(expect.arrayContaining(['created', 'updated', 'deleted']));
  });

  test('simultaneous changes on two nodes never lead to contradicting settings', async () => {
    const { leader, follower, token } = await startTwo();
    const set = (node: typeof leader, setting_name: string, setting_value: string) =>
      node.request(token, 'POST', '/config/update', { setting_name, setting_value });
    const replies = await Promise.all([
      set(leader, 'max_temperature_threshold', '60'),
      set(follower, 'min_temperature_threshold', '70'),
    ]);
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 400]);
  });

  test('a session that ends on one node ends on the other, with its sockets', async () => {
    const { leader, follower, token } = await startTwo();
    const operator = await follower.signIn('operator1');
    const client = leader.connect(operator);
    await once(client as never, 'connected');
    const { body } = await follower.request(token, 'GET', '/users');
    const user = (body.users as { id: string; username: string }[]).find((each) => each.username === 'operator1');
    const ended = once(client as never, 'session_ended');
    const patch = await follower.request(token, 'PATCH', `/users/${user?.id}`, { role: 'Supervisor' });
    expect(patch.status).toBe(200);
    expect(await ended).toMatchObject([{ code: 'token_revoked' }]);
    expect((await leader.request(operator, 'GET', '/data/machines')).status).toBe(401);
  });

  test('an alert from a reading that the follower received is raised once, listed on both, and acknowledged on either', async () => {
    const { leader, follower, token } = await startTwo();
    const machineId = await makeMachine(leader, token);
    const seen = [leader, follower].map((node) => {
      const client = node.connect(token);
      client.emit('subscribe_all');
      return { raised: collect(client, 'alert'), updated: collect(client, 'alert_updated') };
    });
    await vi.waitFor(() => follower.send(token, machineId, { temperature: 99 }));
    for (const { raised } of seen) await vi.waitFor(() => expect(raised).toHaveLength(1), WITHIN);
    const alert = seen[1]?.raised[0];
    const acknowledged = await follower.request(token, 'POST', `/alerts/${alert?.id}/acknowledge`, { note: 'Coming' });
    expect(acknowledged).toMatchObject({
      status: 200,
      body: { alert: { state: 'active_acked', acknowledge_note: 'Coming' } },
    });
    for (const { raised, updated } of seen) {
      await vi.waitFor(() => expect(updated.map((each) => each.state)).toEqual(['active_acked']), WITHIN);
      expect(raised.map((each) => each.state)).toEqual(['active_unacked']);
    }
    const until = new Date(Date.now() + 60_000).toISOString();
    const shelved = await follower.request(token, 'POST', `/alerts/${alert?.id}/shelve`, { until, reason: 'Known' });
    expect(shelved).toMatchObject({ status: 200, body: { alert: { shelve_reason: 'Known' } } });
    const unshelved = await follower.request(token, 'POST', `/alerts/${alert?.id}/unshelve`);
    expect(unshelved).toMatchObject({ status: 200, body: { alert: { shelve_reason: null } } });
    const past = { until: '2020-01-01T00:00:00Z', reason: 'x' };
    expect((await follower.request(token, 'POST', `/alerts/${alert?.id}/shelve`, past)).body).toMatchObject({
      code: 'validation_failed',
      errors: [{ field: 'until' }],
    });
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect((await follower.request(token, 'POST', `/alerts/${nobody}/acknowledge`)).status).toBe(404);
    for (const node of [leader, follower]) {
      expect((await node.request(token, 'GET', '/alerts')).body.alerts).toHaveLength(1);
      const summary = await node.request(token, 'GET', '/data/machines/summary');
      expect(JSON.stringify(summary.body)).toContain('"critical":1');
    }
  });

  test('when the leader stops, the other node becomes leader at once', async () => {
    const { leader, follower, token } = await startTwo();
    const machineId = await makeMachine(leader, token);
    await vi.waitFor(() => follower.send(token, machineId, { temperature: 99 }));
    await vi.waitFor(
      async () => expect((await follower.request(token, 'GET', '/alerts')).body.alerts).toHaveLength(1),
      WITHIN,
    );
    await leader.stop();
    const { body } = await follower.request(token, 'GET', '/alerts');
    const [alert] = body.alerts as { id: string }[];
    await vi.waitFor(
      async () => expect((await follower.request(token, 'POST', `/alerts/${alert?.id}/acknowledge`)).status).toBe(200),
      { timeout: 15_000, interval: 100 },
    );
    await follower.send(token, machineId, { temperature: 60 });
    await vi.waitFor(
      async () =>
        expect((await follower.request(token, 'GET', '/alerts')).body).toMatchObject({ alerts: [{ state: 'closed' }] }),
      WITHIN,
    );
  });

  test('nodes that start at the same moment on an empty database elect one leader', async () => {
    const env = await servers.makePlant();
    const nodes = await Promise.all([startNode(env), startNode(env), startNode(env)]);
    for (const node of nodes) expect(await node.signIn()).not.toBe('');
    const leading = await Promise.all(nodes.map((node) => node.isLeader()));
    expect(leading.filter(Boolean)).toHaveLength(1);
  });
});
