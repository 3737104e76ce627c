// Sparkplug B on the embedded broker: births define machines, data is stored, deaths make machines stale at once.

import type { Alert, GatewayList, Machine, Metric } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { SparkplugNode } from '../support/sparkplug-node.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const WAIT = { timeout: 15_000, interval: 50 };
let core: StartedCore;
afterEach(() => core.stop());

const start = async (env: Record<string, string> = {}) => {
  core = await startCore({ MQTT_PORT: '0', AUTO_PROVISION: 'on', SPARKPLUG_HOST_ID: 'gonsters', ...env });
};
async function openNode(path: string, options: ConstructorParameters<typeof SparkplugNode>[2] = {}) {
  const node = new SparkplugNode(core.mqtt as string, path, options);
  onTestFinished(() => node.end());
  await node.connect();
  return node;
}
const get = async <T>(path: string) => {
  const reply = await core.as<T>('Management', 'GET', path);
  expect(reply.status).toBe(200);
  return reply.body;
};
const machineNamed = async (name: string) => {
  const { machines } = await get<{ machines: Machine[] }>('/data/machines?limit=100');
  return machines.find((machine) => machine.aliases.includes(name));
};
interface Row {
  timestamp: string;
  quality?: Record<string, string>;
  original?: Record<string, number>;
  [metric: string]: unknown;
}
const rowsOf = async (machineId: string, fields: string) =>
  (await get<{ data: Row[] }>(`/data/machine/${machineId}?start_time=2020-01-01&order=asc&limit=1000&fields=${fields}`))
    .data;
const rejected = async () => (await get<{ counts: Record<string, number> }>('/ingest/rejected')).counts;

it('stores births and data, and a death makes the machine stale at once', { timeout: 60_000 }, async () => {
  await start();
  const node = await openNode('Plant1/edge1');
  const bornMs = Date.now() - 5_000;
  await node.birth([], bornMs);
  await node.birthOf(
    'press7',
    [
      {
        name: 'Temperature',
        alias: 1,
        type: 'Double',
        value: 71.5,
        properties: { engUnit: { type: 'String', value: 'K' } },
      },
      { name: 'Motor/Running', alias: 2, type: 'Boolean', value: true },
      { name: 'Mode', alias: 3, type: 'String', value: 'auto' },
      { name: 'Offset', alias: 4, type: 'Int16', value: -7 },
    ],
    bornMs,
  );
  await node.data([{ alias: 1, type: 'Double', value: 343.15 } as never], 'press7', bornMs + 1_000);
  await node.data([{ alias: 3, type: 'String', isNull: true, value: null } as never], 'press7', bornMs + 2_000);
  const machine = (await machineNamed('Plant1/edge1/press7')) as Machine;
  expect(machine).toMatchObject({ name: 'Plant1/edge1/press7', connection: 'online' });
  // A node without metrics of its own is no machine.
  expect(await machineNamed('Plant1/edge1')).toBeUndefined();
  const rows = await rowsOf(machine.machine_id, 'temperature,motor_running,mode,offset');
  expect(rows).toMatchObject([
    { temperature: expect.closeTo(71.5 - 273.15, 6), motor_running: true, mode: 'auto', offset: -7 },
    { temperature: expect.closeTo(70, 6) },
    { mode: null, quality: { mode: 'bad' } },
  ]);
  const { metrics } = await get<{ metrics: Metric[] }>('/metrics?limit=100');
  expect(metrics.find(({ name }) => name === 'motor_running')).toMatchObject({ kind: 'boolean' });
  expect(node.statesOf('gonsters')).toEqual([{ online: true, timestamp: expect.any(Number), isRetained: true }]);

  node.breakConnection();
  await vi.waitFor(async () => {
    const { alerts } = await get<{ alerts: Alert[] }>('/alerts?state=active');
    expect(alerts.map(({ message }) => message)).toEqual([
      'Gateway Plant1/edge1 is offline: Plant1/edge1/press7 sends nothing',
    ]);
  }, WAIT);
  expect((await machineNamed('Plant1/edge1/press7'))?.connection).toBe('stale');
  const last = (await rowsOf(machine.machine_id, 'temperature,motor_running,mode,offset')).at(-1);
  expect(last).toMatchObject({
    temperature: null,
    offset: null,
    quality: { temperature: 'bad', motor_running: 'bad', mode: 'bad', offset: 'bad' },
    original: { temperature: expect.closeTo(70, 6), offset: -7 },
  });
  expect(await rejected()).toEqual({});

  await node.connect();
  await node.birth();
  await node.birthOf('press7', [{ name: 'Temperature', alias: 1, type: 'Double', value: 50 }]);
  await vi.waitFor(async () => {
    expect((await machineNamed('Plant1/edge1/press7'))?.connection).toBe('online');
    expect((await get<{ alerts: Alert[] }>('/alerts?state=active')).alerts).toEqual([]);
  }, WAIT);
});

