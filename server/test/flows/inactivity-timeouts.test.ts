// A machine is stale by its own inactivity timeout, that of its type, or that of the plant, wherever its connection is shown.

import { once } from 'node:events';
import { type Connection, FRAMES_VERSION } from '@gonsters/contract';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { collect } from './support/live-plant.ts';
import { type StartedCore, startCore } from './support/start-core.ts';
import { hasServers, makeMachine, type Servers, startNode, startServers } from './support/start-nodes.ts';

type Body = Record<string, unknown>;
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 9, 5, 6);

describe('the inactivity timeout of a machine', () => {
  let nowMs = START_MS;
  let core: StartedCore;
  let press: string;
  let machines = 0;
  beforeAll(async () => {
    core = await startCore({}, undefined, { clock: { nowMs: () => nowMs } });
  });
  afterAll(() => core.remove());
  beforeEach(async () => {
    press = await core.addMachine(`Press ${++machines}`, 'Hall A', `press ${machines}`);
  });

  const patch = (body: object, id = press) => core.as<Body>('Supervisor', 'PATCH', `/data/machines/${id}`, { body });
  const putType = (inactivity_timeout: number | null) =>
    core.as('Supervisor', 'PUT', `/machine-types/press%20${machines}`, { body: { inactivity_timeout } });
  const setPlant = (setting_value: string) =>
    core.as('Management', 'POST', '/config/update', { body: { setting_name: 'inactivity_timeout', setting_value } });
  const get = async (path: string) => (await core.as<Body>('Operator', 'GET', path)).body;
  const send = () => core.ingest(press, [{ timestamp: new Date(nowMs).toISOString(), temperature: 60 }]);
  const inForce = async () => (await get(`/data/machines/${press}/metrics`)).inactivity_timeout;
  /** The connection by the machine itself, by the filter of the list, and by the summary. */
  async function connection() {
    const { machine } = (await get(`/data/machines/${press}`)) as { machine: { connection: string } };
    const filtered = await get(`/data/machines?connection=${machine.connection}&search=${press}`);
    expect(filtered).toMatchObject({ count: 1, machines: [{ connection: machine.connection }] });
    return machine.connection;
  }

  it('is in force at once, of the machine, its type and the plant', async () => {
    onTestFinished(async () => void (await setPlant('3600')));
    await send();
    nowMs += 20_000;
    const before = (await get('/data/machines/summary')).by_connection as { online: number; stale: number };
    expect([await connection(), await inForce()]).toEqual(['online', { value: 3600, source: 'plant' }]);
    expect((await setPlant('8')).status).toBe(200);
    expect([await connection(), await inForce()]).toEqual(['stale', { value: 8, source: 'plant' }]);
    expect((await putType(60)).status).toBe(200);
    expect([await connection(), await inForce()]).toEqual(['online', { value: 60, source: 'type' }]);
    expect(await patch({ inactivity_timeout: 19 })).toMatchObject({
      status: 200,
      body: { machine: { machine_id: press, connection: 'stale', inactivity_timeout: 19 } },
    });
    expect([await connection(), await inForce()]).toEqual(['stale', { value: 19, source: 'machine' }]);
    const after = (await get('/data/machines/summary')).by_connection as { online: number; stale: number };
    expect(after).toMatchObject({ online: before.online - 1, stale: before.stale + 1 });
    expect(await patch({ inactivity_timeout: null })).toMatchObject({
      body: { machine: { connection: 'online', inactivity_timeout: null } },
    });
    await putType(null);
    expect([await connection(), await inForce()]).toEqual(['stale', { value: 8, source: 'plant' }]);
  });

  it.each([0, -1, 1.5, '8', 2_592_001])('is refused if it is %j, and nothing changes', async (inactivity_timeout) => {
    await patch({ inactivity_timeout: 60 });
    const reply = await patch({ inactivity_timeout, location: 'Elsewhere' });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ field: 'inactivity_timeout' }] } });
    expect((await get(`/data/machines/${press}`)).machine).toMatchObject({
      location: 'Hall A',
      inactivity_timeout: 60,
    });
    expect((await patch({ inactivity_timeout: 2_592_000 })).status).toBe(200);
  });

  it('is changed by those who may change the machine, beside its other fields, and audited', async () => {
    const body = { inactivity_timeout: 30 };
    expect((await core.as('Operator', 'PATCH', `/data/machines/${press}`, { body })).status).toBe(403);
    const overrides = { metrics: [{ name: 'temperature', label: 'Oil' }] };
    expect((await core.as('Supervisor', 'PUT', `/data/machines/${press}/metrics`, { body: overrides })).status).toBe(
      200,
    );
    const name = `Renamed ${machines}`;
    expect(await patch({ name, inactivity_timeout: 30 })).toMatchObject({
      status: 200,
      body: { machine: { name, inactivity_timeout: 30 } },
    });
    expect(await get(`/data/machines/${press}/metrics`)).toMatchObject({ overrides: { ...overrides, ...body } });
    expect(await core.as('Management', 'GET', '/audit?action=machine.update&limit=1')).toMatchObject({
      body: { entries: [{ target: press, details: { name, inactivity_timeout: 30 } }] },
    });
    await patch({ inactivity_timeout: null });
    expect(await get(`/data/machines/${press}/metrics`)).toMatchObject({ overrides });
    const missing = await patch(body, crypto.randomUUID());
    expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('is told to open pages, with the machine as it is now', async () => {
    const client = io(core.url, { auth: { token: await core.token('Operator') }, transports: ['websocket'] });
    onTestFinished(() => void client.disconnect());
    await once(client as never, 'connected');
    const [machineEvents, metricEvents] = [collect(client, 'machine'), collect(client, 'metrics')];
    await patch({ inactivity_timeout: 30 });
    await vi.waitFor(() => expect(machineEvents).toHaveLength(1));
    expect(machineEvents[0]).toMatchObject({ machine_id: press, machine: { inactivity_timeout: 30 } });
    expect(metricEvents).toMatchObject([{ machine_ids: [press] }]);
  });

  it('is how long a boolean or a state holds without a further value', async () => {
    const at = (minute: number, values: object) => ({
      timestamp: new Date(START_MS - HOUR_MS + minute * 60_000).toISOString(),
      ...values,
    });
    await core.ingest(press, [
      at(0, { guard_open: true, run_mode: 'AUTO' }),
      at(40, { guard_open: true, run_mode: 'AUTO' }),
    ]);
    const stats = async () => {
      const range = `start_time=${at(0, {}).timestamp}&end_time=${at(60, {}).timestamp}`;
      const path = `/data/machine/${press}?${range}&interval=1h&fields=guard_open,run_mode`;
      const { data } = (await get(path)) as { data: { stats: { guard_open: Body; run_mode: Body } }[] };
      return [data[0]?.stats.guard_open.true_seconds, data[0]?.stats.run_mode.AUTO];
    };
    expect(await stats()).toEqual([3600, 3600]);
    await putType(600);
    expect(await stats()).toEqual([1200, 1200]);
    await patch({ inactivity_timeout: 120 });
    expect(await stats()).toEqual([240, 240]);
  });
});

