// Bad input never stops good input: it is counted, kept as rejected data and acknowledged, and the connection stays open.

import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import fc from 'fast-check';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeOf, type StartedIngest, startIngest, until } from './support/start-ingest.ts';

let plant: StartedIngest;
let machineId: string;
beforeAll(async () => {
  plant = await startIngest();
});
beforeEach(async () => {
  [machineId] = (await plant.addMachines(1)) as [string];
});
afterAll(() => plant.stop());

const AT_MS = Date.UTC(2026, 0, 15, 10, 30);
const LINE = 'gonsters/sensors/line';

/** Every kind of payload that can never be stored: topic, payload, the reason it is counted under. */
function brokenPayloads(id: string): [string, string | Buffer, string][] {
  const telemetry = `factory/A/machine/${id}/telemetry`;
  const deep = '['.repeat(100) + ']'.repeat(100);
  return [
    [telemetry, '', 'not_json'],
    [telemetry, 'NaN', 'not_json'],
    [telemetry, '{"temperature":NaN}', 'out_of_range'],
    [telemetry, '{"temperature":-inf}', 'out_of_range'],
    [telemetry, '{"temperature":nil}', 'not_json'],
    [telemetry, '{"temperature":7', 'not_json'],
    [telemetry, 'a\0b\r\n\u001b[31m', 'not_json'],
    [telemetry, '\ufeff{"temperature":7}', 'not_json'],
    [telemetry, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22]), 'not_utf8'],
    [telemetry, deep, 'too_deep'],
    [telemetry, `{"temperature":1,"x":${deep}}`, 'too_deep'],
    [telemetry, '"text"', 'wrong_shape'],
    [telemetry, '7', 'wrong_shape'],
    [telemetry, 'null', 'wrong_shape'],
    [telemetry, '[]', 'wrong_shape'],
    [telemetry, '{"temperature":"12"}', 'not_a_number'],
    [telemetry, '{"temperature":1e309}', 'out_of_range'],
    [telemetry, '{"temperature":true}', 'not_a_number'],
    [telemetry, '{"temperature":9007199254740992}', 'out_of_range'],
    [telemetry, '{"temperature":-273.16}', 'out_of_range'],
    [telemetry, '{}', 'no_value'],
    [telemetry, '{"temperature":null}', 'no_value'],
    [telemetry, '{"__proto__":{"temperature":5}}', 'not_a_value'],
    [telemetry, '{"timestamp":"31.12.2025","temperature":5}', 'bad_timestamp'],
    [telemetry, '{"timestamp":"2026-02-30T00:00:00Z","temperature":5}', 'bad_timestamp'],
    [telemetry, '{"ts":"noon","temperature":5}', 'bad_timestamp'],
    [telemetry, '{"timestamp":"2199-01-01T00:00:00Z","temperature":5}', 'in_the_future'],
    [LINE, '{"temperature":5}', 'wrong_shape'],
    [LINE, '{"batch":[{"machine_id":7,"readings":1}]}', 'wrong_shape'],
    [LINE, '{"machine_id":"nobody","temperature":5}', 'unknown_machine'],
    ['factory/A/machine/nobody/telemetry', '{"temperature":5}', 'unknown_machine'],
    ['gonsters/other', '{"temperature":5}', 'no_machine'],
    ['zigbee2mqtt/bridge/state', '{"state":"online"}', 'no_readings'],
    ['$SYS/broker/uptime', '1', 'bad_topic'],
  ];
}

