// What arrives, as `/ingest/incoming` lists it: by sender, topic and shape, with what became of it, for each role.

import type { IncomingReply, IncomingStreamReply, ReplayReply } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startCore } from './support/start-core.ts';

type Role = 'Operator' | 'Supervisor' | 'Management';

async function openPlant(env: Record<string, string> = {}) {
  const core = await startCore({ MQTT_PORT: '0', ...env });
  onTestFinished(() => core.remove());
  const addMachine = async (name: string) => {
    const body = { name, location: 'Hall 1', sensor_type: 'press' };
    return (await core.as<{ machine_id: string }>('Management', 'POST', '/data/machine', { body })).body.machine_id;
  };
  const addGateway = async (name: string) => {
    const made = await core.as<{ gateway: { id: string; username: string }; password: string }>(
      'Management',
      'POST',
      '/gateways',
      { body: { name, scope: 'plant' } },
    );
    const client = await connectAsync(core.mqtt as string, {
      username: made.body.gateway.username,
      password: made.body.password,
    });
    onTestFinished(() => client.endAsync(true));
    return {
      id: made.body.gateway.id,
      publish: (topic: string, payload: unknown) =>
        client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 }),
    };
  };
  const rows = async (machineId: string) =>
    (
      await core.as<{ data: Record<string, unknown>[] }>(
        'Operator',
        'GET',
        `/data/machine/${machineId}?start_time=1990-01-02&order=asc&limit=1000`,
      )
    ).body.data.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  const incoming = async (role: Role = 'Supervisor', query = '') =>
    (await core.as<IncomingReply>(role, 'GET', `/ingest/incoming${query}`)).body;
  return { core, addMachine, addGateway, incoming, rows };
}

describe('what arrives', () => {
  test('is listed by gateway, topic and shape, with what became of it', async () => {
    const { core, addMachine, addGateway, incoming } = await openPlant();
    const machines = await Promise.all([1, 2, 3, 4, 5, 6].map((i) => addMachine(`Press ${i}`)));
    const hall = await addGateway('Hall B');
    for (let i = 1; i <= 6; i++) await hall.publish(`hall-b/Press ${i}/tele`, { temperature: 60 + i, coolant_ph: 7 });
    for (let i = 1; i <= 5; i++) await hall.publish(`meters/room-${i}/state`, { energy: i });
    await hall.publish('hall-b/haas07/tele', { d: { load: 1 }, temperature: '71,4' });
    await hall.publish('hall-b/haas07/tele', 'no JSON');
    const posted = await core.send('POST', '/data/ingest?machine=press 1', {
      token: await core.token('Operator'),
      body: { temperature: 1, speed: 'fast' },
    });
    expect(posted.status).toBe(207);
    await core.send('POST', '//write', { token: await core.token('Operator'), body: 'pump,machine=none speed=1' });

    const { streams, totals } = await incoming();
    const find = (topic: string, kind?: string) =>
      streams.find((each) => each.topic === topic && (kind === undefined || each.shape.kind === kind));
    expect(find('hall-b/+/tele')).toMatchObject({
      gateway: { id: hall.id, name: 'Hall B' },
      protocol: 'mqtt',
      address: expect.stringContaining('127.0.0.1'),
      shape: { fields: ['coolant_ph', 'temperature'] },
      messages: 6,
      outcome: { stored: 6, partly: 0, refused: 0, ignored: 0 },
      machine_count: 6,
      discovered: ['coolant_ph'],
      refusals: [],
    });
    expect(find('hall-b/+/tele')?.machines).toHaveLength(5);
    expect(find('meters/+/state')).toMatchObject({
      messages: 5,
      outcome: { stored: 0, refused: 5 },
      refusals: [{ reason: 'no_machine', count: 5 }],
      newest: { topic: 'meters/room-5/state', payload: '{"energy":5}' },
    });
    expect(find('hall-b/haas07/tele', 'not_json')?.refusals).toMatchObject([{ reason: 'not_json', count: 1 }]);
    expect(find('/api/v1/data/ingest')).toMatchObject({
      gateway: null,
      client: 'operator1',
      protocol: 'http',
      outcome: { partly: 1 },
      refusals: [{ reason: 'not_a_number' }],
    });
    expect(find('/write')).toMatchObject({
      protocol: 'line_protocol',
      shape: { kind: 'line_protocol', fields: ['pump.speed'] },
      newest: { payload: 'pump,machine=none speed=1' },
    });
    expect(totals).toMatchObject({ refused: 8, stored_share: 7 / 15 });
    expect(totals.refusals[0]).toMatchObject({ reason: 'no_machine', count: 6 });

    // What came for one machine.
    const ofThird = await incoming('Supervisor', `?machine_id=${machines[2]}`);
    expect(ofThird.streams.map(({ topic }) => topic)).toEqual(['hall-b/+/tele']);

    // Operators see counts and reasons, and no payload.
    const seen = await incoming('Operator');
    expect(seen.streams.map(({ topic, messages }) => [topic, messages])).toEqual(
      streams.map(({ topic, messages }) => [topic, messages]),
    );
    expect(seen.streams.every(({ newest }) => newest === null)).toBe(true);
    const id = find('meters/+/state')?.id;
    const one = (role: Role) => core.as<IncomingStreamReply>(role, 'GET', `/ingest/incoming/${id}?window=24h`);
    expect((await one('Supervisor')).body.messages[0]).toMatchObject({
      outcome: 'refused',
      faults: [{ reason: 'no_machine', field: 'machine_id' }],
    });
    const hidden = (await one('Operator')).body;
    expect(hidden.stream.messages).toBe(5);
    expect(
      hidden.messages.every(({ payload, faults }) => payload === null && faults.every((f) => f.value === null)),
    ).toBe(true);
    expect((await core.as('Operator', 'GET', '/ingest/incoming/none')).status).toBe(404);
  });
});

