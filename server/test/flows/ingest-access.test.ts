// Access to the embedded MQTT broker: gateways may publish for their machines, anonymous clients only from this computer.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate } from './support/make-certificate.ts';
import { closeOf, type StartedIngest, startIngest, until } from './support/start-ingest.ts';

let plant: StartedIngest;
afterEach(() => plant.stop());

const JWT_SECRET_KEY = 'x'.repeat(32);
const telemetry = (machineId: string, factory = 'A') => `factory/${factory}/machine/${machineId}/telemetry`;
const reasons = () => plant.deadLetters.page({ limit: 100 }).rejected.map(({ reason }) => reason);

it('accepts readings of a gateway only for its own machines', async () => {
  plant = await startIngest();
  const [mine, other] = (await plant.addMachines(2)) as [string, string];
  const { gateway, password } = await plant.gateways.create({ name: 'Line 1', scope: 'machines', machine_ids: [mine] });
  const client = await plant.connect({ username: gateway.username, password });
  await client.publishAsync(telemetry(mine), '{"speed":1}', { qos: 1 });
  await client.publishAsync(telemetry(other), '{"speed":1}', { qos: 1 });
  await client.publishAsync('gonsters/sensors/x', JSON.stringify({ machine_id: other, speed: 1 }), { qos: 1 });
  expect(await plant.stored(mine)).toHaveLength(1);
  expect(await plant.stored(other)).toEqual([]);
  expect(reasons()).toEqual(['not_allowed', 'not_allowed']);
  expect(client.connected).toBe(true);
  expect(plant.gateways.list()[0]?.last_seen).not.toBeNull();
});

it('accepts readings of a factory gateway under the topics of that factory', async () => {
  plant = await startIngest();
  const [machineId] = (await plant.addMachines(1)) as [string];
  const { gateway, password } = await plant.gateways.create({
    name: 'Plant B',
    scope: 'factory',
    machine_ids: [],
    factory_id: 'B',
  });
  const client = await plant.connect({ username: gateway.username, password });
  await client.publishAsync(telemetry(machineId, 'B'), '{"speed":1}', { qos: 1 });
  await client.publishAsync(telemetry(machineId, 'A'), '{"speed":2}', { qos: 1 });
  expect((await plant.stored(machineId)).map((reading) => reading.speed)).toEqual([1]);
});

it('refuses a topic of another factory than that of the machine, for everybody', async () => {
  plant = await startIngest();
  const [machineId, common] = (await plant.addMachines(2)) as [string, string];
  await plant.machines.update(machineId, { factory_id: 'A' });
  const { gateway, password } = await plant.gateways.create({ name: 'Line 1', scope: 'plant', machine_ids: [] });
  const credentials = { username: gateway.username, password };
  for (const client of [await plant.connect(), await plant.connect(credentials)]) {
    const topics = [telemetry(machineId, 'B'), telemetry(common, 'B'), telemetry(machineId, 'A'), 'gonsters/sensors/x'];
    for (const topic of topics) {
      await client.publishAsync(topic, JSON.stringify({ machine_id: machineId, speed: 1 }), { qos: 1 });
    }
  }
  expect(await plant.stored(common)).toHaveLength(2);
  expect(await plant.stored(machineId)).toHaveLength(4);
  expect(reasons()).toEqual(['wrong_factory', 'wrong_factory']);
});

it('refuses a wrong password, an unknown name and a disabled gateway', async () => {
  plant = await startIngest();
  const { gateway, password } = await plant.gateways.create({ name: 'Line 1', scope: 'plant', machine_ids: [] });
  const refused = (username: string, secret: string) =>
    expect(plant.connect({ username, password: secret })).rejects.toThrow('Connection refused');
  await refused(gateway.username, `${password}x`);
  await refused('nobody', password);
  await plant.gateways.update(gateway.id, { is_active: false });
  await refused(gateway.username, password);
});

it.each([
  ['deleted', (id: string) => plant.gateways.delete(id)],
  ['switched off', (id: string) => plant.gateways.update(id, { is_active: false })],
  ['given another password', (id: string) => plant.gateways.update(id, { rotate_password: true })],
])('disconnects a gateway as soon as it is %s', async (_, change) => {
  plant = await startIngest();
  const { gateway, password } = await plant.gateways.create({ name: 'Line 1', scope: 'plant', machine_ids: [] });
  const client = await plant.connect({ username: gateway.username, password });
  const closed = closeOf(client);
  await change(gateway.id);
  await closed;
});

