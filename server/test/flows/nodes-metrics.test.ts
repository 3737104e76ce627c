// The catalogue of metrics is one for all nodes of a plant.

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { collect } from './support/live-plant.ts';
import { hasServers, makeMachine, type Servers, startNode, startServers } from './support/start-nodes.ts';

/** A change is in force on the other nodes within a second. */
const WITHIN = { timeout: 1000, interval: 20 };

describe.skipIf(!hasServers)('two nodes', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  test('have the same metrics and machine types a second after a change, and tell their pages', async () => {
    const env = await servers.makePlant();
    const [first, second] = [await startNode(env), await startNode(env)];
    const token = await first.signIn();
    const client = second.connect(token);
    await once(client as never, 'connected');
    const heard = collect(client, 'metrics');
    const machineId = await makeMachine(first, token);
    const get = async (path: string) => (await second.request(token, 'GET', path)).body;

    const flow = { name: 'flow', unit: 'L/min', limits: { high: 90 } };
    expect((await first.request(token, 'POST', '/metrics', flow)).status).toBe(201);
    await vi.waitFor(
      async () => expect(await get('/metrics/flow')).toMatchObject({ metric: { unit: 'L/min' } }),
      WITHIN,
    );
    const type = { metrics: [{ name: 'flow', max: 50 }], headline: ['flow'], limits: { temperature: { high: 61 } } };
    expect((await first.request(token, 'PUT', '/machine-types/press', type)).status).toBe(200);
    await vi.waitFor(
      async () =>
        expect(await get(`/data/machines/${machineId}/metrics`)).toMatchObject({
          headline: ['flow'],
          metrics: [{ name: 'flow', max: 50, sources: { max: 'type' } }, {}, {}, {}],
        }),
      WITHIN,
    );
    // The limits of the type are those of its machines, also for alerts.
    expect(await get(`/data/machines/${machineId}/limits`)).toMatchObject({ effective: { temperature: { high: 61 } } });
    await vi.waitFor(() => expect(heard.map(({ metrics }) => metrics)).toContainEqual(['flow']), WITHIN);
    expect(heard.map(({ machine_types }) => machine_types)).toContainEqual(['press']);

    // The same name on both nodes at once is one metric.
    const both = await Promise.all(
      [first, second].map((node) => node.request(token, 'POST', '/metrics', { name: 'level' })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    const merge = { from: 'level', into: 'flow' };
    expect((await second.request(token, 'POST', '/metrics/merge', merge)).status).toBe(200);
    await vi.waitFor(
      async () =>
        expect((await first.request(token, 'GET', '/metrics/flow')).body).toMatchObject({
          metric: { merged: ['level'] },
        }),
      WITHIN,
    );
  });
});
