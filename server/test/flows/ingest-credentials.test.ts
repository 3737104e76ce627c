// Devices and programs that send readings with credentials of their own: in every form, and only for what they may.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SendOptions, type StartedCore, startCore } from './support/start-core.ts';

let core: StartedCore;
let press: string;
let other: string;
beforeAll(async () => {
  core = await startCore();
  press = await core.addMachine('Press 21');
  other = await core.addMachine('Lathe 4');
});
afterAll(() => core.remove());

let lastMs = Date.UTC(2026, 0, 15, 10);
const nextTime = () => {
  lastMs += 1000;
  return new Date(lastMs).toISOString();
};

interface MadeGateway {
  gateway: { id: string; name: string; username: string; token: { last_used: string | null } | null };
  password: string;
}
const addGateway = async (name: string, more: Record<string, unknown> = {}) =>
  (await core.as<MadeGateway>('Management', 'POST', '/gateways', { body: { name, scope: 'plant', ...more } })).body;
const tokenOf = async (id: string, body?: Record<string, unknown>) => {
  const reply = await core.as<{ secret: string }>('Management', 'POST', `/gateways/${id}/token`, { body });
  expect(reply.status).toBe(201);
  return reply.body.secret;
};
const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
const send = (headers: Record<string, string>, body: unknown, path = '/data/ingest', more: SendOptions = {}) =>
  core.send(path.startsWith('/') ? 'POST' : 'GET', path, { headers, body, ...more });
const reading = (machine_id: string) => ({ machine_id, timestamp: nextTime(), temperature: 61 });
const count = async (machineId: string) => {
  const path = `/data/machine/${machineId}?start_time=2026-01-01T00:00:00Z&limit=-1`;
  return (await core.as<{ data: unknown[] }>('Operator', 'GET', path)).body.data.length;
};

