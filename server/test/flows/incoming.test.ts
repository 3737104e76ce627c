// What arrives, as `/ingest/incoming` lists it: by sender, topic and shape, with what became of it, for each role.

import type { IncomingReply, IncomingStreamReply } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
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
  const incoming = async (role: Role = 'Supervisor', query = '') =>
    (await core.as<IncomingReply>(role, 'GET', `/ingest/incoming${query}`)).body;
  return { core, addMachine, addGateway, incoming };
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
    expect(find('POST /data/ingest')).toMatchObject({
      gateway: null,
      client: 'operator1',
      protocol: 'http',
      outcome: { partly: 1 },
      refusals: [{ reason: 'not_a_number' }],
    });
    expect(find('POST /write')).toMatchObject({
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