it('refuses Sparkplug with a reason until the host has an id', { timeout: 60_000 }, async () => {
  core = await startCore({ MQTT_PORT: '0', AUTO_PROVISION: 'on' });
  const node = await openNode('Plant1/edge1');
  await node.birth([{ name: 'Temperature', type: 'Double', value: 20 }]);
  await vi.waitFor(async () => expect(await rejected()).toEqual({ sparkplug_off: 1 }), WAIT);
  expect(node.received).toEqual([]);
});

it('sends commands to the node alone, and judges rights as for every message', { timeout: 60_000 }, async () => {
  await start();
  const own = await core.addMachine('Press 1');
  const other = await core.addMachine('Press 2');
  const { body } = await core.as<{ gateway: { id: string; username: string }; password: string }>(
    'Management',
    'POST',
    '/gateways',
    { body: { name: 'Edge', scope: 'machines', machine_ids: [own] } },
  );
  const { gateway, password } = body;
  const spy = await connectAsync(core.mqtt as string);
  onTestFinished(() => spy.endAsync(true));
  const seen: string[] = [];
  spy.on('message', (topic) => seen.push(topic));
  await spy.subscribeAsync(['#', 'spBv1.0/#'], { qos: 1 });
  const node = await openNode('Plant1/edge1', { username: gateway.username, password, protocolVersion: 5 });
  const value = { name: 'load', alias: 1, type: 'Double' as const, value: 1 };
  // The device before its birth: the node is asked, and nobody else hears of it.
  await node.data([value], 'Press 1');
  await vi.waitFor(() => expect(node.rebirths).toBe(1), WAIT);
  await node.birth();
  for (const device of ['Press 1', 'Press 2']) await node.birthOf(device, [value]);
  expect(await rejected()).toEqual({ no_birth: 1, not_allowed: 1 });
  expect(await rowsOf(own, 'load')).toMatchObject([{ load: 1 }]);
  expect(await rowsOf(other, 'load')).toEqual([]);
  expect(seen).toEqual(['spBv1.0/STATE/gonsters']);
  const { sparkplug } = await get<GatewayList>('/gateways');
  expect(sparkplug).toMatchObject({
    host_id: 'gonsters',
    nodes: [
      { path: 'Plant1/edge1', gateway_id: gateway.id, devices: ['Press 1', 'Press 2'], rebirth_requested: false },
    ],
  });
  // A node of MQTT 5 that leaves may ask for its will.
  await node.leaveWithWill();
  await vi.waitFor(async () => {
    const { machines } = await get<{ machines: Machine[] }>('/data/machines?limit=100');
    expect(machines.find(({ name }) => name === 'Press 1')?.connection).toBe('stale');
  }, WAIT);
  expect((await get<GatewayList>('/gateways')).sparkplug?.nodes).toMatchObject([{ born_at: null, devices: [] }]);
  expect(await rejected()).toEqual({ no_birth: 1, not_allowed: 2 });
});
