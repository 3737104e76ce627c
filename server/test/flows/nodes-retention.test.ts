// Background jobs of the shared stores (rollups and retention): the leader runs them, and another node after the leader is killed.

import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type InfluxdbFront, startInfluxdbFront } from '../support/influxdb-front.ts';
import { request, signIn } from '../support/start-process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startUntilFinished } from './support/process-plant.ts';
import { hasServers, type NodeEnv, type Servers, startServers } from './support/start-nodes.ts';

const DAY_MS = 86_400_000;
const WAIT = { timeout: 20_000, interval: 50 };

/** The requests of a node to InfluxDB that only the background jobs make. */
const stateWrites = ({ requests }: InfluxdbFront) =>
  requests.filter(({ method, body }) => method === 'POST' && body.startsWith('rollup_state ')).length;
const deletes = ({ requests }: InfluxdbFront) =>
  requests.filter(({ url, body }) =>
    /DELETE FROM "sensor_readings"/.test(`${url.searchParams.get('q')} ${new URLSearchParams(body).get('q')}`),
  ).length;

describe.skipIf(!hasServers)('the background jobs of several nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  /** A node with a proxy of its own to InfluxDB. */
  async function startWatched(env: NodeEnv) {
    const front = await startInfluxdbFront(servers.influxdb.url);
    onTestFinished(() => front.stop());
    const server = await startUntilFinished(await temporaryDirectory(), { ...env, INFLUXDB_URL: front.url });
    return { front, server };
  }

  test('run on one node only, and on the other once that one was killed', async () => {
    const env = { ...(await servers.makePlant()), MQTT_PORT: 'off' };
    const first = await startWatched(env);
    await vi.waitFor(() => expect(stateWrites(first.front)).toBeGreaterThan(0), WAIT);
    const second = await startWatched(env);
    const token = await signIn(second.server.http);
    const ask = (method: string, path: string, body?: unknown) =>
      request(second.server.http, token, method, path, body);

    const press = { name: 'Press 1', location: 'Hall A', sensor_type: 'press' };
    const machineId = (await ask('POST', '/data/machine', press)).body.machine_id as string;
    const nowMs = Date.now();
    const readings = [nowMs - 40 * DAY_MS, nowMs].map((ms) => ({ timestamp: new Date(ms).toISOString(), speed: 1 }));
    const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }];
    const sent = await ask('POST', '/data/ingest', { gateway_id: 'gw', timestamp: readings[1]?.timestamp, batch });
    expect(sent.status).toBe(201);
    expect(
      await ask('POST', '/config/update', { setting_name: 'data_retention_days', setting_value: '30' }),
    ).toMatchObject({ status: 200 });
    expect([stateWrites(second.front), deletes(second.front)]).toEqual([0, 0]);

    await first.server.end('SIGKILL');
    await vi.waitFor(() => expect(stateWrites(second.front)).toBeGreaterThan(0), WAIT);
    // The first node may have done it just before it was killed; then it is not repeated.
    await vi.waitFor(() => expect(deletes(first.front) + deletes(second.front)).toBe(1), WAIT);
    const range = `start_time=${new Date(0).toISOString()}&limit=10`;
    const { body } = await ask('GET', `/data/machine/${machineId}?${range}`);
    expect(body.data).toMatchObject([{ timestamp: readings[1]?.timestamp }]);
  }, 60_000);
});
