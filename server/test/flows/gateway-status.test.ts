// What Management sees of gateways: how they are connected, what they send, and which connections are refused.

import type { GatewayAddresses, GatewayList } from '@gonsters/contract';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';
import { closeOf } from './support/start-ingest.ts';

const WAIT = { timeout: 10_000, interval: 20 };
let core: StartedCore;
beforeAll(async () => {
  core = await startCore({ MQTT_PORT: '0', AUTO_PROVISION: 'approve' });
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
  const post = async (query: string, body: unknown) => {
    const basic = Buffer.from(`${gateway.username}:${password}`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    const reply = await core.send('POST', `/data/ingest?${query}`, { body, headers });
    expect(reply.status).toBe(201);
  };
  return { gateway, connect, status, post };
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
    // Two of three messages.
    last_hour: { messages: 3, refused: 2 },
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

it('shows what a gateway sends that nobody has described yet, and how far its clock is ahead', async () => {
  const { connect, status } = await addGateway('Line 4');
  expect(await status()).toMatchObject({
    clock_offset_ms: null,
    discovered: { metric_count: 0, metrics: [], machine_count: 0, machines: [] },
  });
  const client = await connect();
  const timestamp = new Date(Date.now() + 2_000).toISOString();
  const reading = JSON.stringify({ timestamp, temperature: 60, spindle_load: 40 });
  await client.publishAsync('factory/A/machine/HAAS-07/telemetry', reading, { qos: 1 });
  const shown = await status();
  expect(shown?.discovered).toEqual({
    ...{ metric_count: 1, metrics: ['spindle_load'], machine_count: 1, machines: ['HAAS-07'] },
  });
  expect(Math.abs((shown?.clock_offset_ms as number) - 2_000)).toBeLessThan(2_000);
  const { text } = await core.send('GET', '//metrics');
  expect(text).toContain('gonsters_gateway_connections{gateway="Line 4"} 1');
  expect(text).toMatch(/gonsters_gateway_refused_ratio\{gateway="Line 2"\} 0\.66/);
});

it('asks whether a gateway sends its local time over HTTP, as over MQTT', async () => {
  const { post, status } = await addGateway('Energy hub');
  const machineId = await core.addMachine('Meter 1');
  const localTime = () => new Date(Date.now() - 6 * 3_600_000).toISOString().slice(0, 19);
  await vi.waitFor(async () => {
    await post(`machine=${machineId}`, { timestamp: localTime(), temperature: 60 });
    expect((await status())?.clock).toMatchObject({ status: 'local_time', offset_minutes: -360 });
  }, WAIT);
  expect(Math.round(((await status())?.clock_offset_ms as number) / 3_600_000)).toBe(-6);
});

it('tells every role where devices reach this installation', async () => {
  const { body } = await core.as<GatewayAddresses>('Operator', 'GET', '/gateways/addresses');
  expect(body).toMatchObject({ broker: 'embedded', without_credentials: 'this_computer' });
  // The server of this test listens for HTTP on the loopback address only.
  expect(body.http).toEqual([core.url]);
  const port = Number(new URL(core.mqtt as string).port);
  expect(body.mqtt.length).toBeGreaterThan(0);
  for (const address of body.mqtt) expect(address).toEqual({ host: expect.any(String), port, tls: false });
  // What Management says comes first.
  const setting = { setting_name: 'page_origin', setting_value: 'https://hall.example' };
  await core.as('Management', 'POST', '/config/update', { body: setting });
  const told = (await core.as<GatewayAddresses>('Operator', 'GET', '/gateways/addresses')).body;
  expect(told.http).toEqual(['https://hall.example', core.url]);
  expect(told.mqtt[0]).toEqual({ host: 'hall.example', port, tls: false });
});