describe('payloads', () => {
  it('stores every valid reading among 10,000 broken payloads, and counts the faults', {
    timeout: 60_000,
  }, async () => {
    const client = await plant.connect();
    const broken = brokenPayloads(machineId);
    const before = plant.deadLetters.counts();
    const expected = new Map<string, number>();
    const pending: Promise<unknown>[] = [];
    for (let i = 0; i < 10_000; i++) {
      const [topic, payload, reason] = broken[i % broken.length] as [string, string | Buffer, string];
      pending.push(client.publishAsync(topic, payload, { qos: (i % 3) as 0 | 1 | 2 }));
      expected.set(reason, (expected.get(reason) ?? 0) + 1);
      if (i % 20 === 0) {
        const good = { machine_id: machineId, timestamp: AT_MS + i, speed: i };
        pending.push(client.publishAsync(LINE, JSON.stringify(good), { qos: 1 }));
      }
    }
    await Promise.all(pending);
    // Numbers that are not plausible are stored as bad.
    const stored = (await plant.stored(machineId)).filter((reading) => !('quality' in reading));
    expect(stored.map((reading) => reading.speed)).toEqual(Array.from({ length: 500 }, (_, i) => i * 20));
    for (const [reason, count] of expected) {
      // A payload has at least one fault of its kind.
      const counted = (plant.deadLetters.counts()[reason] ?? 0) - (before[reason] ?? 0);
      expect(counted, reason).toBeGreaterThanOrEqual(count);
    }
    expect(plant.deadLetters.page({ limit: 5000 }).rejected).toHaveLength(1000);
    expect(client.connected).toBe(true);
  });

  it('stores the valid readings of a batch, and keeps the payload as rejected data', async () => {
    const client = await plant.connect();
    const payload = JSON.stringify([
      { machine_id: machineId, timestamp: AT_MS, speed: 1 },
      { machine_id: machineId, timestamp: AT_MS + 1, speed: -1e9 },
      { machine_id: 'nobody', speed: 1 },
    ]);
    await client.publishAsync(LINE, payload, { qos: 1 });
    expect(await plant.stored(machineId)).toMatchObject([{ speed: 1 }, { speed: -1e9, quality: { speed: 'bad' } }]);
    const { rejected } = plant.deadLetters.page({ limit: 2 });
    expect(rejected.map(({ topic, source, payload }) => [topic, source, payload])).toEqual([
      [LINE, 'mqtt', payload],
      [LINE, 'mqtt', payload],
    ]);
    expect(rejected.map(({ reason }) => reason).sort()).toEqual(['out_of_range', 'unknown_machine']);
  });

  it('stores the other values of a reading with a bad value, and reports metric and value', async () => {
    const client = await plant.connect();
    const telemetry = `factory/A/machine/${machineId}/telemetry`;
    const send = (payload: string) => client.publishAsync(telemetry, payload, { qos: 1 });
    const before = plant.deadLetters.counts();
    await send(`{"timestamp":${AT_MS},"temperature":88.7,"pressure":NaN,"speed":1480}`);
    await send(`{"timestamp":${AT_MS + 1},"temperature":"88.7","pressure":-0.2732}`);
    await send(
      `[{"timestamp":${AT_MS + 2},"temperature":88,"speed":1e309},{"timestamp":${AT_MS + 3},"temperature":89,"speed":1e7}]`,
    );
    expect(await plant.stored(machineId)).toMatchObject([
      { temperature: 88.7, pressure: null, speed: 1480, quality: { pressure: 'bad' } },
      { temperature: null, pressure: -0.2732, speed: null },
      { temperature: 88, pressure: null, speed: null, quality: { speed: 'bad' } },
      { temperature: 89, pressure: null, speed: 1e7, quality: { speed: 'bad' } },
    ]);
    const counts = plant.deadLetters.counts();
    expect((counts.out_of_range ?? 0) - (before.out_of_range ?? 0)).toBe(3);
    expect((counts.not_a_number ?? 0) - (before.not_a_number ?? 0)).toBe(1);
    expect(
      plant.deadLetters.page({ limit: 3 }).rejected.map(({ reason, metric, value }) => [reason, metric, value]),
    ).toEqual([
      ['out_of_range', 'speed', 'Infinity'],
      ['not_a_number', 'temperature', '88.7'],
      ['out_of_range', 'pressure', 'NaN'],
    ]);
  });

  it.each([0, 1, 2] as const)(
    'ignores the retain flag: with QoS %i the reading gets the time of arrival',
    async (qos) => {
      const client = await plant.connect();
      const sentMs = Date.now();
      const payload = JSON.stringify({ machine_id: machineId, speed: 1 });
      await client.publishAsync(LINE, payload, { qos, retain: true });
      await until('it is stored', async () => (await plant.stored(machineId)).length === 1);
      const [reading] = await plant.stored(machineId);
      expect(reading).toMatchObject({ speed: 1 });
      expect(Date.parse(String(reading?.timestamp))).toBeGreaterThanOrEqual(sentMs);
      await client.endAsync();
    },
  );

  it.each([0, 1, 2] as const)(
    'does not count a retained message without payload, of QoS %i, as a reading',
    async (qos) => {
      const client = await plant.connect();
      const before = plant.deadLetters.counts().not_json ?? 0;
      await client.publishAsync(LINE, '', { qos, retain: true });
      await until('it is counted', () => plant.deadLetters.counts().not_json === before + 1);
      await client.publishAsync(LINE, JSON.stringify({ machine_id: machineId, speed: 1 }), { qos: 1 });
      expect(await plant.stored(machineId)).toHaveLength(1);
      await client.endAsync();
    },
  );

  it('ignores wills with any content', async () => {
    const client = await plant.connect({ will: { topic: '$SYS/x', payload: Buffer.from('x'), qos: 1, retain: true } });
    const closed = closeOf(client);
    client.stream.destroy();
    await closed;
    const other = await plant.connect();
    await other.publishAsync(LINE, JSON.stringify({ machine_id: machineId, speed: 1 }), { qos: 1 });
    expect(await plant.stored(machineId)).toHaveLength(1);
  });
});

