// Profiles on several nodes, and at an external broker: each node subscribes to the topics of the profiles, whoever changed them.

import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findMosquitto } from '../support/find-program.ts';
import { startMosquitto } from '../support/start-mosquitto.ts';
import { hasServers, makeMachine, type Servers, startNode, startServers } from './support/start-nodes.ts';

const mosquitto = findMosquitto();
/** A change is in force on the other nodes within a second. */
const WITHIN = { timeout: 1000, interval: 20 };
const WAIT = { timeout: 15_000, interval: 50 };

describe.skipIf(!hasServers || mosquitto === null)('two nodes with an external broker', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  test('take the topics of a profile that one of them was given, until it is deleted', async () => {
    const broker = await startMosquitto(mosquitto as string);
    onTestFinished(() => broker.stop());
    const env = {
      ...(await servers.makePlant()),
      MQTT_BROKER_HOST: broker.host,
      MQTT_BROKER_PORT: String(broker.port),
    };
    const [one, other] = [await startNode(env), await startNode(env)];
    const token = await one.signIn();
    const machineId = await makeMachine(one, token);
    const made = await one.request(token, 'POST', '/gateways', {
      name: 'Odd',
      scope: 'plant',
      timezone: 'Asia/Jakarta',
    });
    const path = `/gateways/${(made.body.gateway as { id: string }).id}/profile`;
    const client = await connectAsync(`mqtt://${broker.host}:${broker.port}`);
    onTestFinished(() => client.endAsync(true));
    let second = 0;
    const publish = () => {
      const at = `15.01.2026 17:${String(Math.floor(++second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`;
      return client.publishAsync(`odd/${machineId}`, JSON.stringify({ at, t: '64,2' }), { qos: 1 });
    };
    const newest = async () => {
      const query = 'start_time=2026-01-01T00:00:00Z&limit=1';
      const { body } = await other.request(token, 'GET', `/data/machine/${machineId}?${query}`);
      return body as { data: { temperature: number; timestamp: string }[]; pagination: { total_records: number } };
    };

    const rule = {
      ...{ topic: 'odd/{machine}', machine: { part: 'machine' }, time: { path: '@.at' }, time_format: 'day_first' },
      values: [{ path: '@.t', metric: 'temperature', decimal_text: 'comma' }],
    };
    const saved = await one.request(token, 'PUT', path, { profile: { rules: [rule] } });
    expect(saved).toMatchObject({ status: 200, body: { version: 1 } });
    await vi.waitFor(async () => {
      expect((await other.request(token, 'GET', path)).body).toMatchObject({ version: 1 });
    }, WITHIN);
    expect((await other.request(token, 'PUT', path, { profile: { rules: [rule] }, expected_version: 0 })).status).toBe(
      409,
    );
    // The broker distributes messages among the connections of both nodes.
    await vi.waitFor(async () => {
      for (let i = 0; i < 32; i++) await publish();
      const { data, pagination } = await newest();
      expect(data[0]).toMatchObject({ temperature: 64.2 });
      expect(pagination.total_records).toBeGreaterThanOrEqual(32);
      expect(data[0]?.timestamp).toMatch(/^2026-01-15T10:/);
    }, WAIT);
    const both = await Promise.all([one, other].map((node) => node.request(token, 'GET', '/ingest/incoming')));
    for (const { body } of both) expect(body.streams).toMatchObject([{ topic: expect.stringContaining('odd/') }]);

    expect((await other.request(token, 'DELETE', path)).status).toBe(200);
    await vi.waitFor(async () => {
      const before = (await newest()).pagination.total_records;
      for (let i = 0; i < 32; i++) await publish();
      await one.send(token, machineId, { speed: 1 });
      expect((await newest()).pagination.total_records).toBe(before + 1);
    }, WAIT);
  }, 60_000);
});
