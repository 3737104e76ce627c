// Machines that nobody has added, and that send another id than a UUID: listed or created, with the id as an alias.

import type { Machine, ProvisionMode, UnknownMachine } from '@gonsters/contract';
import mqtt from 'mqtt';
import { expect, it, onTestFinished } from 'vitest';
import { startCore } from './support/start-core.ts';

const at = (i: number) => new Date(Date.UTC(2026, 0, 15, 10, 30, i)).toISOString();
const topicOf = (id: string) => `factory/A/machine/${id}/telemetry`;

async function start(AUTO_PROVISION: ProvisionMode) {
  const core = await startCore({ AUTO_PROVISION, MQTT_PORT: '0' });
  onTestFinished(() => core.remove());
  const get = async <T>(path: string) => (await core.as<T>('Management', 'GET', path)).body;
  return {
    core,
    /** Resolves when the message is acknowledged. */
    publish: async (topic: string, message: unknown) => {
      const client = await mqtt.connectAsync(core.mqtt as string, { reconnectPeriod: 0 }, false);
      await client.publishAsync(topic, JSON.stringify(message), { qos: 1 });
      await client.endAsync();
    },
    waiting: async () => (await get<{ machines: UnknownMachine[] }>('/ingest/unknown')).machines,
    machines: async () => (await get<{ machines: Machine[] }>('/data/machines?sort=name')).machines,
    speedsOf: async (id: string) =>
      (
        await get<{ data: { speed: number }[] }>(`/data/machine/${id}?start_time=2026-01-01T00:00:00Z&order=asc`)
      ).data.map(({ speed }) => speed),
    rejected: async () =>
      (await get<{ rejected: { reason: string; payload: string; topic: string }[] }>('/ingest/rejected')).rejected,
    decide: (id: string, what: 'accept' | 'reject', body?: object) =>
      core.as<{ machine: Machine }>('Management', 'POST', `/ingest/unknown/${id}/${what}`, { body }),
  };
}

it('lists a machine by the id that it sends, over a restart too, and gives it the id as an alias', async () => {
  const { core, publish, waiting, machines, speedsOf, decide } = await start('approve');
  await publish(topicOf('PRESS-07'), { timestamp: at(0), speed: 0 });
  await publish('gonsters/sensors/x', { machine_id: ' press-07', timestamp: at(1), speed: 1 });
  await core.ingest('Press-07', [{ timestamp: at(2), speed: 2 }]);
  const [first, ...others] = await waiting();
  expect(others).toEqual([]);
  expect(first).toMatchObject({ id: 'PRESS-07', readings_count: 3, suggestion: { name: 'PRESS-07', location: 'A' } });
  await core.restart();
  expect(await waiting()).toEqual([]);
  await publish(topicOf('PRESS-07'), { timestamp: at(3), speed: 3 });
  const [again] = await waiting();
  expect(again?.machine_id).toBe(first?.machine_id);
  const accepted = await decide(again?.machine_id ?? '', 'accept', { name: 'Lathe 7' });
  expect(accepted).toMatchObject({ status: 201, body: { machine: { name: 'Lathe 7', aliases: ['PRESS-07'] } } });
  await publish(topicOf('press-07'), { timestamp: at(4), speed: 4 });
  expect(await speedsOf(again?.machine_id ?? '')).toEqual([0, 1, 2, 3, 4]);
  expect(await waiting()).toEqual([]);
  expect(await machines()).toHaveLength(1);
});

it('stores readings of a machine separately whose former alias sends again', async () => {
  const { core, publish, waiting, speedsOf, decide } = await start('approve');
  await publish(topicOf('SN 1'), { timestamp: at(0), speed: 0 });
  const [first] = await waiting();
  const id = first?.machine_id ?? '';
  await decide(id, 'accept', {});
  await core.as('Supervisor', 'PATCH', `/data/machines/${id}`, { body: { aliases: [], name: 'Renamed' } });
  await publish(topicOf('SN 1'), { timestamp: at(1), speed: 1 });
  const [second] = await waiting();
  expect(second).toMatchObject({ id: 'SN 1', readings_count: 1 });
  expect(second?.machine_id).not.toBe(id);
  expect(await speedsOf(id)).toEqual([0]);
  await decide(second?.machine_id ?? '', 'accept', {});
  expect(await speedsOf(second?.machine_id ?? '')).toEqual([1]);
});

it('rejects a machine by its id, and refuses what cannot be an alias', async () => {
  const { publish, waiting, rejected, decide } = await start('approve');
  await publish(topicOf('SN 2'), { timestamp: at(0), speed: 0 });
  const [first] = await waiting();
  expect((await decide(first?.machine_id ?? '', 'reject')).status).toBe(200);
  await publish(topicOf('sn 2'), { timestamp: at(1), speed: 1 });
  for (const machine_id of ['', '   ', 'a\nb', 'x'.repeat(201)])
    await publish('gonsters/sensors/x', { machine_id, speed: 1 });
  expect(await waiting()).toEqual([]);
  expect((await rejected()).map(({ reason }) => reason)).toEqual(Array(5).fill('unknown_machine'));
});

it('creates machines with their first reading, each once, also for names that are in use', async () => {
  const { core, publish, machines, speedsOf } = await start('on');
  await core.addMachine('Taken', 'Hall A', 'press');
  const spellings = ['EUI-1', 'eui-1', 'Eui-1', 'EUI-1'];
  await Promise.all(spellings.map((id, i) => publish(topicOf(id), { timestamp: at(i), speed: i })));
  const entry = (machine_id: string, i: number) => ({
    ...{ machine_id, sensor_type: 'mill', location: 'Hall B' },
    readings: [{ timestamp: at(i), speed: i }],
  });
  const body = {
    gateway_id: 'gw',
    timestamp: at(0),
    batch: [entry('eui-1', 4), entry('Mill/2', 5), entry('taken', 6)],
  };
  expect((await core.as('Operator', 'POST', '/data/ingest', { body })).status).toBe(201);
  const all = await machines();
  expect(all.map(({ aliases }) => aliases.map((alias) => alias.toLowerCase()))).toEqual([['eui-1'], ['mill/2'], []]);
  expect(all[1]).toMatchObject({ name: 'Mill/2', location: 'Hall B', sensor_type: 'mill' });
  expect(await Promise.all(all.map(({ machine_id }) => speedsOf(machine_id)))).toEqual([[0, 1, 2, 3, 4], [5], [6]]);
});
