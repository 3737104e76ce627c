// Conditions over HTTP: what is accepted, who may change what, and which are in force.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

type Body = Record<string, unknown> & {
  condition: { id: string; severity: string | null };
  conditions: { id: string; kind: string; metric: string; on_delay_seconds: number; cause: string | null }[];
  errors: { field: string; error: string }[];
  entries: { action: string; target: string; details: object }[];
};

let core: StartedCore;
let machineId: string;
const send = (role: Parameters<StartedCore['as']>[0], method: string, path: string, body?: unknown) =>
  core.as<Body>(role, method, path, body === undefined ? {} : { body });
const PLANT = { level: 'plant' };
const OF_TYPE = { level: 'type', sensor_type: 'press' };
const OF_MACHINE = () => ({ level: 'machine', machine_id: machineId });
const RATE = { kind: 'rate_of_change', metric: 'temperature', units_per_minute: 10, window_seconds: 60 };

beforeAll(async () => {
  core = await startCore();
  const made = await core.as<{ machine_id: string }>('Supervisor', 'POST', '/data/machine', {
    body: { name: 'CNC-014', location: 'Hall A', sensor_type: 'press' },
  });
  machineId = made.body.machine_id;
  for (const metric of [
    { name: 'parts', kind: 'counter' },
    { name: 'running', kind: 'boolean' },
    { name: 'mode', kind: 'state' },
  ]) {
    expect((await core.as('Management', 'POST', '/metrics', { body: metric })).status).toBe(201);
  }
});
afterAll(() => core?.stop());