describe('what was refused', () => {
  test('is kept over a restart, and taken in again with an alias that was added since, at its right times', async () => {
    const { core, addMachine, addGateway, incoming, rows } = await openPlant();
    const press = await addMachine('Press 7');
    const gateway = await addGateway('Hall B');
    const ownTime = '2026-01-15T10:29:00.000Z';
    await gateway.publish('hall-b/state', { machine_id: 'HAAS-07', timestamp: ownTime, temperature: 61 });
    const beforeMs = Date.now();
    // Above its limit: what is taken in again is history, and raises nothing.
    await gateway.publish('hall-b/state', { machine_id: 'HAAS-07', temperature: 162 });
    const afterMs = Date.now();
    await gateway.publish('hall-b/state', { machine_id: 'OTHER', timestamp: ownTime, temperature: 63 });
    // A part is stored; it is kept all the same.
    await gateway.publish('hall-b/batch', [
      { machine_id: 'Press 7', timestamp: '2026-01-15T10:30:00.000Z', temperature: 64 },
      { machine_id: 'HAAS-07', timestamp: '2026-01-15T10:31:00.000Z', temperature: 65 },
    ]);
    const post = (machine: string, body: unknown) =>
      core.as('Operator', 'POST', `/data/ingest?machine=${machine}`, { body });
    expect((await post('HAAS-07', { timestamp: '2026-01-15T10:32:00.000Z', temperature: 66 })).status).toBe(400);
    await core.as('Operator', 'POST', '//write?precision=s', { body: 'm,machine=HAAS-07 temperature=67 1768473180' });
    const kept = async () => (await incoming()).streams.reduce((sum, each) => sum + each.kept_refused, 0);
    await vi.waitFor(async () => expect(await kept()).toBe(6));

    await core.restart();
    await vi.waitFor(async () => expect(await kept()).toBe(6));
    const atFirst = (await rows(press)).length;
    expect(atFirst).toBe(1);

    const replay = (role: Role, path: string) => core.as<ReplayReply>(role, 'POST', path);
    expect((await replay('Operator', `/gateways/${gateway.id}/replay`)).status).toBe(403);
    const inVain = await replay('Supervisor', `/gateways/${gateway.id}/replay`);
    expect(inVain.body).toMatchObject({
      state: 'finished',
      ...{ messages: 4, replayed: 4, stored: 0, partly_stored: 1, still_refused: 3 },
      reasons: [{ reason: 'unknown_machine', count: 4 }],
    });
    await core.as('Management', 'PATCH', `/data/machines/${press}`, { body: { aliases: ['HAAS-07'] } });
    expect((await incoming('Operator', `?machine_id=${press}`)).streams.length).toBeGreaterThan(0);

    const done = await replay('Supervisor', `/gateways/${gateway.id}/replay`);
    expect(done.status).toBe(200);
    expect(done.body).toMatchObject({ replayed: 4, stored: 3, still_refused: 1, reasons: [{ count: 1 }] });
    expect((await core.as<ReplayReply>('Operator', 'GET', `/gateways/${gateway.id}/replay`)).body).toEqual(done.body);
    for (const { id, protocol, kept_refused } of (await incoming()).streams) {
      if (protocol === 'mqtt' || kept_refused === 0) continue;
      expect((await replay('Supervisor', `/ingest/incoming/${id}/replay`)).body).toMatchObject({ stored: 1 });
    }
    expect(await kept()).toBe(1);

    const stored = await rows(press);
    expect(stored.map(({ temperature }) => temperature)).toEqual([61, 64, 65, 66, 67, 162]);
    const [first, , , , , last] = stored as { timestamp: string }[];
    expect(first?.timestamp).toBe(ownTime);
    const arrivedMs = Date.parse((last as { timestamp: string }).timestamp);
    expect(arrivedMs).toBeGreaterThanOrEqual(beforeMs);
    expect(arrivedMs).toBeLessThanOrEqual(afterMs);
    const alertsOf = async () => {
      const path = `/alerts?machine_id=${press}&metric=temperature`;
      return (await core.as<{ alerts: { late: boolean; state: string }[] }>('Operator', 'GET', path)).body.alerts;
    };
    await vi.waitFor(async () => expect(await alertsOf()).toHaveLength(1), { timeout: 10_000 });
    expect(await alertsOf()).toMatchObject([{ late: true, state: 'closed' }]);
    // They are not counted as refused a second time.
    const { counts } = (await core.as<{ counts: Record<string, number> }>('Management', 'GET', '/ingest/rejected'))
      .body;
    expect(counts).toEqual({});
    const { entries } = (
      await core.as<{ entries: { action: string; username: string }[] }>('Management', 'GET', '/audit?limit=10')
    ).body;
    expect(
      entries.filter(({ action, username }) => action === 'incoming.replay' && username === 'supervisor1'),
    ).toHaveLength(4);
  });

  test('without credentials is taken in again with the profile of a gateway that describes its topic', async () => {
    const { core, addMachine, incoming, rows } = await openPlant();
    const press = await addMachine('Press 7');
    const client = await connectAsync(core.mqtt as string);
    onTestFinished(() => client.endAsync(true));
    for (const topic of ['hall-c/x7/raw', 'hall-d/x7/raw'])
      await client.publishAsync(topic, JSON.stringify({ at: '15.01.2026 10:29:00', d: { Temp: '71,4' } }), { qos: 1 });
    const keptOn = async (topic: string) =>
      (await incoming()).streams.filter((each) => each.example_topic === topic).map((each) => each.kept_refused);
    await vi.waitFor(async () => expect(await keptOn('hall-c/x7/raw')).toEqual([1]));
    const gateway = await core.as<{ gateway: { id: string } }>('Management', 'POST', '/gateways', {
      body: { name: 'Never signs in', scope: 'plant' },
    });
    const { id } = gateway.body.gateway;
    const profile = {
      rules: [
        {
          ...{ topic: 'hall-c/+/raw', machine: { constant: 'Press 7' }, time: { path: '$.at' } },
          ...{ time_format: 'day_first', others: 'ignore' },
          values: [{ path: '$.d.Temp', metric: 'temperature', decimal_text: 'comma' }],
        },
      ],
    };
    const put = await core.as('Management', 'PUT', `/gateways/${id}/profile`, { body: { profile } });
    expect(put.status, put.text).toBe(200);
    const replayed = await core.as<ReplayReply>('Supervisor', 'POST', `/gateways/${id}/replay`);
    expect(replayed.body).toMatchObject({ messages: 1, replayed: 1, stored: 1 });
    expect(await rows(press)).toMatchObject([{ timestamp: '2026-01-15T10:29:00.000Z', temperature: 71.4 }]);
    expect([await keptOn('hall-c/x7/raw'), await keptOn('hall-d/x7/raw')]).toEqual([[0], [1]]);
  });

  test('of a chatty gateway pushes nothing of a quiet one out', async () => {
    const { addGateway, incoming } = await openPlant();
    const [quiet, chatty] = [await addGateway('Quiet'), await addGateway('Chatty')];
    await quiet.publish('quiet/topic', { unknown: 1, dev: 'A' });
    const sent: Promise<unknown>[] = [];
    for (let i = 0; i < 3000; i++)
      sent.push(chatty.publish(`chatty/${i % 300}/${i % 7}/x${i % 11}`, { [`field${i % 400}`]: i, dev: 'B' }));
    await Promise.all(sent);
    const { streams, totals } = await incoming();
    expect(streams.find(({ topic }) => topic === 'quiet/topic')).toMatchObject({
      ...{ messages: 1, newest: { payload: '{"unknown":1,"dev":"A"}' } },
    });
    const ofChatty = streams.filter(({ gateway }) => gateway?.id === chatty.id);
    expect(ofChatty.length).toBeLessThanOrEqual(200);
    expect(totals.refused).toBe(3001);
  });
});