describe('the credentials of a gateway', () => {
  it('count over HTTP in every form that devices can send', async () => {
    const { gateway, password } = await addGateway('Teltonika 1');
    const token = await tokenOf(gateway.id);
    const forms: Record<string, string>[] = [
      { authorization: basic(gateway.username, password) },
      { authorization: basic('any', token) },
      { authorization: `Bearer ${token}` },
      { authorization: `Token ${token}` },
      { authorization: `Token ${gateway.username}:${password}` },
      { 'x-api-key': token },
      { 'x-api-key': password },
      { authorization: `Bearer ${password}` },
      { authorization: `Token ${password}` },
    ];
    const before = await count(press);
    for (const headers of forms) {
      const reply = await send(headers, reading(press));
      expect(reply, JSON.stringify(headers)).toMatchObject({
        status: 201,
        body: {
          status: 'success',
          summary: { gateway_id: 'Teltonika 1', total_machines: 1, total_readings: 1, rejected_readings: 0 },
          details: [{ machine_id: press, readings_count: 1, status: 'success' }],
        },
      });
    }
    expect(await count(press)).toBe(before + forms.length);
    const list = await core.as<{ gateways: MadeGateway['gateway'][] }>('Management', 'GET', '/gateways');
    const listed = list.body.gateways.find((each) => each.id === gateway.id);
    expect(listed).toMatchObject({ last_seen: expect.any(String), token: { last_used: expect.any(String) } });
    expect(list.text).not.toContain(token);
  });

  it('also send batches', async () => {
    const { gateway, password } = await addGateway('Batch 1');
    const entry = {
      machine_id: press,
      sensor_type: 'press',
      location: 'Hall A',
      readings: [{ timestamp: nextTime(), speed: 5 }],
    };
    const body = { gateway_id: 'batch', timestamp: nextTime(), batch: [entry] };
    const reply = await send({ authorization: basic(gateway.username, password) }, body);
    expect(reply).toMatchObject({ status: 201, body: { summary: { gateway_id: 'batch', total_readings: 1 } } });
  });

  it('are counted as what the gateway sends, and what of it was refused names the gateway', async () => {
    const { gateway } = await addGateway('Counted');
    const token = await tokenOf(gateway.id);
    await send({ 'x-api-key': token }, { ...reading(press), pressure: 'high' });
    const batch = [
      { machine_id: press, sensor_type: 'press', location: 'Hall 1', readings: [{ timestamp: nextTime(), speed: 9 }] },
    ];
    await send({ 'x-api-key': token }, { gateway_id: 'g', timestamp: nextTime(), batch });
    const { body } = await core.as<{ gateways: { id: string; traffic: unknown }[] }>('Management', 'GET', '/gateways');
    expect(body.gateways.find(({ id }) => id === gateway.id)?.traffic).toMatchObject({
      newest_message_at: expect.any(String),
      refused: [{ reason: 'not_a_number', count: 1, topic: 'POST /data/ingest' }],
      machine_count: 1,
      machines: [{ machine_id: press, name: 'Press 21' }],
    });
    const rejected = await core.as<{ rejected: { gateway_id: string | null }[] }>(
      'Management',
      'GET',
      '/ingest/rejected?reason=not_a_number&limit=1',
    );
    expect(rejected.body.rejected).toMatchObject([{ gateway_id: gateway.id }]);
  });

  it('have the time zone of the gateway', async () => {
    const { gateway, password } = await addGateway('In Jakarta', { timezone: 'Asia/Jakarta' });
    const headers = { authorization: basic(gateway.username, password) };
    const machine = await core.addMachine('Press in Jakarta');
    const readings = [{ timestamp: '2026-01-15T17:00:00', speed: 1 }];
    const entry = { machine_id: machine, sensor_type: 'press', location: 'Hall A', readings };
    await send(headers, { gateway_id: 'g', timestamp: nextTime(), batch: [entry] });
    await send(headers, { machine_id: machine, timestamp: '2026-01-15T18:00:00', speed: 2 });
    await send(headers, { speed: 3 }, `/data/ingest?machine=${machine}&time=2026-01-15T19:00:00`);
    const path = `/data/machine/${machine}?start_time=2026-01-15&order=asc`;
    const { data } = (await core.as<{ data: { timestamp: string }[] }>('Operator', 'GET', path)).body;
    expect(data.map((each) => each.timestamp.slice(11, 16))).toEqual(['10:00', '11:00', '12:00']);
  });

  it('are refused if they are wrong, of a deactivated gateway, or revoked', async () => {
    const { gateway, password } = await addGateway('Refused 1');
    const token = await tokenOf(gateway.id);
    const changed = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
    const refused: Record<string, string>[] = [
      { authorization: basic(gateway.username, `${password}x`) },
      { authorization: `Bearer ${changed}` },
      { authorization: 'Bearer gnst_' },
      { 'x-api-key': `${password}x` },
      { 'x-api-key': '' },
      { authorization: 'Basic !' },
      { authorization: 'Digest x' },
    ];
    for (const headers of refused) {
      expect(await send(headers, reading(press)), JSON.stringify(headers)).toMatchObject({
        status: 401,
        body: { code: 'unauthenticated' },
      });
    }
    const active = (is_active: boolean) =>
      core.as('Management', 'PATCH', `/gateways/${gateway.id}`, { body: { is_active } });
    const key = { 'x-api-key': token };
    await active(false);
    for (const headers of [key, { 'x-api-key': password }])
      expect((await send(headers, reading(press))).status).toBe(401);
    await active(true);
    expect((await send(key, reading(press))).status).toBe(201);
    expect((await core.as('Management', 'DELETE', `/gateways/${gateway.id}/token`)).status).toBe(200);
    expect((await send(key, reading(press))).status).toBe(401);
    expect((await core.as('Management', 'DELETE', `/gateways/${gateway.id}/token`)).status).toBe(404);
    const again = { 'x-api-key': await tokenOf(gateway.id) };
    expect((await send(again, reading(press))).status).toBe(201);
    expect((await core.as('Management', 'DELETE', `/gateways/${gateway.id}`)).status).toBe(200);
    expect((await send(again, reading(press))).status).toBe(401);
    const nobody = `/gateways/${gateway.id}/token`;
    expect((await core.as('Management', 'POST', nobody)).status).toBe(404);
    expect((await core.as('Management', 'DELETE', nobody)).status).toBe(404);
  });

  it('open no other route', async () => {
    const { gateway, password } = await addGateway('Curious');
    const headers = { authorization: basic(gateway.username, password) };
    for (const path of ['/data/machines', '/auth/me', '/gateways', '/ingest/rejected']) {
      expect((await core.send('GET', path, { headers })).status, path).toBe(403);
    }
    expect((await core.send('POST', '/auth/register', { headers, body: { role: 'Management' } })).status).toBe(400);
  });

  it('are only valid for the machines of the gateway', async () => {
    const { gateway, password } = await addGateway('Line 1', { scope: 'machines', machine_ids: [press] });
    const headers = { authorization: basic(gateway.username, password) };
    expect((await send(headers, reading('press 21'))).status).toBe(201);
    const refused = await send(headers, reading(other));
    expect(refused).toMatchObject({ status: 400, body: { code: 'nothing_accepted' } });
    const both = await send(headers, [reading(press), reading(other)]);
    expect(both).toMatchObject({
      status: 207,
      body: { details: [{ status: 'success' }, { machine_id: other, readings_count: 0, status: 'rejected' }] },
    });
    const rejected = await core.as<{ counts: Record<string, number> }>('Management', 'GET', '/ingest/rejected');
    expect(rejected.body.counts.not_allowed).toBe(2);
    const entry = (id: string) => ({
      machine_id: id,
      sensor_type: 'press',
      location: 'Hall A',
      readings: [{ timestamp: nextTime(), speed: 1 }],
    });
    const batch = { gateway_id: 'g', timestamp: nextTime(), batch: [entry(other)] };
    expect(await send(headers, batch)).toMatchObject({ status: 400, body: { code: 'nothing_accepted' } });
  });

  it('of a factory are valid for its machines and those of every factory', async () => {
    const { gateway, password } = await addGateway('Factory gateway', { scope: 'factory', factory_id: 'F1' });
    const headers = { authorization: basic(gateway.username, password) };
    const own = await core.addMachine('Of F1');
    const foreign = await core.addMachine('Of F2');
    const inFactory = (id: string, factory_id: string) =>
      core.as('Management', 'PATCH', `/data/machines/${id}`, { body: { factory_id } });
    expect((await inFactory(own, 'F1')).status).toBe(200);
    await inFactory(foreign, 'F2');
    expect((await send(headers, reading(own))).status).toBe(201);
    expect((await send(headers, reading(press))).status).toBe(201);
    expect((await send(headers, reading(foreign))).status).toBe(400);
  });
});

