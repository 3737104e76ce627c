// Clients of MQTT 5: MQTT.js and Mosquitto's publish as with 3.1.1, and learn more about what became of their messages.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { IConnackPacket, IDisconnectPacket, MqttClient } from 'mqtt';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findMosquittoPub } from '../support/find-program.ts';
import { closeOf, type StartedIngest, startIngest, until } from './support/start-ingest.ts';

const mosquittoPub = findMosquittoPub();
const AT_MS = Date.UTC(2026, 0, 15, 10, 30);
const V5 = { protocolVersion: 5 } as const;
let plant: StartedIngest;
let machineId: string;
beforeEach(async () => {
  plant = await startIngest();
  [machineId] = (await plant.addMachines(1)) as [string];
});
afterEach(() => plant.stop());

const telemetry = () => `factory/A/machine/${machineId}/telemetry`;
const reading = (i: number) => JSON.stringify({ timestamp: AT_MS + i, speed: i });

/** As `plant.connect`, with the CONNACK. */
async function connect(options: mqtt.IClientOptions): Promise<{ client: MqttClient; connack: IConnackPacket }> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${plant.address.port}`, { ...V5, reconnectPeriod: 0, ...options });
  return new Promise((resolve, reject) => {
    client.once('connect', (connack) => resolve({ client, connack }));
    client.once('error', reject);
  });
}

describe('MQTT 5', () => {
  it('is told the limits of the broker, and an id if it has none', async () => {
    const { client, connack } = await connect({ clientId: '' });
    expect(connack).toMatchObject({
      reasonCode: 0,
      sessionPresent: false,
      properties: {
        maximumPacketSize: 262_144,
        receiveMaximum: 1000,
        topicAliasMaximum: 100,
        assignedClientIdentifier: expect.stringMatching(/^auto-/),
      },
    });
    await client.endAsync();
  });

  it.each([0, 1, 2] as const)(
    'stores messages of QoS %i, with aliases, user properties and a content type',
    async (qos) => {
      const client = await plant.connect({ ...V5, autoAssignTopicAlias: true });
      const properties = {
        contentType: 'application/json',
        userProperties: { site: 'A' },
        payloadFormatIndicator: true,
      };
      for (let i = 0; i < 50; i++) await client.publishAsync(telemetry(), reading(i), { qos, properties });
      await until('all are stored', async () => (await plant.stored(machineId)).length === 50);
      await client.endAsync();
    },
  );

  it('learns why a message is not stored', async () => {
    const client = await plant.connect(V5);
    const codeOf = (topic: string, payload: string, qos: 1 | 2) =>
      client.publishAsync(topic, payload, { qos }).then(
        (packet) => (packet as { reasonCode?: number } | undefined)?.reasonCode ?? 0,
        (error: { code: number }) => error.code,
      );
    for (const qos of [1, 2] as const) {
      expect(await codeOf(telemetry(), 'no reading', qos)).toBe(0x99);
      expect(await codeOf('factory/A/machine/nobody/telemetry', '{"speed":1}', qos)).toBe(0x83);
      expect(await codeOf(telemetry(), reading(qos), qos)).toBe(0);
    }
    const codes: unknown[] = [];
    client.on('packetreceive', (packet) => codes.push('reasonCode' in packet ? packet.reasonCode : undefined));
    await client.publishAsync('$SYS/nowhere', '{"speed":1}', { qos: 1 });
    expect(codes).toEqual([0x10]);
    expect(await plant.stored(machineId)).toHaveLength(2);
  });

  it('is refused with a reason, which Management sees', async () => {
    const { gateway } = await plant.gateways.create({ name: 'Line 1', scope: 'plant', machine_ids: [] });
    const options = { clientId: 'line-1', username: gateway.username, password: 'wrong' };
    await expect(connect(options)).rejects.toMatchObject({ code: 0x86 });
    await expect(connect({ ...options, protocolVersion: 4 })).rejects.toMatchObject({ code: 4 });
    const refused = { clientId: 'line-1', username: gateway.username, address: expect.stringContaining('127.0.0.1') };
    expect(plant.gatewayConnections.refused.list()).toMatchObject([
      { ...refused, protocolVersion: '3.1.1', count: 1, reason: expect.stringContaining('password') },
      { ...refused, protocolVersion: '5', count: 1 },
    ]);
  });

  it('is told when another connection takes its place', async () => {
    const first = await plant.connect({ ...V5, clientId: 'twin' });
    const told = new Promise<IDisconnectPacket>((resolve) => first.once('disconnect', resolve));
    await plant.connect({ ...V5, clientId: 'twin' });
    expect((await told).reasonCode).toBe(0x8e);
  });

  it('is told when its access ends, and when the server stops', async () => {
    const { gateway, password } = await plant.gateways.create({ name: 'Line 1', scope: 'plant', machine_ids: [] });
    const client = await plant.connect({ ...V5, username: gateway.username, password });
    const told = new Promise<IDisconnectPacket>((resolve) => client.once('disconnect', resolve));
    await plant.gateways.delete(gateway.id);
    expect((await told).reasonCode).toBe(0x87);
    const other = await plant.connect(V5);
    const stopped = new Promise<IDisconnectPacket>((resolve) => other.once('disconnect', resolve));
    await plant.source.stop();
    expect((await stopped).reasonCode).toBe(0x8b);
  });

  it('finds its session again until it expires', async () => {
    const options = { clientId: 'q2', clean: false, properties: { sessionExpiryInterval: 3600 } };
    const first = await connect(options);
    expect(first.connack.sessionPresent).toBe(false);
    first.client.stream.destroy();
    await closeOf(first.client);
    const second = await connect(options);
    expect(second.connack.sessionPresent).toBe(true);
    // With DISCONNECT the client may shorten it.
    await second.client.endAsync(false, { properties: { sessionExpiryInterval: 0 } });
    const third = await connect(options);
    expect(third.connack.sessionPresent).toBe(false);
    await third.client.endAsync();
    const fresh = await connect({ ...options, clean: true });
    expect(fresh.connack.sessionPresent).toBe(false);
    await fresh.client.endAsync();
  });

  it.skipIf(mosquittoPub === null).each(['mqttv31', 'mqttv311', 'mqttv5'])(
    'is spoken by mosquitto_pub -V %s',
    async (version) => {
      const args = ['-p', String(plant.address.port), '-V', version, '-t', telemetry(), '-m', reading(1)];
      for (const qos of ['0', '1', '2']) await promisify(execFile)(mosquittoPub as string, [...args, '-q', qos]);
      await until('it is stored', async () => (await plant.stored(machineId)).length === 1);
    },
  );
});
