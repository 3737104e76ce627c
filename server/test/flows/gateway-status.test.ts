// What Management sees of gateways: how they are connected, what they send, and which connections are refused.

import type { GatewayList } from '@gonsters/contract';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';
import { closeOf } from './support/start-ingest.ts';

const WAIT = { timeout: 10_000, interval: 20 };
let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0' });
});
afterAll(() => core.stop());

const list = async () => (await core.as<GatewayList>('Management', 'GET', '/gateways')).body;

async function addGateway(name: string) {
  const reply = await core.as<{ gateway: { id: string; username: string }; password: string }>(
    'Management',
    'POST',
    '/gateways',
    { body: { name, scope: 'plant' } },
  );
  const { gateway, password } = reply.body;
  const connect = async (options: mqtt.IClientOptions = {}) => {
    const credentials = { username: gateway.username, password, reconnectPeriod: 0 };
    const client = await mqtt.connectAsync(core.mqtt as string, { ...credentials, ...options }, false);
    onTestFinished(() => void client.end(true));
    return client;
  };
  const status = async () => (await list()).gateways.find(({ id }) => id === gateway.id);
  return { gateway, connect, status };
}

it('shows since when a gateway is connected and with what, and how its connection ended', async () => {
  const { connect, status } = await addGateway('Line 1');
  expect(await status()).toMatchObject({ connections: [], disconnected_at: null, connection_lost: false });
  const client = await connect({ protocolVersion: 5, clientId: 'line-1' });
  expect(await status()).toMatchObject({
    connections: [
      {
        client_id: 'line-1',
        protocol_version: '5',
        address: expect.stringContaining('127.0.0.1'),
        connected_since: expect.any(String),
      },
    ],
    disconnected_at: null,
  });
  await client.endAsync();
  await vi.waitFor(async () => expect(await status()).toMatchObject({ connections: [], connection_lost: false }), WAIT);
  const again = await connect({
    will: { topic: 'line-1/state', payload: Buffer.from('offline'), qos: 1, retain: true },
  });
  again.stream.destroy();
  await closeOf(again);
  await vi.waitFor(async () => {
    expect(await status()).toMatchObject({
      ...{ connections: [], connection_lost: true },
      disconnected_at: expect.any(String),
    });
  }, WAIT);
});

it('shows what a gateway sends, for which machines, and what of it is refused', async () => {
  const { connect, status } = await addGateway('Line 2');
  const machineId = await core.addMachine('Press of line 2');
  const client = await connect();
  const topic = `factory/A/machine/${machineId}/telemetry`;
  await client.publishAsync(topic, '{"temperature":60,"speed":1}', { qos: 1 });
  await client.publishAsync(topic, 'not a reading', { qos: 1 });
  await client.publishAsync('elsewhere', '{}', { qos: 1 });
  const shown = await status();
  expect(shown?.traffic).toMatchObject({
    newest_message_at: expect.any(String),
    refused: [
      { reason: 'not_json', count: 1, topic, example: 'not a reading' },
      { reason: 'no_machine', count: 1, topic: 'elsewhere', example: '{}' },
    ],
    machine_count: 1,
    machines: [{ machine_id: machineId, name: 'Press of line 2' }],
  });
  expect(shown?.traffic.messages_per_second).toBeGreaterThan(0);
  expect(shown?.traffic.values_per_second).toBeGreaterThan(0);
  await core.as('Management', 'DELETE', `/data/machine/${machineId}?readings=keep`);
});

it('shows a client id that two devices fight over, and connections that are refused', async () => {
  const { gateway, connect } = await addGateway('Line 3');
  for (let i = 0; i < 5; i++) await connect({ clientId: 'from one image' });
  const wrong = { username: gateway.username, password: 'wrong', clientId: 'stranger', reconnectPeriod: 0 };
  await expect(mqtt.connectAsync(core.mqtt as string, wrong, false)).rejects.toThrow();
  const { client_id_conflicts, refused_connections } = await list();
  expect(client_id_conflicts).toMatchObject([{ client_id: 'from one image', gateway_id: gateway.id, takeovers: 4 }]);
  expect(refused_connections).toMatchObject([
    { client_id: 'stranger', username: gateway.username, protocol_version: '3.1.1', reason_code: 0x86, count: 1 },
  ]);
});
