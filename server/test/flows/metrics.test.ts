// The catalogue of metrics over HTTP: who may change what, what is audited, and what open pages are told.

import { METRIC_NAMES, type MetricsEvent } from '@gonsters/contract';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore();
});
afterAll(() => core.remove());

type Body = Record<string, unknown>;
const create = (body: object) => core.as<Body>('Management', 'POST', '/metrics', { body });
const patch = (role: 'Operator' | 'Supervisor' | 'Management', name: string, body: object) =>
  core.as<Body>(role, 'PATCH', `/metrics/${name}`, { body });
const get = async (name: string) => (await core.as<Body>('Operator', 'GET', `/metrics/${name}`)).body.metric;

describe('a metric', () => {
  it('is created, found, changed and deleted', async () => {
    const body = {
      name: 'flow',
      label: 'Coolant flow',
      unit: 'lpm',
      min: 0,
      aliases: ['Durchfluss'],
      group: 'Coolant',
    };
    expect(await create(body)).toMatchObject({
      status: 201,
      body: { metric: { unit: 'L/min', unit_code: 'L/min', status: 'active', kind: 'gauge' } },
    });
    expect(await create({ name: 'flow' })).toMatchObject({ status: 409, body: { code: 'name_taken' } });
    expect(await create({ name: 'other', aliases: ['flow'] })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'aliases[0]', value: 'flow' }] },
    });
    for (const search of ['coolant', 'FLOW', 'durch', 'L/min']) {
      const { body: page } = await core.as<Body>('Operator', 'GET', `/metrics?search=${encodeURIComponent(search)}`);
      expect(page).toMatchObject({ metrics: [{ name: 'flow' }], pagination: { total_records: 1, has_more: false } });
    }
    expect(await patch('Management', 'flow', { display_unit: 'm3/h', limits: { high: 90 } })).toMatchObject({
      status: 200,
      body: { metric: { display_unit: 'm3/h', limits: { high: 90, low: null } } },
    });
    expect(await patch('Management', 'flow', { unit_code: 'kPa' })).toMatchObject({
      body: { metric: { unit: 'kPa', display_unit: null } },
    });
    expect(await core.as('Management', 'DELETE', '/metrics/flow')).toMatchObject({
      status: 200,
      body: { message: 'The metric flow was deleted', metric: null },
    });
    expect(await core.as('Operator', 'GET', '/metrics/flow')).toMatchObject({ status: 404 });
    const { body: audit } = await core.as<Body>('Management', 'GET', '/audit?limit=10');
    expect(
      (audit.entries as { action: string; target: string }[]).map(({ action, target }) => [action, target]),
    ).toEqual(
      expect.arrayContaining([
        ['metric.create', 'flow'],
        ['metric.update', 'flow'],
        ['metric.delete', 'flow'],
      ]),
    );
  });

  it('has every fault of a request named together', async () => {
    const body = { name: 'Bad Name', min: 5, limits: { low: 2, high: 1 }, unit_code: 'furlong', colour: 'red' };
    const { status, body: reply } = await create(body);
    expect(status).toBe(400);
    const fields = (reply.errors as { field: string }[]).map(({ field }) => field);
    expect(new Set(fields)).toEqual(new Set(['name', 'limits.high', 'unit_code', 'colour']));
    expect(await create({ name: 'ranged', min: 5, max: 4, limits: { high: 1 }, display_unit: 'kPa' })).toMatchObject({
      status: 400,
      body: {
        errors: [{ field: 'display_unit' }, { field: 'max' }, { field: 'limits.high' }],
      },
    });
    expect(await create({ name: 'door', kind: 'boolean', unit: 'bar', limits: { high: 1 } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'unit' }, { field: 'limits' }] },
    });
  });

  it('is described by a Supervisor; its unit, kind, range and limits need Management', async () => {
    await create({ name: 'level' });
    const described = { label: 'Oil level', group: 'Oil', decimals: 0, order: 3, description: 'Of the tank' };
    expect(await patch('Supervisor', 'level', described)).toMatchObject({ status: 200, body: { metric: described } });
    expect(await patch('Operator', 'level', described)).toMatchObject({ status: 403 });
    expect(await patch('Supervisor', 'level', { label: 'X', unit: '%', limits: { high: 1 } })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', errors: [{ field: 'unit' }, { field: 'limits' }] },
    });
    expect(await get('level')).toMatchObject({ label: 'Oil level', unit: null });
    const { body: audit } = await core.as<Body>('Management', 'GET', '/audit?action=metric.update&limit=1');
    expect(audit).toMatchObject({
      entries: [{ outcome: 'refused', target: 'level', details: { fields: ['label', 'unit', 'limits'] } }],
    });
  });

  it.each([
    ['PATCH', '/metrics/temperature', { unit: 'K' }, 400],
    ['PATCH', '/metrics/temperature', { kind: 'counter' }, 400],
    ['PATCH', '/metrics/temperature', { status: 'retired' }, 400],
    ['PATCH', '/metrics/temperature', { display_unit: 'bar' }, 400],
    ['PATCH', '/metrics/pressure', { display_unit: 'bar', max: 500, group: 'Air' }, 200],
    ['DELETE', '/metrics/speed', undefined, 409],
    ['POST', '/metrics/merge', { from: 'speed', into: 'level' }, 409],
  ])('that every plant has stays what it is: %s %s %j is %i', async (method, path, body, status) => {
    expect((await core.as('Management', method, path, { body })).status).toBe(status);
    const [temperature, speed] = await Promise.all([get('temperature'), get('speed')]);
    expect(temperature).toMatchObject({ unit: '°C', kind: 'gauge', status: 'active' });
    expect(speed).toMatchObject({ unit: 'RPM', merged_into: null });
  });

  it('is in the catalogue of every plant with the limits that are settings', async () => {
    await patch('Management', 'temperature', { limits: { high: 82.5, high_high: 95 } });
    const { body: config } = await core.as<Body>('Operator', 'GET', '/config');
    expect(config).toMatchObject({ config: { max_temperature_threshold: '82.5', min_temperature_threshold: '50.0' } });
    const machineId = await core.addMachine('Press of limits');
    const { body: limits } = await core.as<Body>('Operator', 'GET', `/data/machines/${machineId}/limits`);
    expect(limits).toMatchObject({ effective: { temperature: { high: 82.5, high_high: 95 } } });
    await core.as('Management', 'POST', '/config/reset');
    await patch('Management', 'temperature', { limits: { high_high: null } });
    expect(await get('temperature')).toMatchObject({ limits: { low: 50, high: 80, high_high: null } });
  });

  it('is merged into another one, and no longer listed until the merge is undone', async () => {
    await create({ name: 'coolant', unit: 'L/min' });
    await create({ name: 'coolant_2' });
    await create({ name: 'coolant_bar', unit: 'bar' });
    const merge = (from: string) =>
      core.as<Body>('Management', 'POST', '/metrics/merge', { body: { from, into: 'coolant' } });
    expect(await merge('coolant_2')).toMatchObject({ status: 200, body: { metric: { merged: ['coolant_2'] } } });
    expect(await merge('coolant_bar')).toMatchObject({ status: 409 });
    expect(await merge('coolant')).toMatchObject({ status: 400 });
    expect(await merge('nothing')).toMatchObject({ status: 404 });
    const listed = async () =>
      (await core.as<{ metrics: { name: string }[] }>('Operator', 'GET', '/metrics?search=coolant')).body.metrics.map(
        ({ name }) => name,
      );
    expect(await listed()).toEqual(['coolant', 'coolant_bar']);
    expect(await get('coolant_2')).toMatchObject({ merged_into: 'coolant' });
    expect(await patch('Management', 'coolant_2', { label: 'X' })).toMatchObject({ status: 409 });
    expect(await core.as('Management', 'DELETE', '/metrics/coolant')).toMatchObject({ status: 409 });
    const undo = () => core.as('Management', 'DELETE', '/metrics/coolant_2/merge');
    expect(await undo()).toMatchObject({ status: 200, body: { metric: { merged_into: null } } });
    expect(await undo()).toMatchObject({ status: 409 });
    expect(await listed()).toEqual(['coolant', 'coolant_2', 'coolant_bar']);
  });

  it('of a machine is listed with what the machine has sent', async () => {
    const machineId = await core.addMachine('Press that sends');
    await core.ingest(machineId, [{ timestamp: new Date().toISOString(), temperature: 61 }]);
    const { body } = await core.as<Body>('Operator', 'GET', `/metrics?machine_id=${machineId.toUpperCase()}`);
    expect((body.metrics as { name: string }[]).map(({ name }) => name)).toEqual(METRIC_NAMES);
    expect(await get('temperature')).toMatchObject({ machines: 1 });
    const unknown = '/metrics?machine_id=00000000-0000-0000-0000-000000000000';
    expect(await core.as('Operator', 'GET', unknown)).toMatchObject({ status: 404 });
  });

  it('that changes is announced to every live client', async () => {
    const client = io(core.url, { auth: { token: await core.token('Operator') }, transports: ['websocket'] });
    const heard: MetricsEvent[] = [];
    client.on('metrics', (event: MetricsEvent) => heard.push(event));
    try {
      await vi.waitFor(() => expect(client.connected).toBe(true));
      await patch('Supervisor', 'level', { label: 'Tank level' });
      const nothing = { metrics: [], machine_types: [], machine_ids: [] };
      await vi.waitFor(() => expect(heard).toEqual([{ ...nothing, metrics: ['level'] }]));
      await core.addMachine('Mixer', 'Hall A', 'mixer');
      await vi.waitFor(() => expect(heard.at(-1)).toEqual({ ...nothing, machine_types: ['mixer'] }));
    } finally {
      client.disconnect();
    }
  });
});
