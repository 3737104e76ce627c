import { METRIC_NAMES } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0', AUTO_PROVISION: 'approve' });
});
afterAll(() => core.remove());

describe('who sets the plant up', () => {
  it('finds the machines that have limits of their own', async () => {
    const own = await core.addMachine('Own limits 1');
    await core.addMachine('Own limits 2');
    const names = async (query: string) =>
      (
        await core.as<{ machines: { name: string }[] }>(
          'Operator',
          'GET',
          `/data/machines?search=own%20limits&${query}`,
        )
      ).body.machines.map((machine) => machine.name);
    const limits = (value: number | null) => ({ [METRIC_NAMES[0] as string]: { high: value } });

    await core.as('Supervisor', 'PUT', `/data/machines/${own}/limits`, { body: limits(70) });
    expect(await names('own_limits=true')).toEqual(['Own limits 1']);
    expect(await names('own_limits=false')).toEqual(['Own limits 2']);
    expect((await names('own_limits=')).length).toBe(2);
    expect((await core.as('Operator', 'GET', '/data/machines?own_limits=perhaps')).status).toBe(400);

    await core.as('Supervisor', 'PUT', `/data/machines/${own}/limits`, { body: limits(null) });
    expect(await names('own_limits=true')).toEqual([]);
  });

  it('learns where gateways publish', async () => {
    const { body } = await core.as('Management', 'GET', '/gateways');
    expect(body).toMatchObject({
      count: 0,
      broker: { port: expect.any(Number), tls: false, topics: ['gonsters/sensors/#', 'factory/+/machine/+/telemetry'] },
    });
  });

  it('learns what becomes of unknown machines', async () => {
    const { body } = await core.as('Management', 'GET', '/ingest/unknown');
    expect(body).toEqual({ status: 'success', auto_provision: 'approve', machines: [] });
  });
});
