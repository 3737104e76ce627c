// Nodes without Redis or without PostgreSQL: they continue, and apply the changes of other nodes later.

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { collect } from './support/live-plant.ts';
import { hasServers, makeMachine, type Servers, startNode, startServers } from './support/start-nodes.ts';

/** The database is read every ten seconds. */
const LATER = { timeout: 25_000, interval: 100 };
/** Before that, the silence of the other node must be detected. */
const MUCH_LATER = { timeout: 40_000, interval: 100 };
const SOON = { timeout: 15_000, interval: 50 };

describe.skipIf(!hasServers)('two nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  async function startTwo() {
    const env = await servers.makePlant();
    const leader = await startNode(env);
    const follower = await startNode(env);
    const token = await leader.signIn();
    const isLinked = async (node: typeof leader) =>
      ((await (await fetch(`${node.http}/health/ready`)).json()) as { parts: { bus: string } }).parts.bus === 'up';
    const untilLinked = (linked: boolean) =>
      vi.waitFor(
        async () => expect([await isLinked(leader), await isLinked(follower)]).toEqual([linked, linked]),
        LATER,
      );
    await untilLinked(true);
    return { leader, follower, token, untilLinked };
  }

  test('without Redis alerts are raised, and changes on one node reach the other', { timeout: 60_000 }, async () => {
    const { leader, follower, token, untilLinked } = await startTwo();
    const [pressId, latheId] = [await makeMachine(leader, token), await makeMachine(leader, token)];
    await vi.waitFor(() => follower.send(token, pressId, { temperature: 60 }), SOON);
    const operator = await leader.signIn('operator1');
    const operatorClient = follower.connect(operator);
    const client = follower.connect(token);
    client.emit('subscribe_all');
    await Promise.all([once(operatorClient as never, 'connected'), once(client as never, 'subscribed_all')]);
    const heard = { alerts: collect(client, 'alert'), readings: collect(client, 'sensor_data') };

    await servers.redis.kill();
    await untilLinked(false);
    const ended = once(operatorClient as never, 'session_ended');
    // The follower does not evaluate readings; the leader reads them from the store.
    await follower.send(token, pressId, { temperature: 99 });
    await vi.waitFor(
      async () => expect((await leader.request(token, 'GET', '/alerts')).body.alerts).toHaveLength(1),
      SOON,
    );
    await leader.send(token, latheId, { temperature: 61 });
    await leader.request(token, 'PATCH', `/data/machines/${latheId}`, { name: 'Lathe 7' });
    await leader.request(token, 'PUT', `/data/machines/${latheId}/limits`, { temperature: { high: 71 } });
    const setting = { setting_name: 'max_temperature_threshold', setting_value: '65' };
    await leader.request(token, 'POST', '/config/update', setting);
    await leader.request(token, 'POST', '/gateways', { name: 'Gate 1', scope: 'plant', machine_ids: [] });
    const { body } = await leader.request(token, 'GET', '/users');
    const user = (body.users as { id: string; username: string }[]).find((each) => each.username === 'operator1');
    await leader.request(token, 'PATCH', `/users/${user?.id}`, { is_active: false });

    expect(await ended).toMatchObject([{ code: 'token_revoked' }]);
    expect((await follower.request(operator, 'GET', '/data/machines')).status).toBe(401);
    const get = async (path: string) => (await follower.request(token, 'GET', path)).body;
    await vi.waitFor(async () => {
      expect(await get('/data/machines?search=Lathe')).toMatchObject({
        machines: [{ name: 'Lathe 7', latest: { temperature: 61 } }],
      });
      expect(await get(`/data/machines/${latheId}/limits`)).toMatchObject({ effective: { temperature: { high: 71 } } });
      expect(await get('/config')).toMatchObject({ config: { max_temperature_threshold: '65' } });
      expect(await get('/gateways')).toMatchObject({ gateways: [{ name: 'Gate 1' }] });
      expect(await get(`/data/machines/summary`)).toMatchObject({ alerts: { critical: 1 } });
    }, LATER);
    await vi.waitFor(() => {
      expect(heard.alerts).toMatchObject([{ machine_id: pressId, state: 'active_unacked' }]);
      expect(heard.readings.filter((each) => each.machine_id === latheId)).toHaveLength(1);
    }, LATER);

    const path = `/alerts/${heard.alerts[0]?.id}/acknowledge`;
    const refused = await follower.request(token, 'POST', path);
    expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    await servers.redis.start();
    await untilLinked(true);
    expect((await follower.request(token, 'POST', path)).status).toBe(200);
    await leader.send(token, latheId, { temperature: 62 });
    await vi.waitFor(() => expect(heard.readings.filter((each) => each.machine_id === latheId)).toHaveLength(2), SOON);
  });

  test('changes of a node that alone cannot reach Redis reach the others, and the reverse', {
    timeout: 90_000,
  }, async () => {
    const env = await servers.makePlant();
    const proxy = await startFaultProxy({ port: Number(new URL(servers.redis.url).port) });
    onTestFinished(() => proxy.stop());
    const leader = await startNode(env);
    const isolated = await startNode({ ...env, REDIS_URL: `redis://127.0.0.1:${proxy.port}` });
    const token = await leader.signIn();
    const machineId = await makeMachine(leader, token);
    await vi.waitFor(() => isolated.send(token, machineId, { temperature: 60 }), SOON);
    const operator = await isolated.signIn('operator1');
    const client = leader.connect(operator);
    await once(client as never, 'connected');

    await proxy.set({ kind: 'silent' });
    const ended = once(client as never, 'session_ended');
    await isolated.send(token, machineId, { temperature: 99 });
    const { body } = await isolated.request(token, 'GET', '/users');
    const user = (body.users as { id: string; username: string }[]).find((each) => each.username === 'operator1');
    await isolated.request(token, 'PATCH', `/users/${user?.id}`, { is_active: false });
    await leader.request(token, 'PATCH', `/data/machines/${machineId}`, { name: 'Lathe 7' });
    await vi.waitFor(
      async () => expect((await leader.request(token, 'GET', '/alerts')).body.alerts).toHaveLength(1),
      MUCH_LATER,
    );
    expect(await ended).toMatchObject([{ code: 'token_revoked' }]);
    await vi.waitFor(
      async () =>
        expect((await isolated.request(token, 'GET', '/data/machines?search=Lathe')).body).toMatchObject({
          machines: [{ machine_id: machineId }],
        }),
      MUCH_LATER,
    );
  });

  test('without PostgreSQL no node is leader; afterwards one is, and evaluates what was stored meanwhile', {
    timeout: 90_000,
  }, async () => {
    const { leader, follower, token, untilLinked } = await startTwo();
    const machineId = await makeMachine(leader, token);
    const startedMs = Date.now();
    const at = (afterMs: number) => new Date(startedMs + afterMs).toISOString();
    await vi.waitFor(() => follower.send(token, machineId, { temperature: 60, timestamp: at(0) }), SOON);
    const setting = { setting_name: 'max_temperature_threshold', setting_value: '66' };
    await servers.postgres.kill();
    await follower.send(token, machineId, { temperature: 98, timestamp: at(1000) });
    await leader.send(token, machineId, { temperature: 60, timestamp: at(2000) });
    expect((await follower.request(token, 'POST', '/config/update', setting)).status).toBe(503);
    await vi.waitFor(
      async () => expect([await leader.isLeader(), await follower.isLeader()]).toEqual([false, false]),
      SOON,
    );
    await servers.postgres.start();
    await vi.waitFor(async () => {
      const { body } = await follower.request(token, 'GET', '/alerts');
      expect(body).toMatchObject({ alerts: [{ state: 'cleared_unacked', late: false, raise_count: 1 }] });
    }, LATER);
    await vi.waitFor(
      async () => expect((await follower.request(token, 'POST', '/config/update', setting)).status).toBe(200),
      LATER,
    );
    await untilLinked(true);
    await vi.waitFor(
      async () =>
        expect((await leader.request(token, 'GET', '/config')).body).toMatchObject({
          config: { max_temperature_threshold: '66' },
        }),
      LATER,
    );
  });
});