describe('a token of a gateway', () => {
  it('is rotated with an overlap, and the former one ends at the stated time', async () => {
    const time = { now: Date.now() };
    const own = await startCore({ JWT_ACCESS_TOKEN_EXPIRES: '86400' }, undefined, { clock: { nowMs: () => time.now } });
    try {
      const machine = await own.addMachine('Rotating press');
      const { gateway } = (
        await own.as<MadeGateway>('Management', 'POST', '/gateways', { body: { name: 'Rotated', scope: 'plant' } })
      ).body;
      const path = `/gateways/${gateway.id}/token`;
      const issue = async (body?: unknown) =>
        (
          await own.as<{ secret: string; token: { former_valid_until: string | null } }>('Management', 'POST', path, {
            body,
          })
        ).body;
      const status = async (secret: string) =>
        (
          await own.send('POST', '/data/ingest', {
            headers: { 'x-api-key': secret },
            body: { machine_id: machine, speed: 1 },
          })
        ).status;
      const first = await issue();
      const second = await issue({ overlap_hours: 2 });
      expect(second.token.former_valid_until).toBe(new Date(time.now + 7_200_000).toISOString());
      expect([await status(first.secret), await status(second.secret)]).toEqual([201, 201]);
      time.now += 7_200_000;
      expect([await status(first.secret), await status(second.secret)]).toEqual([401, 201]);
      const third = await issue({ overlap_hours: 0, expires_at: new Date(time.now + 60_000).toISOString() });
      expect(third.token.former_valid_until).toBeNull();
      expect([await status(second.secret), await status(third.secret)]).toEqual([401, 201]);
      await own.restart();
      expect(await status(third.secret)).toBe(201);
      time.now += 60_000;
      const late = await own.send('POST', '/data/ingest', { headers: { 'x-api-key': third.secret }, body: {} });
      expect(late).toMatchObject({ status: 401, body: { code: 'token_expired' } });
    } finally {
      await own.remove();
    }
  });

  it('is in no entry of the audit log, but that it was made is', async () => {
    const { gateway } = await addGateway('Audited gateway');
    const token = await tokenOf(gateway.id);
    const reply = await core.as('Management', 'GET', '/audit?action=gateway.token&limit=1');
    expect(reply.body.entries).toMatchObject([
      { target: gateway.id, username: 'manager1', details: { name: 'Audited gateway' } },
    ]);
    expect(reply.text).not.toContain(token);
    const past = await core.as('Management', 'POST', `/gateways/${gateway.id}/token`, {
      body: { expires_at: '2020-01-01' },
    });
    expect(past).toMatchObject({ status: 400, body: { errors: [{ field: 'expires_at' }] } });
  });
});

