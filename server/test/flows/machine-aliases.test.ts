// Machines are known by aliases: in the API, in imports and exports, and in what devices send over HTTP and MQTT.

import type { Machine } from '@gonsters/contract';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0' });
});
afterAll(() => core.remove());

const add = (body: object) =>
  core.as<{ machine: Machine; code: string; errors: { field: string }[] }>('Supervisor', 'POST', '/data/machine', {
    body,
  });
const described = (name: string, more: object = {}) => ({ name, location: 'Hall A', sensor_type: 'press', ...more });
async function added(name: string, more: object = {}): Promise<Machine> {
  const reply = await add(described(name, more));
  expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
  return reply.body.machine;
}
const change = (id: string, body: object) =>
  core.as<{ machine: Machine }>('Supervisor', 'PATCH', `/data/machines/${id}`, { body });
async function speedsOf(id: string): Promise<number[]> {
  const reply = await core.as<{ data: { speed: number }[] }>(
    'Operator',
    'GET',
    `/data/machine/${id}?start_time=2026-01-01T00:00:00Z&order=asc`,
  );
  return reply.body.data.map(({ speed }) => speed);
}
const at = (i: number) => new Date(Date.UTC(2026, 0, 15, 10, 30, i)).toISOString();
async function connect(): Promise<MqttClient> {
  const client = await mqtt.connectAsync(core.mqtt as string, { reconnectPeriod: 0 }, false);
  onTestFinished(() => void client.end(true));
  return client;
}

describe('a machine', () => {
  it('is added with aliases, an id and a factory, and changed', async () => {
    const machine_id = 'AB7E51C6-31E2-4C0B-9B61-4C3A55C6B0A1';
    const machine = await added('Alias 1', {
      machine_id,
      aliases: [' SN 100 ', 'ns=2;s=Line1.Press'],
      factory_id: 'F1',
    });
    expect(machine).toMatchObject({
      machine_id: machine_id.toLowerCase(),
      aliases: ['SN 100', 'ns=2;s=Line1.Press'],
      factory_id: 'F1',
    });
    const changed = await change(machine.machine_id, { aliases: ['SN 101'], factory_id: null });
    expect(changed.body.machine).toMatchObject({ aliases: ['SN 101'], factory_id: null });
    const found = await core.as<{ machines: Machine[] }>('Operator', 'GET', '/data/machines?search=sn-101');
    expect(found.body.machines).toEqual([changed.body.machine]);
    const audit = await core.as<{ entries: { details: object }[] }>(
      'Management',
      'GET',
      '/audit?action=machine.update&limit=1',
    );
    expect(audit.body.entries[0]?.details).toMatchObject({ aliases: ['SN 101'] });
  });

  it('belongs to the factory of the user who adds it, unless the request says otherwise', async () => {
    const user = { username: 'supervisor-f2', email: 'f2@example.com', password: 'Sturdy-Gate-41', role: 'Supervisor' };
    const token = await core.token('Management');
    await core.send('POST', '/auth/register', { token, body: { ...user, factory_id: 'F2' } });
    const { access_token } = await core.signIn(user.username, user.password);
    const post = async (path: string, body: unknown) =>
      (await core.send<{ machine?: Machine; machine_ids: string[] }>('POST', path, { token: access_token, body })).body;
    expect((await post('/data/machine', described('Own factory'))).machine?.factory_id).toBe('F2');
    expect((await post('/data/machine', described('No factory', { factory_id: null }))).machine?.factory_id).toBeNull();
    const imported = await post('/data/machines/import', [described('F a'), described('F b', { factory_id: null })]);
    const factories = await Promise.all(
      imported.machine_ids.map(
        async (id) => (await core.as<{ machine: Machine }>('Operator', 'GET', `/data/machines/${id}`)).body,
      ),
    );
    expect(factories.map(({ machine }) => machine.factory_id)).toEqual(['F2', null]);
  });

  it('is refused with an id, an alias or a name of another machine, each by its field', async () => {
    const first = await added('Taken 1', { aliases: ['T-1'] });
    const refusal = async (body: object) => {
      const reply = await add(body);
      return [reply.status, reply.body.code, reply.body.errors.map(({ field }) => field)];
    };
    expect(await refusal(described('Taken 2', { machine_id: first.machine_id }))).toEqual([
      409,
      'conflict',
      ['machine_id'],
    ]);
    expect(await refusal(described('Taken 2', { aliases: ['ok', 't-1'] }))).toEqual([
      409,
      'alias_taken',
      ['aliases[1]'],
    ]);
    expect(await refusal(described('Taken 2', { aliases: ['TAKEN 1'] }))).toEqual([409, 'alias_taken', ['aliases[0]']]);
    expect(await refusal(described('t-1', { aliases: ['T-1'] }))).toEqual([409, 'name_taken', ['name', 'aliases[0]']]);
    const other = await added('Taken 3');
    const reply = await change(other.machine_id, { aliases: [first.machine_id] });
    expect(reply).toMatchObject({ status: 409, body: { code: 'alias_taken', errors: [{ field: 'aliases[0]' }] } });
    expect((await change(other.machine_id, { aliases: ['a', 'A'] })).status).toBe(400);
  });

  it('is refused with unknown fields, each by its name', async () => {
    const reply = await add(described('Unknown fields', { colour: 'red', Alias: [] }));
    expect(reply).toMatchObject({
      status: 400,
      body: {
        errors: [
          { field: 'colour', error: 'colour is not a known field', value: 'red' },
          { field: 'Alias', error: 'Alias is not a known field' },
        ],
      },
    });
  });
});

