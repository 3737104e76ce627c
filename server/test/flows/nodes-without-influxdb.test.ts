// Two nodes while InfluxDB is down, and one of them afterwards.

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasServers, makeMachine, type Servers, startNode, startServers } from './support/start-nodes.ts';

const WAIT = { timeout: 25_000, interval: 50 };

describe.skipIf(!hasServers)('two nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  test('while InfluxDB is down readings are refused; when it is back, another node evaluates new ones', {
    timeout: 60_000,
  }, async () => {
    const env = await servers.makePlant();
    const leader = await startNode(env);
    const follower = await startNode(env);
    const token = await leader.signIn();
    await vi.waitFor(async () => {
      for (const node of [leader, follower]) {
        expect(await (await fetch(`${node.http}/health/ready`)).json()).toMatchObject({ parts: { bus: 'up' } });
      }
    }, WAIT);
    const machineId = await makeMachine(leader, token);
    await vi.waitFor(() => follower.send(token, machineId, { temperature: 60 }), WAIT);
    await servers.influxdb.kill();
    await expect(leader.send(token, machineId, { temperature: 99 })).rejects.toThrow(/503/);
    await leader.stop();
    await servers.influxdb.start();
    await vi.waitFor(() => follower.send(token, machineId, { temperature: 97 }), WAIT);
    await vi.waitFor(
      async () => expect((await follower.request(token, 'GET', '/alerts')).body.alerts).toHaveLength(1),
      WAIT,
    );
  });
});
