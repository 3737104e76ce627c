// Sparkplug B on an external broker: the session of the host, the order of messages, and births that are requested.
// Named after the assertions of the host tests of the Eclipse compatibility kit.

import type { Machine } from '@gonsters/contract';
import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { findMosquitto } from '../support/find-program.ts';
import { encode, SparkplugNode } from '../support/sparkplug-node.ts';
import { type MosquittoServer, startMosquitto } from '../support/start-mosquitto.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const program = findMosquitto();
const WAIT = { timeout: 15_000, interval: 50 };
const HOST = 'gonsters';
const STATE = `spBv1.0/STATE/${HOST}`;

interface Row {
  timestamp: string;
  temperature: number | null;
  quality?: Record<string, string>;
}
interface Seen {
  online: boolean;
  timestamp: number;
}

async function openPlant() {
  const broker = await startMosquitto(program as string);
  onTestFinished(() => broker.stop());
  const proxy = await startFaultProxy(broker);
  onTestFinished(() => proxy.stop());
  const url = `mqtt://${broker.host}:${broker.port}`;
  const states: Seen[] = [];
  const watcher = await connectAsync(url);
  onTestFinished(() => watcher.endAsync(true));
  watcher.on('message', (_, payload) => states.push(JSON.parse(payload.toString())));
  await watcher.subscribeAsync(STATE, { qos: 1 });
  const core = await startCore({
    ...{ MQTT_BROKER_HOST: proxy.host, MQTT_BROKER_PORT: String(proxy.port) },
    ...{ SPARKPLUG_HOST_ID: HOST, AUTO_PROVISION: 'on' },
  });
  onTestFinished(() => core.remove());
  const openNode = async (path: string) => {
    const node = new SparkplugNode(url, path);
    onTestFinished(() => node.end());
    await node.connect();
    return node;
  };
  await vi.waitFor(() => expect(states.at(-1)?.online).toBe(true), WAIT);
  return { proxy, url, states, watcher, core, openNode };
}

const get = async <T>(core: StartedCore, path: string) => (await core.as<T>('Management', 'GET', path)).body;
const machineNamed = async (core: StartedCore, name: string) => {
  const { machines } = await get<{ machines: Machine[] }>(core, '/data/machines?limit=100');
  return machines.find((machine) => machine.aliases.includes(name));
};
const temperaturesOf = async (core: StartedCore, name: string) => {
  const machine = await machineNamed(core, name);
  if (machine === undefined) return [];
  const path = `/data/machine/${machine.machine_id}?start_time=2020-01-01&order=asc&limit=1000`;
  const { data } = await get<{ data: Row[] }>(core, path);
  return data.map(({ temperature, quality }) => (quality?.temperature === 'bad' ? 'bad' : temperature));
};
const rejected = async (core: StartedCore) =>
  (await get<{ counts: Record<string, number> }>(core, '/ingest/rejected')).counts;
const temperature = (value: number, alias = 1) => ({ name: 'Temperature', alias, type: 'Double' as const, value });