describe('a device', () => {
  it('names its machine over HTTP by id, alias or name, in any case', async () => {
    const { machine_id: id } = await added('HTTP Press', { aliases: ['EUI 70B3D5'] });
    for (const [i, sent] of [id.toUpperCase(), 'EUI 70B3D5', 'eui 70b3d5', 'http press'].entries()) {
      await core.ingest(sent, [{ timestamp: at(i), speed: i }]);
    }
    expect(await speedsOf(id)).toEqual([0, 1, 2, 3]);
    const entry = (machine_id: string, i: number) => ({
      ...{ machine_id, sensor_type: 'press', location: 'Hall A' },
      readings: [{ timestamp: at(i), speed: i }],
    });
    const body = { gateway_id: 'gw', timestamp: at(0), batch: [entry('HTTP PRESS', 4), entry('Nobody-7', 5)] };
    expect(await core.as('Operator', 'POST', '/data/ingest', { body })).toMatchObject({
      status: 207,
      body: {
        details: [
          { machine_id: 'HTTP PRESS', status: 'success' },
          { machine_id: 'Nobody-7', status: 'rejected' },
        ],
        errors: [{ field: 'batch[1].machine_id', value: 'Nobody-7' }],
      },
    });
  });

  it('names its machine over MQTT in the topic or the payload, and a change counts for the next message', async () => {
    const old = await added('MQTT Old', { aliases: ['Line1.Press3'] });
    const next = await added('MQTT New');
    const client = await connect();
    const publish = (topic: string, i: number, more: object = {}) =>
      client.publishAsync(topic, JSON.stringify({ timestamp: at(i), speed: i, ...more }), { qos: 1 });
    await publish('factory/A/machine/Line1.Press3/telemetry', 0);
    await publish('factory/A/machine/MQTT OLD/telemetry', 1);
    await publish('gonsters/sensors/line', 2, { machine_id: 'line1.press3' });
    expect(await speedsOf(old.machine_id)).toEqual([0, 1, 2]);
    await change(old.machine_id, { aliases: [] });
    await publish('factory/A/machine/Line1.Press3/telemetry', 3);
    await change(next.machine_id, { aliases: ['Line1.Press3'] });
    await publish('factory/A/machine/Line1.Press3/telemetry', 4);
    expect(await speedsOf(old.machine_id)).toEqual([0, 1, 2]);
    expect(await speedsOf(next.machine_id)).toEqual([4]);
    const rejected = await core.as<{ rejected: { topic: string; reason: string }[] }>(
      'Management',
      'GET',
      '/ingest/rejected?limit=1',
    );
    expect(rejected.body.rejected).toMatchObject([
      { topic: 'factory/A/machine/Line1.Press3/telemetry', reason: 'unknown_machine' },
    ]);
  });

  it('is allowed by the machine that its gateway may publish for, whatever it calls it', async () => {
    const mine = await added('Gateway mine', { aliases: ['G-1'] });
    await added('Gateway other', { aliases: ['G-2'] });
    const body = { name: 'Alias gateway', scope: 'machines', machine_ids: [mine.machine_id] };
    const made = await core.as<{ gateway: { id: string; username: string }; password: string }>(
      'Management',
      'POST',
      '/gateways',
      { body },
    );
    const { gateway, password } = made.body;
    const client = await mqtt.connectAsync(
      core.mqtt as string,
      { reconnectPeriod: 0, username: gateway.username, password },
      false,
    );
    onTestFinished(async () => {
      client.end(true);
      await core.as('Management', 'DELETE', `/gateways/${gateway.id}`);
    });
    for (const name of ['g-1', 'g-2', 'Gateway other']) {
      await client.publishAsync(`factory/A/machine/${name}/telemetry`, JSON.stringify({ timestamp: at(9), speed: 9 }), {
        qos: 1,
      });
    }
    expect(await speedsOf(mine.machine_id)).toEqual([9]);
    const rejected = await core.as('Management', 'GET', '/ingest/rejected?limit=2');
    expect(rejected.body.rejected).toMatchObject([{ reason: 'not_allowed' }, { reason: 'not_allowed' }]);
  });
});

