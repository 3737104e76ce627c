// A gateway that goes without DISCONNECT: after ten seconds its machines are stale, with one alert for the gateway.

import type { Alert, Machine } from '@gonsters/contract';
import mqtt from 'mqtt';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { LocalEventBus } from '../../src/events/local-event-bus.ts';
import { type StartedCore, startCore } from './support/start-core.ts';

const WAIT = { timeout: 15_000, interval: 50 };
const clock = { aheadMs: 0, nowMs: () => Date.now() + clock.aheadMs };
let core: StartedCore;
beforeEach(async () => {
  clock.aheadMs = 0;
  core = await startCore({ MQTT_PORT: '0' }, undefined, { clock });
});
afterEach(() => core.stop());

async function addGateway(name: string) {
  const { body } = await core.as<{ gateway: { id: string; username: string }; password: string }>(
    'Management',
    'POST',
    '/gateways',
    { body: { name, scope: 'plant' } },
  );
  const connect = async () => {
    const options = { username: body.gateway.username, password: body.password, clientId: name, reconnectPeriod: 0 };
    const client = await mqtt.connectAsync(core.mqtt as string, options, false);
    onTestFinished(() => void client.end(true));
    return client;
  };
  const basic = Buffer.from(`${body.gateway.username}:${body.password}`).toString('base64');
  const post = async (machineId: string) => {
    const reply = await fetch(`${core.url}/api/v1/data/ingest?machine=${machineId}`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' },
      body: '{"temperature":60}',
    });
    expect(reply.status).toBe(201);
  };
  return { id: body.gateway.id, connect, post };
}

const publish = (client: mqtt.MqttClient, machineId: string) =>
  client.publishAsync(`factory/A/machine/${machineId}/telemetry`, '{"temperature":60}', { qos: 1 });
const alerts = async () =>
  (await core.as<{ alerts: Alert[] }>('Operator', 'GET', '/alerts?state=active')).body.alerts.filter(
    ({ metric }) => metric === 'connection',
  );
const connectionOf = async (machineId: string) =>
  (await core.as<{ machine: Machine }>('Operator', 'GET', `/data/machines/${machineId}`)).body.machine.connection;
const isLost = (id: string) =>
  vi.waitFor(async () => {
    const { body } = await core.as<{ gateways: { id: string; disconnected_at: string | null }[] }>(
      'Management',
      'GET',
      '/gateways',
    );
    expect(body.gateways.find((gateway) => gateway.id === id)?.disconnected_at).not.toBeNull();
  }, WAIT);

it('raises one alert for all machines of the gateway, which clears when it is back', { timeout: 60_000 }, async () => {
  const line = await addGateway('Line 3');
  const machineIds = [
    await core.addMachine('Press 1'),
    await core.addMachine('Press 2'),
    await core.addMachine('Shared'),
  ];
  const [first, second, shared] = machineIds as [string, string, string];
  const other = await (await addGateway('Line 4')).connect();
  const client = await line.connect();
  await publish(other, shared);
  for (const machineId of machineIds) await publish(client, machineId);
  client.stream.destroy();
  await isLost(line.id);
  expect(await connectionOf(first)).toBe('online');
  clock.aheadMs += 10_000;
  await vi.waitFor(async () => expect(await alerts()).toHaveLength(1), WAIT);
  expect((await alerts())[0]).toMatchObject({
    message: 'Gateway Line 3 is offline: 2 machines send nothing',
    severity: 'warning',
    state: 'active_unacked',
    condition: 'gateway',
    machine_ids: expect.arrayContaining([first, second]),
  });
  // The other gateway still sends for it.
  expect(await connectionOf(shared)).toBe('online');
  for (const machineId of [first, second]) expect(await connectionOf(machineId)).toBe('stale');

  const again = await line.connect();
  await vi.waitFor(async () => expect(await alerts()).toEqual([]), WAIT);
  for (const machineId of machineIds) expect(await connectionOf(machineId)).toBe('online');

  // With DISCONNECT it leaves in order: only the timeout of the machines counts.
  await again.endAsync();
  await isLost(line.id);
  clock.aheadMs += 60_000;
  await core.as('Management', 'PATCH', `/gateways/${line.id}`, { body: { is_active: false } });
  expect(await connectionOf(first)).toBe('online');
  expect(await alerts()).toEqual([]);
});

it('a machine that is heard another way is online again', { timeout: 60_000 }, async () => {
  const line = await addGateway('Line 5');
  const machineId = await core.addMachine('Press 3');
  const client = await line.connect();
  await publish(client, machineId);
  client.stream.destroy();
  await isLost(line.id);
  clock.aheadMs += 10_000;
  await vi.waitFor(async () => {
    const messages = (await alerts()).map(({ message }) => message);
    expect(messages).toEqual(['Gateway Line 5 is offline: Press 3 sends nothing']);
  }, WAIT);
  const anonymous = await mqtt.connectAsync(core.mqtt as string, { reconnectPeriod: 0 }, false);
  onTestFinished(() => void anonymous.end(true));
  await publish(anonymous, machineId);
  await vi.waitFor(async () => expect(await alerts()).toEqual([]), WAIT);
  expect(await connectionOf(machineId)).toBe('online');
});

it('leaves out machines that are also heard over HTTP, from it or from another gateway', {
  timeout: 60_000,
}, async () => {
  const line = await addGateway('Line 6');
  const hub = await addGateway('Hub');
  const [own, byHub, only] = [
    await core.addMachine('Press 6'),
    await core.addMachine('Press 7'),
    await core.addMachine('Press 8'),
  ] as [string, string, string];
  const client = await line.connect();
  await line.post(own);
  await hub.post(byHub);
  for (const machineId of [own, byHub, only]) await publish(client, machineId);
  client.stream.destroy();
  await isLost(line.id);
  clock.aheadMs += 10_000;
  await vi.waitFor(async () => {
    const messages = (await alerts()).map(({ message }) => message);
    expect(messages).toEqual(['Gateway Line 6 is offline: Press 8 sends nothing']);
  }, WAIT);
  expect([await connectionOf(own), await connectionOf(byHub)]).toEqual(['online', 'online']);
});

it('an alert tells of a gateway whose messages over MQTT are refused', { timeout: 60_000 }, async () => {
  const line = await addGateway('Line 7');
  const client = await line.connect();
  const refused = () => client.publishAsync('hall/7', '{"temperature":60}', { qos: 1 });
  const open = async () =>
    (await core.as<{ alerts: Alert[] }>('Operator', 'GET', '/alerts?metric=gateway')).body.alerts;
  const reported = vi.spyOn(LocalEventBus.prototype, 'publish');
  onTestFinished(() => reported.mockRestore());
  const reports = () => reported.mock.calls.filter(([event]) => event.kind === 'gateway_traffic').length;
  // A report leaves each ten seconds. At the first one the five minutes begin.
  await refused();
  clock.aheadMs += 10_000;
  await vi.waitFor(() => expect(reports()).toBe(1), WAIT);
  clock.aheadMs += 300_000;
  await refused();
  await vi.waitFor(async () => {
    expect(await open()).toMatchObject([
      {
        ...{ condition: 'gateway', gateway_id: line.id, machine_ids: [], state: 'active_unacked' },
        message: '100 % of what gateway Line 7 sends is refused: Neither the topic nor the payload names a machine',
      },
    ]);
  }, WAIT);
});