describe.skipIf(program === null)('the Sparkplug host on Mosquitto', () => {
  it('establishes, republishes and terminates its session', { timeout: 60_000 }, async () => {
    const { states, watcher, core, url, proxy } = await openPlant();
    const born = states.at(-1) as Seen;
    // The birth is retained, for nodes that subscribe later.
    const late: { retain: boolean; seen: Seen }[] = [];
    const node = await connectAsync(url);
    onTestFinished(() => node.endAsync(true));
    node.on('message', (_, payload, { retain }) => late.push({ retain, seen: JSON.parse(payload.toString()) }));
    await node.subscribeAsync(STATE, { qos: 1 });
    await vi.waitFor(() => expect(late).toEqual([{ retain: true, seen: born }]), WAIT);
    // A STATE that says the host is offline, while it is not, is corrected at once with the timestamp of this session.
    await watcher.publishAsync(STATE, JSON.stringify({ online: false, timestamp: born.timestamp - 1_000 }), {
      qos: 1,
      retain: true,
    });
    await vi.waitFor(() => expect(states.at(-1)).toEqual(born), WAIT);
    expect(states).toHaveLength(3);
    await core.stop();
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ online: false, timestamp: born.timestamp }), WAIT);
    await core.start();
    await vi.waitFor(() => expect(states.at(-1)?.online).toBe(true), WAIT);
    const second = states.at(-1) as Seen;
    expect(second.timestamp).toBeGreaterThan(born.timestamp);
    // The will of a connection that breaks has the timestamp of its birth, and the next connection another one.
    await proxy.set({ kind: 'refuse' });
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ ...second, online: false }), WAIT);
    await proxy.set({ kind: 'none' });
    await vi.waitFor(() => expect(states.at(-1)?.online).toBe(true), WAIT);
    expect((states.at(-1) as Seen).timestamp).toBeGreaterThan(second.timestamp);
  });

  it('asks for a birth, puts messages in order, and takes a death only of the same birth', {
    timeout: 60_000,
  }, async () => {
    const { core, openNode, url } = await openPlant();
    const node = await openNode('Plant1/edge1');
    const device = 'Plant1/edge1/press7';
    // Data before the birth, and only one request for it.
    await node.data([temperature(1)], 'press7');
    await node.data([temperature(1)], 'press7');
    await vi.waitFor(() => expect(node.rebirths).toBe(1), WAIT);
    expect(await rejected(core)).toEqual({ no_birth: 2 });

    const atMs = Date.now() - 60_000;
    await node.birth([], atMs);
    await node.birthOf('press7', [temperature(20)], atMs);
    const payload = (value: number) => ({
      timestamp: atMs + value * 100,
      metrics: [{ ...temperature(value), name: undefined }],
    });
    const numbers = [21, 22, 23, 24].map((value) => ({ value, seq: node.nextSeq() }));
    const order = [numbers[2], numbers[1], numbers[3], numbers[0]] as typeof numbers;
    for (const { value, seq } of order) await node.send('DDATA', { ...payload(value), seq } as never, 'press7');
    await vi.waitFor(async () => expect(await temperaturesOf(core, device)).toEqual([20, 21, 22, 23, 24]), WAIT);
    expect(node.rebirths).toBe(1);

    // The death of an earlier connection changes nothing.
    const stranger = await connectAsync(url);
    onTestFinished(() => stranger.endAsync(true));
    const bdSeq = { name: 'bdSeq', type: 'UInt64' as const, value: 77 };
    await stranger.publishAsync('spBv1.0/Plant1/NDEATH/edge1', encode({ timestamp: 1, metrics: [bdSeq] }));
    await node.data([temperature(25)], 'press7');
    await vi.waitFor(async () => expect((await temperaturesOf(core, device)).at(-1)).toBe(25), WAIT);
    expect((await machineNamed(core, device))?.connection).toBe('online');

    node.breakConnection();
    await vi.waitFor(async () => expect((await machineNamed(core, device))?.connection).toBe('stale'), WAIT);
    expect((await temperaturesOf(core, device)).at(-1)).toBe('bad');
    expect(await rejected(core)).toEqual({ no_birth: 2 });
  });

  it('asks a silent node for its birth after a restart', { timeout: 60_000 }, async () => {
    const { core, openNode } = await openPlant();
    const node = await openNode('Plant1/edge2');
    await node.birth([temperature(20)]);
    await vi.waitFor(async () => expect(await temperaturesOf(core, 'Plant1/edge2')).toEqual([20]), WAIT);
    expect(node.rebirths).toBe(0);
    await core.restart();
    await vi.waitFor(() => expect(node.rebirths).toBe(1), WAIT);
    await node.birth([temperature(21)], Date.now() - 1_000);
    await node.data([{ ...temperature(22), name: undefined } as never]);
    await vi.waitFor(async () => expect(await temperaturesOf(core, 'Plant1/edge2')).toEqual([20, 21, 22]), WAIT);
    expect(await rejected(core)).toEqual({});
  });
});

it('leaves Sparkplug to others where it has no host id', { timeout: 60_000 }, async () => {
  if (program === null) return;
  const broker: MosquittoServer = await startMosquitto(program);
  onTestFinished(() => broker.stop());
  const core = await startCore({
    ...{ MQTT_BROKER_HOST: broker.host, MQTT_BROKER_PORT: String(broker.port) },
    MQTT_TOPIC: 'spBv1.0/#',
  });
  onTestFinished(() => core.remove());
  const node = new SparkplugNode(`mqtt://${broker.host}:${broker.port}`, 'Plant1/edge1');
  onTestFinished(() => node.end());
  await node.connect();
  await node.birth([temperature(20)]);
  await vi.waitFor(async () => expect(await rejected(core)).toEqual({ sparkplug_off: 1 }), WAIT);
});