const CONNECT = mqttPacket.generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  clientId: 'raw',
  keepalive: 0,
} as Packet);

/** Writes raw bytes. Resolves when the broker has closed the connection. */
async function isClosedAfter(bytes: Uint8Array): Promise<void> {
  const socket = connectSocket(plant.address.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  const closed = once(socket, 'close');
  socket.write(bytes);
  await closed;
}

describe('packets', () => {
  it('closes the connection after the header of a CONNECT over the limit, and counts it', async () => {
    const before = plant.deadLetters.counts().too_large ?? 0;
    await isClosedAfter(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x5f]));
    expect(plant.deadLetters.counts().too_large).toBe(before + 1);
  });

  it.each([4, 5] as const)(
    'skips messages over the limit of a client of version %d, counts them, and stores what follows on the same connection',
    async (protocolVersion) => {
      const client = await plant.connect({ protocolVersion });
      const before = plant.deadLetters.counts().too_large ?? 0;
      const inventory = Buffer.alloc(300_000, 'x');
      for (let i = 0; i < 20; i++) {
        client.publish('zigbee2mqtt/bridge/devices', inventory, { qos: 0 });
        client.publish(LINE, JSON.stringify({ machine_id: machineId, timestamp: AT_MS + i, speed: i }), { qos: 0 });
      }
      await until('all are stored', async () => (await plant.stored(machineId)).length === 20);
      expect(plant.deadLetters.counts().too_large).toBe(before + 20);
      expect(plant.deadLetters.page({ limit: 1 }).rejected).toMatchObject([
        { reason: 'too_large', topic: 'zigbee2mqtt/bridge/devices' },
      ]);
      expect(client.connected).toBe(true);
    },
  );

  it('acknowledges a message over the limit, so that the client does not send it again', async () => {
    const client = await plant.connect();
    for (const qos of [1, 2] as const) await client.publishAsync(LINE, Buffer.alloc(300_000), { qos });
    await client.publishAsync(LINE, JSON.stringify({ machine_id: machineId, speed: 1 }), { qos: 1 });
    expect(await plant.stored(machineId)).toHaveLength(1);
  });

  it('keeps little of a message over the limit in memory', async () => {
    const socket = connectSocket(plant.address.port, '127.0.0.1');
    socket.on('error', () => {});
    const before = process.memoryUsage().rss;
    // 100 MB.
    socket.write(Buffer.concat([CONNECT, Buffer.from([0x30, 0x80, 0xc2, 0xd7, 0x2f])]));
    const chunk = Buffer.alloc(1_000_000, 'a');
    for (let i = 0; i < 99; i++) await new Promise((resolve) => socket.write(chunk, resolve));
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
    socket.destroy();
  });

  it('accepts a payload just under the limit', async () => {
    const client = await plant.connect();
    const note = 'x'.repeat(plant.config.mqtt.broker?.maxPacketBytes as number);
    const reading = JSON.stringify({ machine_id: machineId, speed: 1, note: '' });
    const padded = reading.replace('"note":""', `"note":"${note.slice(reading.length + LINE.length + 4)}"`);
    await client.publishAsync(LINE, padded, { qos: 1 });
    expect(await plant.stored(machineId)).toHaveLength(1);
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a packet before CONNECT', Buffer.from([0xc0, 0x00])],
    ['a second CONNECT', Buffer.concat([CONNECT, CONNECT])],
    ['a PUBLISH with wildcards', Buffer.concat([CONNECT, Buffer.from([0x30, 0x04, 0x00, 0x01, 0x23, 0x78])])],
    ['an unknown protocol', Buffer.from('100c0004584d51540402003c0000', 'hex')],
  ])('closes the connection after %s', async (_, bytes) => {
    await isClosedAfter(bytes);
  });

  it.each([4, 5] as const)(
    'survives connections of version %d with flipped and missing bytes, and serves other clients',
    { timeout: 60_000 },
    async (protocolVersion) => {
      const client = await plant.connect();
      const connections = async () => (await plant.metrics.mqttConnections.get()).values[0]?.value;
      const openBefore = await connections();
      const properties = { contentType: 'json', userProperties: { a: 'b' }, topicAlias: 3 };
      const will = { topic: 'state', payload: Buffer.from('gone'), qos: 1, retain: true };
      const stream = Buffer.concat(
        [
          {
            ...{
              cmd: 'connect',
              protocolId: 'MQTT',
              protocolVersion,
              clean: true,
              clientId: 'raw',
              keepalive: 0,
              will,
            },
            properties: { sessionExpiryInterval: 60, receiveMaximum: 5, userProperties: { a: 'b' } },
          },
          ...[0, 1, 2].map((qos) => ({
            ...{ cmd: 'publish', topic: `factory/A/machine/${machineId}/telemetry`, payload: '{"temperature":70}' },
            ...{ qos, messageId: 7, dup: false, retain: false, properties },
          })),
          { cmd: 'pubrel', messageId: 7 },
          {
            cmd: 'subscribe',
            messageId: 8,
            subscriptions: [{ topic: '#', qos: 1 }],
            properties: { subscriptionIdentifier: 3 },
          },
          { cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['#'] },
          { cmd: 'pingreq' },
          { cmd: 'disconnect', reasonCode: 4, properties: { sessionExpiryInterval: 5 } },
        ].map((packet) => mqttPacket.generate(packet as Packet, { protocolVersion })),
      );
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(stream.length - 1), fc.nat(255)), { maxLength: 6 }),
          fc.nat(stream.length),
          async (flips, cut) => {
            const bytes = Buffer.from(stream);
            for (const [position, value] of flips) bytes[position] = value;
            const socket = connectSocket(plant.address.port, '127.0.0.1');
            socket.on('error', () => {});
            socket.resume();
            socket.end(bytes.subarray(0, cut));
            await once(socket, 'close');
            const reading = { machine_id: machineId, timestamp: AT_MS + sent, speed: 1 };
            await client.publishAsync(LINE, JSON.stringify(reading), { qos: 1 });
            sent++;
          },
        ),
        { numRuns: 300 },
      );
      const good = (await plant.stored(machineId)).filter((reading) => reading.speed === 1);
      expect(good).toHaveLength(sent);
      await until('no connection but the good ones is left', async () => (await connections()) === openBefore);
    },
  );

  it.each([4, 5] as const)('grants every subscription of version %d, and delivers nothing', async (protocolVersion) => {
    const client = await plant.connect({ protocolVersion });
    const delivered: string[] = [];
    client.on('message', (topic) => delivered.push(topic));
    const granted = await client.subscribeAsync(['#', '$SYS/#', LINE], { qos: 2 });
    expect(granted.map(({ qos }) => qos)).toEqual([1, 1, 1]);
    for (const publisher of [client, await plant.connect()])
      await publisher.publishAsync(LINE, JSON.stringify({ machine_id: machineId, speed: 1 }), { qos: 1, retain: true });
    await client.unsubscribeAsync('#');
    expect(delivered).toEqual([]);
  });
});