describe('conditions over HTTP', () => {
  it('are created, changed, listed and deleted, with an entry in the audit log for each change', async () => {
    const made = await send('Supervisor', 'POST', '/conditions', { ...RATE, scope: OF_MACHINE(), cause: 'Worn tool' });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(made.body.condition).toMatchObject({
      ...{ ...RATE, scope: OF_MACHINE(), cause: 'Worn tool', severity: 'warning', is_active: true },
      ...{ direction: 'either', epsilon: null, values: null, only_while: null, response: null },
    });
    const { id } = made.body.condition;
    const changed = await send('Supervisor', 'PATCH', `/conditions/${id}`, { severity: 'critical', cause: null });
    expect(changed.body.condition).toMatchObject({ ...RATE, severity: 'critical', cause: null });
    const listed = await send('Operator', 'GET', `/conditions?machine_id=${machineId}`);
    expect(listed.body.conditions).toEqual([changed.body.condition]);
    expect((await send('Operator', 'GET', '/conditions?metric=pressure')).body.conditions).toEqual([]);
    expect((await send('Supervisor', 'DELETE', `/conditions/${id}`)).status).toBe(200);
    expect((await send('Supervisor', 'DELETE', `/conditions/${id}`)).status).toBe(404);
    const { entries } = (await send('Management', 'GET', '/audit?limit=20')).body;
    expect(entries.filter(({ target }) => target === id).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['condition.create', 'condition.update', 'condition.delete']),
    );
  });

  it('name every fault: unknown metrics, other kinds of metrics, and parameters of other kinds', async () => {
    const faultsOf = async (body: object) => {
      const reply = await send('Supervisor', 'POST', '/conditions', { scope: OF_MACHINE(), ...body });
      expect(reply.status, JSON.stringify(reply.body)).toBe(400);
      return Object.fromEntries(reply.body.errors.map(({ field, error }) => [field, error]));
    };
    expect(await faultsOf({ ...RATE, metric: 'vibration' })).toEqual({
      metric: 'vibration is not a metric of the catalogue',
    });
    expect(await faultsOf({ kind: 'no_count', metric: 'temperature', epsilon: 1 })).toEqual({
      duration_seconds: 'is required for the kind no_count',
      epsilon: 'The kind no_count has no epsilon',
      metric: 'temperature is a gauge; the kind no_count needs a counter',
    });
    expect(await faultsOf({ kind: 'state', metric: 'running', values: ['on'] })).toEqual({
      values: 'must be true or false, because the metric is a boolean',
    });
    const gate = { metric: 'temperature', values: ['running'] };
    expect(await faultsOf({ kind: 'stuck', metric: 'speed', duration_seconds: 60, only_while: gate })).toEqual({
      'only_while.metric': 'temperature is a gauge; a state or a boolean is needed',
    });
    expect(await faultsOf({ kind: 'connection', metric: 'speed' })).toEqual({
      metric: 'The kind connection is about no metric',
    });
    expect(await faultsOf({ kind: 'level', metric: 'speed', severity: 'critical' })).toEqual({
      severity: 'The kind level has the severity of the limit',
    });
    expect(await faultsOf({ ...RATE, scope: { level: 'machine', machine_id: crypto.randomUUID() } })).toEqual({
      'scope.machine_id': 'No machine with this id exists',
    });
    expect(await faultsOf({ ...RATE, window_seconds: 0, extra: 1 })).toMatchObject({
      window_seconds: expect.any(String),
    });
  });

  it('of the plant need write:config, and each kind, scope and metric has one', async () => {
    const body = { ...RATE, scope: PLANT };
    expect((await send('Supervisor', 'POST', '/conditions', body)).status).toBe(403);
    expect((await send('Operator', 'POST', '/conditions', { ...RATE, scope: OF_TYPE })).status).toBe(403);
    const { condition } = (await send('Management', 'POST', '/conditions', body)).body;
    expect((await send('Supervisor', 'PATCH', `/conditions/${condition.id}`, { cause: 'x' })).status).toBe(403);
    expect((await send('Supervisor', 'DELETE', `/conditions/${condition.id}`)).status).toBe(403);
    const again = await send('Management', 'POST', '/conditions', body);
    expect(again.status).toBe(409);
    expect(again.body.message).toContain(condition.id);
    await send('Management', 'DELETE', `/conditions/${condition.id}`);
  });

  it('of a machine have precedence over those of its type, and those over plant-wide ones', async () => {
    const level = { kind: 'level', metric: 'temperature' };
    const add = async (body: object) => (await send('Management', 'POST', '/conditions', body)).body.condition.id;
    const inForce = async () =>
      (await send('Operator', 'GET', `/data/machines/${machineId}/conditions`)).body.conditions;
    await add({ ...level, scope: PLANT, on_delay_seconds: 5, cause: 'Cooling' });
    await add({ ...RATE, scope: PLANT });
    const ofType = await add({ ...RATE, scope: OF_TYPE, units_per_minute: 4 });
    const own = await add({ ...level, scope: OF_MACHINE(), on_delay_seconds: 9 });
    expect(await inForce()).toMatchObject([
      { id: own, on_delay_seconds: 9, cause: 'Cooling' },
      { id: ofType, units_per_minute: 4 },
    ]);
    // An inactive one switches the more general one off, but for levels.
    await send('Management', 'PATCH', `/conditions/${ofType}`, { is_active: false });
    await send('Management', 'PATCH', `/conditions/${own}`, { is_active: false });
    expect(await inForce()).toMatchObject([{ kind: 'level', on_delay_seconds: 5 }]);
    await core.as('Supervisor', 'PATCH', `/data/machines/${machineId}`, { body: { sensor_type: 'lathe' } });
    expect((await inForce()).map(({ kind }) => kind)).toEqual(['level', 'rate_of_change']);
  });

  it('of a machine are deleted with it, and are invisible to users of other factories', async () => {
    const made = await core.as<{ machine_id: string }>('Management', 'POST', '/data/machine', {
      body: { name: 'Zeppelin', location: 'Hall Z', sensor_type: 'press', factory_id: 'F2' },
    });
    const scope = { level: 'machine', machine_id: made.body.machine_id };
    const { id } = (await send('Management', 'POST', '/conditions', { ...RATE, scope })).body.condition;
    const password = 'Correct-Horse-7';
    const user = { username: 'northerner', email: 'n@plant.example', password, role: 'Supervisor', factory_id: 'F1' };
    await core.as('Management', 'POST', '/auth/register', { body: user });
    const { access_token: token } = await core.signIn(user.username, password);
    const asNorth = (method: string, path: string, body?: unknown) => core.send(method, path, { token, body });
    expect((await asNorth('GET', '/conditions')).text).not.toContain(id);
    expect((await asNorth('PATCH', `/conditions/${id}`, { cause: 'x' })).status).toBe(404);
    expect((await asNorth('DELETE', `/conditions/${id}`)).status).toBe(404);
    expect((await asNorth('POST', '/conditions', { ...RATE, scope })).status).toBe(400);
    await core.as('Management', 'DELETE', `/data/machines/${made.body.machine_id}`);
    const { conditions } = (await send('Management', 'GET', '/conditions')).body;
    expect(conditions.map((each) => each.id)).not.toContain(id);
  });
});