describe('wrong credentials', () => {
  it('are slowed down, and keep out no right ones from the same address', async () => {
    const own = await startCore();
    try {
      const machine = await own.addMachine('Guessed press');
      const { gateway, password } = (
        await own.as<MadeGateway>('Management', 'POST', '/gateways', { body: { name: 'G', scope: 'plant' } })
      ).body;
      const status = async (pass: string) => {
        const headers = { authorization: basic(gateway.username, pass) };
        const reply = await own.send('POST', '/data/ingest', { headers, body: { machine_id: machine, speed: 1 } });
        if (reply.status === 429) expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
        return reply.status;
      };
      const wrong: number[] = [];
      for (let i = 0; i < 7; i++) wrong.push(await status('wrong'));
      expect(wrong).toEqual([401, 401, 401, 401, 401, 429, 429]);
      expect(await status(password)).toBe(201);
      expect((await own.as('Operator', 'GET', '/auth/me')).status).toBe(200);
    } finally {
      await own.remove();
    }
  });
});

describe('readings that are no batch', () => {
  const asOperator = (path: string, body: unknown) => core.as('Operator', 'POST', path, { body });

  it('are answered with 201, 207 or 400 by what became of them', async () => {
    const one = await asOperator('/data/ingest', reading(press));
    expect(one).toMatchObject({ status: 201, body: { message: '1 reading stored', summary: { gateway_id: '' } } });
    const two = await asOperator('/data/ingest', [reading(press), reading(other)]);
    expect(two).toMatchObject({ status: 201, body: { summary: { total_machines: 2, total_readings: 2 } } });
    const bad = await asOperator('/data/ingest', { ...reading(press), pressure: 'hot' });
    expect(bad).toMatchObject({
      status: 207,
      body: { details: [{ status: 'partial' }], errors: [{ field: 'pressure' }] },
    });
    const implausible = await asOperator('/data/ingest', { machine_id: press, speed: 1e9 });
    expect(implausible).toMatchObject({ status: 207, body: { errors: [{ field: 'speed', value: 1e9 }] } });
    for (const body of [
      { machine_id: press },
      { machine_id: press, temperature: 'hot' },
      { machine_id: 'nobody', temperature: 1 },
      { temperature: 1 },
      [7],
    ]) {
      expect(await asOperator('/data/ingest', body), JSON.stringify(body)).toMatchObject({
        status: 400,
        body: { code: 'nothing_accepted', errors: [expect.anything()] },
      });
    }
    const many = await asOperator(
      '/data/ingest',
      Array.from({ length: 50_001 }, () => 1),
    );
    expect(many).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  it('take the machine and the time from the address, for devices that send only values', async () => {
    const machine = await core.addMachine('Values only');
    const at = '2026-01-15T12:00:00.000Z';
    for (const time of [at, String(Date.parse(at))]) {
      expect((await asOperator(`/data/ingest?machine=values%20only&time=${time}`, { temperature: 50 })).status).toBe(
        201,
      );
    }
    const own = '2026-01-15T13:00:00.000Z';
    await asOperator(`/data/ingest?machine=${machine}&time=${at}`, [{ speed: 1 }, { timestamp: own, speed: 2 }]);
    const path = `/data/machine/${machine}?start_time=2026-01-15&order=asc`;
    const { data } = (await core.as<{ data: { timestamp: string }[] }>('Operator', 'GET', path)).body;
    expect(data.map((each) => each.timestamp)).toEqual([at, own]);
    expect(data[0]).toMatchObject({ temperature: 50, speed: 1 });
    for (const time of ['noon', '2999-01-01', '0']) {
      expect(await asOperator(`/data/ingest?machine=${machine}&time=${time}`, { speed: 1 })).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ parameter: 'time' }] },
      });
    }
    expect(await asOperator('/data/ingest?machine=', { speed: 1 })).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'machine' }] },
    });
  });

  it('of an unknown machine create it where that is allowed', async () => {
    const own = await startCore({ AUTO_PROVISION: 'on' });
    try {
      const { gateway, password } = (
        await own.as<MadeGateway>('Management', 'POST', '/gateways', {
          body: { name: 'G', scope: 'factory', factory_id: 'F1' },
        })
      ).body;
      const headers = { authorization: basic(gateway.username, password) };
      const body = [
        { machine_id: 'SN-1', humidity: 4 },
        { machine_id: 'SN-2', humidity: 5, state: 'on' },
      ];
      expect(await own.send('POST', '/data/ingest', { headers, body })).toMatchObject({ status: 201 });
      const { machines } = (await own.as<{ machines: { aliases: string[] }[] }>('Operator', 'GET', '/data/machines'))
        .body;
      expect(machines.map((each) => each.aliases[0]).sort()).toEqual(['SN-1', 'SN-2']);
    } finally {
      await own.remove();
    }
  });
});