it('applies a change of permissions to a connected gateway', async () => {
  plant = await startIngest();
  const [first, second] = (await plant.addMachines(2)) as [string, string];
  const { gateway, password } = await plant.gateways.create({
    name: 'Line 1',
    scope: 'machines',
    machine_ids: [first],
  });
  const client = await plant.connect({ username: gateway.username, password });
  await plant.gateways.update(gateway.id, { machine_ids: [second] });
  await client.publishAsync(telemetry(first), '{"speed":1}', { qos: 1 });
  await client.publishAsync(telemetry(second), '{"speed":1}', { qos: 1 });
  expect(await plant.stored(first)).toEqual([]);
  expect(await plant.stored(second)).toHaveLength(1);
});

it('lets a gateway replace its own connection, but not one of another gateway with the same client id', async () => {
  plant = await startIngest();
  const one = await plant.gateways.create({ name: 'One', scope: 'plant', machine_ids: [] });
  const two = await plant.gateways.create({ name: 'Two', scope: 'plant', machine_ids: [] });
  const first = await plant.connect({ clientId: 'press', username: one.gateway.username, password: one.password });
  const other = { clientId: 'press', username: two.gateway.username, password: two.password };
  await expect(plant.connect(other)).rejects.toThrow('Identifier rejected');
  await expect(plant.connect({ clientId: 'press' })).rejects.toThrow('Identifier rejected');
  expect(first.connected).toBe(true);
  const closed = closeOf(first);
  const again = await plant.connect({ clientId: 'press', username: one.gateway.username, password: one.password });
  await closed;
  expect(again.connected).toBe(true);
});

it('accepts anonymous clients of this computer, in production only until there is a gateway', async () => {
  plant = await startIngest({ NODE_ENV: 'production', JWT_SECRET_KEY });
  const anonymous = await plant.connect();
  const closed = closeOf(anonymous);
  await plant.gateways.create({ name: 'First', scope: 'plant', machine_ids: [] });
  await closed;
  await expect(plant.connect()).rejects.toThrow('Not authorized');
});

it('accepts anonymous clients of this computer in development, and of all computers where that is configured', async () => {
  plant = await startIngest();
  await plant.gateways.create({ name: 'First', scope: 'plant', machine_ids: [] });
  await plant.connect();
  await plant.stop();
  plant = await startIngest({ NODE_ENV: 'production', JWT_SECRET_KEY, MQTT_ALLOW_ANONYMOUS: 'true' });
  await plant.gateways.create({ name: 'First', scope: 'plant', machine_ids: [] });
  expect(plant.address.host).toBe('0.0.0.0');
  await plant.connect();
});

it('listens on loopback without credentials and on every address with them, and disconnects no client', async () => {
  plant = await startIngest();
  expect(plant.address.host).toBe('127.0.0.1');
  const outer = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address;
  const early = await plant.connect();
  const { gateway, password } = await plant.gateways.create({ name: 'First', scope: 'plant', machine_ids: [] });
  // Other addresses of the loopback network are reachable only after the change.
  const from = outer ?? '127.0.0.2';
  const options = { reconnectPeriod: 0, username: gateway.username, password };
  const reach = () => mqtt.connectAsync(`mqtt://${from}:${plant.address.port}`, options, false);
  await until('it listens on the other address', () =>
    reach().then(
      (client) => client.endAsync().then(() => true),
      () => false,
    ),
  );
  expect(early.connected).toBe(true);
  await plant.gateways.delete(gateway.id);
  await until('it listens on loopback again', () =>
    reach().then(
      () => false,
      () => true,
    ),
  );
  expect(early.connected).toBe(true);
});

it('refuses to start on a configured port that is in use', async () => {
  plant = await startIngest();
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  await expect(startIngest({ MQTT_PORT: String(port) })).rejects.toMatchObject({ code: 'invalid_configuration' });
  holder.close();
});

it('uses the next free port where the default one is in use, and reports it', async () => {
  plant = await startIngest();
  const taken = plant.address.port;
  const next = await startIngest({}, undefined, (config) => ({
    ...config,
    mqtt: { ...config.mqtt, broker: config.mqtt.broker && { ...config.mqtt.broker, port: taken, portFixed: false } },
  }));
  expect(next.address.port).toBeGreaterThan(taken);
  const client = await next.connect();
  expect(client.connected).toBe(true);
  await next.stop();
});