describe('an import', () => {
  const importRows = (body: unknown, type = 'application/json') =>
    core.as('Supervisor', 'POST', '/data/machines/import', { body, headers: { 'content-type': type } });
  const exported = (format: string) =>
    core.as<{ machines: Machine[] }>('Operator', 'GET', `/data/machines/export?format=${format}&location=Round%20trip`);

  it.each(['csv', 'json'])('of an export as %s makes the same machines again', async (format) => {
    const rows = [
      described('Trip 1', { location: 'Round trip', aliases: ['=SN, "1"', 'ns=2;s=A|B', "l'alias"], factory_id: 'F1' }),
      described('Trip 2', { location: 'Round trip', aliases: ['+49 1'], factory_id: 'F2' }),
      described('Trip 3', { location: 'Round trip', factory_id: 'F1' }),
    ];
    expect((await importRows(rows)).status).toBe(201);
    const before = await exported('json');
    const file = await exported(format);
    for (const { machine_id } of before.body.machines)
      await core.as('Management', 'DELETE', `/data/machines/${machine_id}`);
    const reply = await importRows(file.text, format === 'csv' ? 'text/csv' : 'application/json');
    expect(reply).toMatchObject({ status: 201, body: { count: 3 } });
    expect([...(reply.body.ignored_columns as string[])].sort()).toEqual(
      [
        'connection',
        'created_at',
        'last_seen',
        'updated_at',
        ...(format === 'json' ? ['latest', 'status_until'] : []),
      ].sort(),
    );
    const kept = ({ created_at: _, updated_at: __, ...machine }: Machine) => machine;
    const after = await exported('json');
    expect(new Set(after.body.machines.map(kept))).toEqual(new Set(before.body.machines.map(kept)));
    expect((await importRows(file.text, format === 'csv' ? 'text/csv' : 'application/json')).status).toBe(409);
    for (const { machine_id } of after.body.machines)
      await core.as('Management', 'DELETE', `/data/machines/${machine_id}`);
  });

  it('lists the columns that it ignored, and refuses taken ids and aliases row by row', async () => {
    const first = await added('Import 1', { aliases: ['I-1'] });
    const csv = `name;location;sensor_type;aliases;Inventory;Note\r\nImport 2;Hall;press;"I-2\n\nI-3";7;\r\n`;
    const reply = await importRows(csv, 'text/csv');
    expect(reply).toMatchObject({ status: 201, body: { ignored_columns: ['inventory', 'note'] } });
    const refused = await importRows([
      described('Import 3', { aliases: ['i-3'] }),
      described('Import 4', { machine_id: first.machine_id }),
      described('Import 5', { machine_id: 'no-uuid' }),
    ]);
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: '[2].machine_id' }] } });
    const taken = await importRows([
      described('Import 3', { aliases: ['i-3'] }),
      described('Import 4', { machine_id: first.machine_id }),
    ]);
    expect(taken).toMatchObject({
      status: 409,
      body: { code: 'alias_taken', errors: [{ field: '[0].aliases[0]' }, { field: '[1].machine_id' }] },
    });
  });
});

it('keeps its aliases over a restart', async () => {
  const { machine_id: id } = await added('Restarted', { aliases: ['R-1'] });
  await core.restart();
  await vi.waitFor(() => core.ingest('r-1', [{ timestamp: at(1), speed: 1 }]));
  expect(await speedsOf(id)).toEqual([1]);
});