describe.skipIf(!hasServers)('two nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());
  const WITHIN = { timeout: 1000, interval: 20 };

  it('have the same timeouts within a second, also live, whichever node is the leader', async () => {
    const env = await servers.makePlant();
    const nodes = [await startNode(env), await startNode(env)] as const;
    const token = await nodes[0].signIn();
    const machineId = await makeMachine(nodes[0], token);
    await nodes[0].send(token, machineId, { timestamp: new Date(Date.now() - 60_000).toISOString(), temperature: 60 });
    const statuses = await Promise.all(
      nodes.map(async (node) => {
        const client = node.connect(token);
        await once(client as never, 'connected');
        client.emit('set_view', { frames: FRAMES_VERSION, overview: true, detail: [], hz: 1 });
        const heard = collect(client, 'status');
        await vi.waitFor(() => expect(heard).not.toEqual([]));
        return heard;
      }),
    );
    const areTold = (connection: Connection) =>
      vi.waitFor(() => {
        for (const heard of statuses) {
          expect(heard.flat().at(-1)).toMatchObject({ machine_id: machineId, connection });
        }
      }, WITHIN);
    for (const [one, other] of [nodes, [nodes[1], nodes[0]] as const]) {
      const inForce = async () =>
        (await other.request(token, 'GET', `/data/machines/${machineId}/metrics`)).body.inactivity_timeout;
      const body = { inactivity_timeout: 20 };
      expect((await one.request(token, 'PUT', '/machine-types/press', body)).status).toBe(200);
      await vi.waitFor(async () => expect(await inForce()).toEqual({ value: 20, source: 'type' }), WITHIN);
      expect((await one.request(token, 'PATCH', `/data/machines/${machineId}`, { inactivity_timeout: 9 })).status).toBe(
        200,
      );
      await vi.waitFor(async () => expect(await inForce()).toEqual({ value: 9, source: 'machine' }), WITHIN);
      await areTold('stale');
      await one.request(token, 'PATCH', `/data/machines/${machineId}`, { inactivity_timeout: null });
      await one.request(token, 'PUT', '/machine-types/press', {});
      await vi.waitFor(async () => expect(await inForce()).toMatchObject({ source: 'plant' }), WITHIN);
      await areTold('online');
    }
  });
});
