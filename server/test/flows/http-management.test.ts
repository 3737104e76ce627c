import { METRIC_NAMES } from '@gonsters/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0', AUTO_PROVISION: 'approve' });
});
afterAll(() => core.remove());

describe('Management', () => {
  it('filters machines that have limits of their own', async () => {
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

  it('gets the address of the broker', async () => {
    const { body } = await core.as('Management', 'GET', '/gateways');
    expect(body).toMatchObject({
      count: 0,
      broker: {
        port: expect.any(Number),
        tls: false,
        certificate_expires_at: null,
        topics: ['gonsters/sensors/#', 'factory/+/machine/+/telemetry'],
      },
    });
  });

  it('gets the mode of provisioning', async () => {
    const { body } = await core.as('Management', 'GET', '/ingest/unknown');
    expect(body).toEqual({ status: 'success', auto_provision: 'approve', machines: [] });
  });

  it('finds changes in the audit log with the names of their subjects, also refused ones', async () => {
    const machineId = await core.addMachine('Named press');
    const change = async (
      method: string,
      path: string,
      body: unknown,
      role: 'Management' | 'Operator' = 'Management',
    ) => (await core.as<Record<string, never>>(role, method, path, { body })).body;
    const audited = async (action: string) =>
      (
        await core.as<{ entries: { outcome: string; target: string; details: unknown }[] }>(
          'Management',
          'GET',
          `/audit?action=${action}`,
        )
      ).body.entries;

    await change('PATCH', `/data/machines/${machineId}`, { status: 'maintenance' });
    expect(await audited('machine.update')).toMatchObject([
      { details: { name: 'Named press', status: 'maintenance' } },
    ]);
    await change('PATCH', `/data/machines/${machineId}`, { status: 'active' });
    await change('PUT', `/data/machines/${machineId}/limits`, { temperature: { high: 70 } });
    expect((await audited('limits.update'))[0]).toMatchObject({
      target: machineId,
      details: { name: 'Named press', limits: { temperature: { high: 70 } } },
    });

    const reading = { timestamp: new Date().toISOString(), temperature: 75 };
    const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings: [reading] }];
    await change('POST', '/data/ingest', { gateway_id: 'g', timestamp: reading.timestamp, batch });
    const open = () =>
      core.as<{ alerts: { id: string }[] }>('Operator', 'GET', `/alerts?state=open&machine_id=${machineId}`);
    await expect.poll(async () => (await open()).body.alerts.length).toBe(1);
    const id = (await open()).body.alerts[0]?.id as string;
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await change('POST', `/alerts/${id}/shelve`, { until, reason: 'swap' }, 'Operator');
    await change('POST', `/alerts/${id}/shelve`, { until });
    await change('POST', `/alerts/${id}/shelve`, { until, reason: 'swap' });
    await change('POST', `/alerts/${id}/unshelve`, undefined);
    await change('POST', `/alerts/${id}/acknowledge`, { note: 'on my way' });
    const named = {
      ...{ machine_name: 'Named press', location: expect.any(String), metric: 'temperature', limit_kind: 'high' },
      severity: 'warning',
    };
    expect(await audited('alert.shelve')).toMatchObject([
      { target: id, outcome: 'success', details: { ...named, until, reason: 'swap' } },
      { target: id, outcome: 'refused', details: { ...named, status: 400, code: 'validation_failed' } },
      { target: id, outcome: 'refused', details: { ...named, status: 403, code: 'forbidden' } },
    ]);
    expect(await audited('alert.unshelve')).toMatchObject([{ target: id, details: named }]);
    expect(await audited('alert.acknowledge')).toMatchObject([
      { target: id, details: { ...named, note: 'on my way' } },
    ]);

    // Nothing to name: what does not exist, and what nobody in particular asked for.
    const unknown = crypto.randomUUID();
    await change('POST', `/alerts/${unknown}/acknowledge`, {});
    await core.send('POST', `/alerts/${id}/acknowledge`, { body: {} });
    expect(await audited('alert.acknowledge')).toMatchObject([
      { target: id, outcome: 'refused', details: { status: 401, code: 'unauthenticated' } },
      { target: unknown, outcome: 'refused', details: { status: 404, code: 'not_found' } },
      {},
    ]);
  });
});
