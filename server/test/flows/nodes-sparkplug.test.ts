// Several nodes and Sparkplug on an external broker: the leader is the host, and another one takes over.

import { connectAsync } from 'mqtt';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findMosquitto } from '../support/find-program.ts';
import { SparkplugNode } from '../support/sparkplug-node.ts';
import { startMosquitto } from '../support/start-mosquitto.ts';
import { hasServers, startNode, startServers } from './support/start-nodes.ts';

const program = findMosquitto();
const WAIT = { timeout: 20_000, interval: 100 };

describe.skipIf(!hasServers || program === null)('the Sparkplug host of several nodes', () => {
  it('is the leader, and publishes its STATE anew when another node takes over', { timeout: 120_000 }, async () => {
    const [servers, broker] = await Promise.all([startServers(), startMosquitto(program as string)]);
    onTestFinished(async () => void (await Promise.all([servers.stop(), broker.stop()])));
    const url = `mqtt://${broker.host}:${broker.port}`;
    const states: { online: boolean; timestamp: number }[] = [];
    const watcher = await connectAsync(url);
    onTestFinished(() => watcher.endAsync(true));
    watcher.on('message', (_, payload) => states.push(JSON.parse(payload.toString())));
    await watcher.subscribeAsync('spBv1.0/STATE/gonsters', { qos: 1 });
    const env = {
      ...(await servers.makePlant()),
      ...{ MQTT_BROKER_HOST: broker.host, MQTT_BROKER_PORT: String(broker.port) },
      ...{ SPARKPLUG_HOST_ID: 'gonsters', AUTO_PROVISION: 'on' },
    };
    const first = await startNode(env);
    await vi.waitFor(() => expect(states).toMatchObject([{ online: true }]), WAIT);
    // Whatever its role: it connects to the broker for Sparkplug only.
    const second = await startNode({ ...env, GONSTERS_ROLE: 'web' });
    const edge = new SparkplugNode(url, 'Plant1/edge1');
    onTestFinished(() => edge.end());
    await edge.connect();
    const cpu = (value: number) => ({ name: 'cpu', alias: 1, type: 'Double' as const, value });
    const token = await second.signIn();
    const latest = async () => {
      const { body } = await second.request(token, 'GET', '/data/machines?limit=10');
      return (body.machines as { name: string; latest: { cpu?: number } | null }[]).map(({ name, latest: newest }) => [
        name,
        newest?.cpu,
      ]);
    };
    await edge.birth([cpu(1)]);
    await vi.waitFor(async () => expect(await latest()).toEqual([['Plant1/edge1', 1]]), WAIT);
    expect(states).toHaveLength(1);

    await first.stop();
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ online: true }), WAIT);
    expect(states).toMatchObject([states[0] as object, { ...states[0], online: false }, { online: true }]);
    expect(states[2]?.timestamp).toBeGreaterThan(states[0]?.timestamp as number);
    // It knows the node, and asks for what it has not received.
    await vi.waitFor(() => expect(edge.rebirths).toBe(1), WAIT);
    await edge.birth([cpu(2)]);
    await vi.waitFor(async () => expect(await latest()).toEqual([['Plant1/edge1', 2]]), WAIT);
  });
});