it('uses TLS where it has a certificate', async () => {
  const { cert, key } = makeCertificate();
  plant = await startIngest({ MQTT_TLS_CERT: cert, MQTT_TLS_KEY: key });
  const [machineId] = (await plant.addMachines(1)) as [string];
  const secure = { ca: cert, servername: 'localhost', reconnectPeriod: 0 };
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${plant.address.port}`, secure, false);
  await client.publishAsync(telemetry(machineId), '{"speed":1}', { qos: 1 });
  await client.endAsync();
  expect(await plant.stored(machineId)).toHaveLength(1);
  await expect(plant.connect({ connectTimeout: 2000 })).rejects.toThrow();
});

describe('with an authority for client certificates', () => {
  const authority = makeCertificate({ name: 'Plant CA', isAuthority: true });
  const own = makeCertificate();
  const signed = (name: string, issuer = authority) => makeCertificate({ name, issuer, issuerName: 'Plant CA' });
  const startWithAuthority = async () => {
    const env = { MQTT_TLS_CERT: own.cert, MQTT_TLS_KEY: own.key, MQTT_TLS_CA: authority.cert };
    plant = await startIngest(env);
    return plant.gateways.create({ name: 'Line 3', scope: 'plant', machine_ids: [] });
  };
  const connect = (options: mqtt.IClientOptions) =>
    mqtt.connectAsync(
      `mqtts://127.0.0.1:${plant.address.port}`,
      { rejectUnauthorized: false, reconnectPeriod: 0, ...options },
      false,
    );

  it('signs a gateway in that its certificate names, without a password', async () => {
    const { gateway } = await startWithAuthority();
    const [machineId] = (await plant.addMachines(1)) as [string];
    for (const options of [
      signed('Line 3'),
      signed(gateway.username),
      { ...signed('Line 3'), username: gateway.username },
    ]) {
      const client = await connect(options);
      await client.publishAsync(telemetry(machineId), '{"speed":1}', { qos: 1 });
      await client.endAsync();
    }
    expect(await plant.stored(machineId)).toHaveLength(3);
    expect(plant.gateways.get(gateway.id)?.lastSeenMs).not.toBeNull();
  });

  it('refuses a certificate that names nobody, is of another authority, or comes with the user name of another gateway', async () => {
    await startWithAuthority();
    const other = await plant.gateways.create({ name: 'Line 4', scope: 'plant', machine_ids: [] });
    const foreign = makeCertificate({ name: 'Plant CA', isAuthority: true });
    for (const options of [
      signed('Line 5'),
      signed('Line 3', foreign),
      { ...signed('Line 3'), username: other.gateway.username, password: other.password },
    ])
      await expect(connect(options)).rejects.toThrow(/[Nn]ot authorized|Bad username or password/);
  });

  it('still signs in with a user name and a password', async () => {
    const { gateway, password } = await startWithAuthority();
    const client = await connect({ username: gateway.username, password });
    await client.endAsync();
  });
});

it('delays a gateway that sends too much, and not the others', { timeout: 60_000 }, async () => {
  plant = await startIngest();
  const [noisy, ...calm] = (await plant.addMachines(5)) as [string, ...string[]];
  const loud = await plant.connect();
  const quiet = await Promise.all(calm.map(() => plant.connect()));
  const waitOf = async (client: MqttClient, machineId: string): Promise<number> => {
    const startedAt = performance.now();
    await client.publishAsync(telemetry(machineId), '{"speed":1}', { qos: 1 });
    return performance.now() - startedAt;
  };
  let isOver = false;
  let sent = 0;
  const noisyWaits: number[] = [];
  // Always far more messages in flight than the limit.
  const flood = Array.from({ length: 4_000 }, async () => {
    while (!isOver) {
      sent++;
      noisyWaits.push(await waitOf(loud, noisy));
    }
  });
  await until('the flood is there', () => noisyWaits.length > 1_000);
  const calmWaits = (
    await Promise.all(
      quiet.map(async (client, i) => {
        const waits: number[] = [];
        while (waits.length < 50) waits.push(await waitOf(client, calm[i] as string));
        return waits;
      }),
    )
  ).flat();
  isOver = true;
  await Promise.all(flood);
  const middle = (waits: number[]) => waits.sort((a, b) => a - b)[Math.floor(waits.length / 2)] as number;
  expect(noisyWaits).toHaveLength(sent);
  expect(middle(calmWaits)).toBeLessThan(middle(noisyWaits) / 4);
  for (const id of calm) expect((await plant.stored(id)).length).toBeGreaterThan(0);
});

it('serves a normal client while another floods, and loses nothing of the flood', { timeout: 60_000 }, async () => {
  plant = await startIngest();
  const [noisy, calm] = (await plant.addMachines(2)) as [string, string];
  const [loud, quiet] = await Promise.all([plant.connect(), plant.connect()]);
  const startedAt = performance.now();
  const sinceMs = Date.now() - 20_000;
  const flood = Array.from({ length: 15_000 }, (_, i) =>
    loud.publishAsync(telemetry(noisy), JSON.stringify({ timestamp: sinceMs + i, speed: 1 }), { qos: 1 }),
  );
  await quiet.publishAsync(telemetry(calm), '{"speed":1}', { qos: 1 });
  const calmAfterMs = performance.now() - startedAt;
  await Promise.all(flood);
  const loudAfterMs = performance.now() - startedAt;
  expect(await plant.stored(noisy)).toHaveLength(15_000);
  expect(calmAfterMs).toBeLessThan(loudAfterMs);
});
