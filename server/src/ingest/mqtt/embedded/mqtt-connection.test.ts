import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { RejectionReason } from '../../dead-letters/rejection-reason.ts';
import { type ClosedByBroker, MqttConnection, type Refusal } from './mqtt-connection.ts';
import { REASON } from './packet-reader.ts';
import { Qos2Session } from './qos2-sessions.ts';

const CONNECT = Buffer.from('101000044d5154540402000000046e616d65', 'hex');
const TOPIC = 'plant/x';
/** A message of `bytes` with QoS 1; 0 for QoS 0. */
function publish(id: number, bytes = 20): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, TOPIC.length, ...Buffer.from(TOPIC), ...(id === 0 ? [] : [id >> 8, id & 0xff])]),
    Buffer.alloc(bytes, 0x78),
  ]);
  return Buffer.concat([Buffer.from([id === 0 ? 0x30 : 0x32, body.length]), body]);
}
const messages = (count: number) => Buffer.concat(Array.from({ length: count }, (_, i) => publish((i % 65_535) + 1)));
const pubacks = (ids: number[]) => Buffer.from(ids.flatMap((id) => [0x40, 2, id >> 8, id & 0xff]));

const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const DISCONNECT = Buffer.from([0xe0, 0]);
/** CONNECT of MQTT 5 with the properties `hex`, their length included. */
const connect5 = (hex = '00') => {
  const body = Buffer.from(`00044d51545405020000${hex}000178`, 'hex');
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
};
const hexOf = (...parts: Buffer[]) => Buffer.concat(parts).toString('hex');

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

interface Options {
  maxPacketBytes?: number;
  isSilent?: boolean;
  refusedFor?: RejectionReason;
  refusal?: Refusal;
  session?: Qos2Session;
  connect?: Buffer;
}

/** Both ends of a socket; the client has signed in. The connection acknowledges at once unless `isSilent`. */
async function open(options: Options = {}) {
  const refusals: ClosedByBroker[] = [];
  const tooLarge: string[] = [];
  const closes: boolean[] = [];
  const received: { topic: string; payload: string; acknowledge: () => void }[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  const answered: Buffer[] = [];
  client.on('data', (chunk: Buffer) => answered.push(chunk));
  const [socket] = await accepted;
  const { session = new Qos2Session(), refusal, refusedFor } = options;
  const connection = new MqttConnection(socket, options.maxPacketBytes ?? 100, {
    onConnect: () =>
      refusal ?? { publisher: { gateway: null }, session, isSessionPresent: false, assignedClientId: null },
    onPublish: (_, message, acknowledge) => {
      received.push({ ...message, payload: message.payload.toString(), acknowledge: () => acknowledge(refusedFor) });
      if (!options.isSilent) acknowledge(refusedFor);
    },
    onTooLarge: (_, topic) => tooLarge.push(topic),
    onRefused: (_, closed) => refusals.push(closed),
    onClose: (_, isOrderly) => closes.push(isOrderly),
  });
  const answer = () => Buffer.concat(answered);
  cleanups.push(() => {
    client.destroy();
    connection.destroy();
    server.close();
  });
  client.write(options.connect ?? CONNECT);
  if (refusal === undefined) await until(() => answer().length >= CONNACK.length || closes.length > 0);
  const connack = answer();
  return {
    ...{ client, connection, received, refusals, tooLarge, closes, connack },
    /** Without the CONNACK. */
    answer: () => answer().subarray(connack.length),
  };
}

describe('MqttConnection', () => {
  it('processes messages of QoS 0 and 1 in order, and acknowledges QoS 1', async () => {
    const { client, received, answer, connack } = await open();
    const retained = publish(9);
    retained[0] = 0x33;
    client.write(Buffer.concat([publish(7), publish(0, 3), retained]));
    await until(() => answer().length === 8);
    expect(received.map(({ topic, payload }) => [topic, payload.length])).toEqual([
      [TOPIC, 20],
      [TOPIC, 3],
      [TOPIC, 20],
    ]);
    expect(answer()).toEqual(pubacks([7, 9]));
    expect(connack).toEqual(CONNACK);
  });

  it('answers what is sent together with CONNECT after the CONNACK', async () => {
    const { client, received, connack, answer } = await open({ connect: Buffer.concat([CONNECT, publish(3)]) });
    client.write(Buffer.from([0xc0, 0]));
    await until(() => received.length === 1 && hexOf(connack, answer()).endsWith('d000'));
    expect(hexOf(connack, answer())).toBe(hexOf(CONNACK, pubacks([3]), Buffer.from([0xd0, 0])));
  });

  it.each([
    ['QoS 3', [0x36, 6, 0, 1, 0x74, 0, 1, 0x78]],
    ['no topic', [0x30, 3, 0, 0, 0x78]],
    ['a wildcard', [0x30, 4, 0, 1, 0x23, 0x78]],
    ['another wildcard', [0x30, 4, 0, 1, 0x2b, 0x78]],
    ['an identifier of 0', [0x32, 6, 0, 1, 0x74, 0, 0, 0x78]],
    ['a topic longer than the packet', [0x30, 3, 0, 9, 0x78]],
    ['no room for a topic', [0x30, 1, 0]],
    ['a topic that is not UTF-8', [0x30, 4, 0, 1, 0xff, 0x78]],
    ['a topic with U+0000', [0x30, 4, 0, 1, 0, 0x78]],
    ['a second CONNECT', [...CONNECT]],
    ['a packet that only the broker sends', [0x20, 2, 0, 0]],
    ['PUBREL with wrong flags', [0x60, 2, 0, 1]],
    ['PUBREL with too many bytes', [0x62, 3, 0, 1, 0]],
    ['PINGREQ with a body', [0xc0, 1, 0]],
    ['SUBSCRIBE without a filter', [0x82, 2, 0, 1]],
    ['SUBSCRIBE with options of MQTT 5', [0x82, 6, 0, 1, 0, 1, 0x74, 4]],
    ['SUBSCRIBE with QoS 3', [0x82, 6, 0, 1, 0, 1, 0x74, 3]],
    ['UNSUBSCRIBE without a filter', [0xa2, 2, 0, 1]],
    ['DISCONNECT with a body', [0xe0, 1, 0]],
  ])('closes after %s, and says why', async (_, bytes) => {
    const { client, received, refusals, closes } = await open();
    client.write(Buffer.concat([Buffer.from(bytes), publish(1)]));
    await until(() => closes.length === 1);
    expect(closes).toEqual([false]);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({ version: 4, connect: { clientId: 'name' } });
    expect(received).toEqual([]);
  });

  it('takes U+FFFD in a topic, if the client sent it', async () => {
    const { client, received } = await open();
    client.write(Buffer.from([0x30, 6, 0, 3, 0xef, 0xbf, 0xbd, 0x78]));
    await until(() => received.length === 1);
    expect(received[0]?.topic).toBe('\ufffd');
  });

  it('grants subscriptions with at most QoS 1, and delivers nothing', async () => {
    const { client, answer } = await open();
    client.write(Buffer.from([0x82, 14, 0, 5, 0, 1, 0x23, 2, 0, 1, 0x61, 0, 0, 1, 0x2b, 1]));
    client.write(Buffer.from([0x82, 8, 0, 6, 0, 3, 0x61, 0x23, 0x62, 0, 0xa2, 5, 0, 7, 0, 1, 0x23]));
    client.write(publish(8));
    const expected = hexOf(
      Buffer.from([0x90, 5, 0, 5, 1, 0, 1]),
      Buffer.from([0x90, 3, 0, 6, 0x80]),
      Buffer.from([0xb0, 2, 0, 7]),
      pubacks([8]),
    );
    await until(() => answer().length >= expected.length / 2);
    expect(hexOf(answer())).toBe(expected);
  });

  it('ignores acknowledgements of messages that were never sent', async () => {
    const { client, answer } = await open();
    client.write(Buffer.from([0x40, 2, 0, 1, 0x50, 2, 0, 1, 0x70, 2, 0, 1, 0xc0, 0]));
    await until(() => answer().length === 2);
  });

  it('stores a message of QoS 2 once, until it is released', async () => {
    const { client, received, answer } = await open({ isSilent: true });
    const message = publish(5);
    message[0] = 0x34;
    client.write(Buffer.concat([message, message]));
    await until(() => received.length === 1);
    received[0]?.acknowledge();
    const pubrec = Buffer.from([0x50, 2, 0, 5]);
    await until(() => answer().length === 8);
    client.write(message);
    await until(() => answer().length === 12);
    expect(hexOf(answer())).toBe(hexOf(pubrec, pubrec, pubrec));
    client.write(Buffer.from([0x62, 2, 0, 5]));
    await until(() => answer().length === 16);
    client.write(message);
    await until(() => received.length === 2);
    expect(hexOf(answer().subarray(12))).toBe('70020005');
  });

  it('closes when too many messages are not released', async () => {
    const { client, refusals, received } = await open({ connect: connect5() });
    for (let id = 1; id <= 10_001; id++) client.write(Buffer.from([0x34, 7, 0, 1, 0x74, id >> 8, id & 0xff, 0, 0x78]));
    await until(() => refusals.length === 1);
    expect(refusals[0]?.reasonCode).toBe(REASON.receiveMaximumExceeded);
    expect(received).toHaveLength(10_000);
  });

  it('processes nothing after DISCONNECT', async () => {
    const { client, received, closes } = await open();
    client.write(Buffer.concat([publish(1), DISCONNECT, publish(2)]));
    await until(() => closes.length === 1);
    expect(closes).toEqual([true]);
    expect(received).toHaveLength(1);
  });

  it('processes what arrived before the end', async () => {
    const { client, received, closes } = await open();
    client.end(messages(4000));
    await until(() => closes.length === 1);
    expect(received).toHaveLength(4000);
    expect(closes).toEqual([false]);
  });

  it('processes nothing while it is paused, and everything afterwards', async () => {
    const { client, connection, received } = await open();
    connection.setPaused(true);
    await new Promise((resolve) => client.write(messages(900), resolve));
    expect(received).toEqual([]);
    connection.setPaused(false);
    await until(() => received.length === 900);
  });

  it('waits for acknowledgements when too many messages are in flight', async () => {
    const { client, received, answer } = await open({ isSilent: true });
    client.write(messages(2500));
    await until(() => received.length === 1000);
    for (const { acknowledge } of received.slice(0, 1000)) acknowledge();
    await until(() => received.length === 2000);
    for (const { acknowledge } of received.slice(1000)) acknowledge();
    await until(() => received.length === 2500);
    await until(() => answer().length === 2000 * 4);
  });

  it('reads a client that sends too much at the allowed rate', async () => {
    const { client, received } = await open();
    const startedAt = performance.now();
    client.write(messages(25_000));
    await until(() => received.length === 25_000);
    // 10,000 at once, then 10,000 a second; the last of them are not waited for.
    expect(performance.now() - startedAt).toBeGreaterThan(1000);
  });

  it('skips a packet over the limit, acknowledges it, and goes on', async () => {
    const { client, received, tooLarge, answer, closes } = await open({ maxPacketBytes: 40 });
    const qos2 = publish(3, 100);
    qos2[0] = 0x34;
    client.write(Buffer.concat([publish(1), publish(2, 100), qos2, publish(0, 90), publish(4)]));
    await until(() => received.length === 2);
    await until(() => answer().length === 16);
    expect(hexOf(answer())).toBe(hexOf(pubacks([1, 2]), Buffer.from([0x50, 2, 0, 3]), pubacks([4])));
    expect(tooLarge).toEqual([TOPIC, TOPIC, TOPIC]);
    expect(closes).toEqual([]);
  });

  it('closes after another packet over the limit', async () => {
    const { client, refusals } = await open({ maxPacketBytes: 40 });
    client.write(Buffer.concat([Buffer.from([0x82, 60]), Buffer.alloc(60)]));
    await until(() => refusals.length === 1);
    expect(refusals[0]?.reasonCode).toBe(REASON.packetTooLarge);
  });

  it('disconnects a client that exceeds its keep-alive, unless it is not read', async () => {
    const connecting = Buffer.from(CONNECT);
    connecting[11] = 1;
    const { connection, closes } = await open({ connect: connecting });
    connection.setPaused(true);
    await new Promise((resolve) => setTimeout(resolve, 1700));
    expect(closes).toEqual([]);
    connection.setPaused(false);
    await until(() => closes.length === 1);
  });

  it('drops acknowledgements when the client is gone', async () => {
    const { client, received, closes } = await open({ isSilent: true });
    client.write(publish(6));
    await until(() => received.length === 1);
    client.destroy();
    await until(() => closes.length === 1);
    received[0]?.acknowledge();
  });

  it.each([
    [REASON.badCredentials, 4],
    [REASON.notAuthorized, 5],
    [REASON.clientIdNotValid, 2],
  ])('refuses a client with %d as MQTT 3.1.1 does', async (reasonCode, returnCode) => {
    const { answer, refusals, closes } = await open({ refusal: { reasonCode, reason: 'No.' } });
    await until(() => closes.length === 1);
    expect(hexOf(answer())).toBe(hexOf(Buffer.from([0x20, 2, 0, returnCode])));
    expect(refusals).toMatchObject([{ reasonCode, reason: 'No.', version: 4, connect: { clientId: 'name' } }]);
  });
});

describe('MqttConnection with MQTT 5', () => {
  it('tells its limits in CONNACK', async () => {
    const { connack } = await open({ connect: connect5() });
    // Receive maximum 1,000, topic alias maximum 100, maximum packet size 100.
    expect(hexOf(connack)).toBe('200e00000b2103e82200642700000064');
  });

  it('takes properties and topic aliases', async () => {
    const { client, received, answer } = await open({ connect: connect5() });
    const userProperty = '2600016100016226000161000162';
    const contentType = '03000a746578742f706c61696e';
    client.write(
      Buffer.concat([
        withHead(0x32, `000174 0001 ${lengthOf(userProperty + contentType)} ${userProperty} ${contentType} 3161`),
        withHead(0x32, '000174 0002 03 230007 3162'),
        withHead(0x32, '0000 0003 03 230007 3163'),
      ]),
    );
    await until(() => answer().length === 12);
    expect(received.map(({ topic, payload }) => `${topic} ${payload}`)).toEqual(['t 1a', 't 1b', 't 1c']);
    expect(answer()).toEqual(pubacks([1, 2, 3]));
  });

  it.each([
    ['bad_topic', 0x10],
    ['unknown_machine', 0x83],
    ['not_allowed', 0x87],
    ['not_json', 0x99],
  ] as const)('acknowledges a message that is refused as %s with %d', async (refusedFor, code) => {
    const { client, received, answer } = await open({ connect: connect5(), refusedFor });
    client.write(Buffer.concat([withHead(0x32, '000174 0001 00 31'), withHead(0x34, '000174 0002 00 31')]));
    await until(() => answer().length === 10);
    expect(hexOf(answer())).toBe(hexOf(Buffer.from([0x40, 3, 0, 1, code, 0x50, 3, 0, 2, code])));
    // The client does not release a message that was refused; the identifier is free again.
    client.write(withHead(0x34, '000174 0002 00 31'));
    await until(() => received.length === (code < 0x80 ? 2 : 3) && answer().length >= 14);
  });

  it('skips a packet over the limit and answers with 0x95', async () => {
    const { client, received, answer } = await open({ connect: connect5(), maxPacketBytes: 40 });
    client.write(
      Buffer.concat([withHead(0x32, `000174 0001 00 ${'31'.repeat(100)}`), withHead(0x32, '000174 0002 00 31')]),
    );
    await until(() => received.length === 1);
    await until(() => answer().length === 9);
    expect(hexOf(answer())).toBe(hexOf(Buffer.from([0x40, 3, 0, 1, 0x95]), pubacks([2])));
  });

  it('answers the release of an unknown message, subscriptions and pings', async () => {
    const { client, answer } = await open({ connect: connect5() });
    client.write(withHead(0x62, '0009'));
    client.write(withHead(0x62, '0009 92 00'));
    client.write(withHead(0x82, '0001 020b07 000123 2d 000361 2362 00'.replace('000361 2362', '0003612362')));
    client.write(withHead(0xa2, '0002 00 000123 000161'));
    client.write(Buffer.from([0xc0, 0]));
    const expected = '70030009927003000992' + '90050001000' + '18f' + 'b0050002000000' + 'd000';
    await until(() => answer().length >= expected.length / 2);
    expect(hexOf(answer())).toBe(expected);
  });

  it.each([
    ['a topic alias of 0', 0x30, '000174 03 230000', 0x94],
    ['a topic alias over the maximum', 0x30, '000174 03 230065', 0x94],
    ['an unknown topic alias', 0x30, '0000 03 230001', 0x82],
    ['no topic', 0x30, '0000 00', 0x82],
    ['no properties', 0x30, '000174', 0x81],
    ['a wildcard', 0x30, '000123 00', 0x90],
    ['a property of another packet', 0x30, '000174 05 1100000001', 0x81],
    ['a property that does not exist', 0x30, '000174 02 7f00', 0x81],
    ['a repeated property', 0x30, '000174 04 0100 0100', 0x82],
    ['a flag of 2', 0x30, '000174 02 0102', 0x82],
    ['properties longer than the packet', 0x30, '000174 09 0100', 0x81],
    ['a length of five bytes', 0x30, '000174 ffffffff01', 0x81],
    ['a text that is not UTF-8', 0x30, '000174 04 030001ff', 0x81],
    ['AUTH', 0xf0, '00', 0x81],
    ['a subscription identifier of 0', 0x82, '0001 020b00 000123 00', 0x82],
    ['retain handling 3', 0x82, '0001 00 000123 30', 0x81],
    ['SUBSCRIBE without an identifier', 0x82, '0000 00 000123 00', 0x82],
    ['a prolonged session', 0xe0, '00 05 1100000009', 0x82],
  ])('closes after %s with DISCONNECT and its reason', async (_, head, hex, code) => {
    const { client, answer, refusals, closes } = await open({ connect: connect5() });
    client.write(withHead(head, hex));
    await until(() => closes.length === 1);
    expect(answer()[0]).toBe(0xe0);
    expect(answer()[2]).toBe(code);
    expect(refusals).toMatchObject([{ reasonCode: code, version: 5 }]);
  });

  it('sends no sentence to a client that takes only small packets', async () => {
    const { client, answer, closes } = await open({ connect: connect5('052700000020') });
    client.write(withHead(0x30, '0000 00'));
    await until(() => closes.length === 1);
    expect(hexOf(answer())).toBe('e0028200');
  });

  it('knows a client that asks for its will, and the new expiry of a session', async () => {
    const { client, connection, closes } = await open({ connect: connect5('051100000005') });
    expect(connection.sessionExpirySeconds).toBe(5);
    client.write(withHead(0xe0, '04 05 11ffffffff'));
    await until(() => closes.length === 1);
    expect(closes).toEqual([false]);
    expect(connection.sessionExpirySeconds).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['an unknown version', '00044d51545406020000', 0x84, 6],
    ['an unknown version of old', '00044d51545402020000', 0x84, 2],
    ['another protocol', '00044d51545805020000', 0x81, null],
    ['a reserved flag', '00044d5154540503000000000178', 0x81, null],
    ['a will of QoS 3', '00044d515454051e000000000178', 0x81, null],
    ['the QoS of a will without a will', '00044d5154540508000000000178', 0x81, null],
    ['a will for a wildcard', '00044d5154540506000000000178000001230000', 0x90, null],
    ['a password without a name in MQTT 3.1.1', '00044d51545404400000000178000170', 0x81, null],
    ['bytes after the last field', '00044d5154540502000000000178ff', 0x81, null],
    ['a receive maximum of 0', '00044d51545405020000032100000001 78'.replace(' ', ''), 0x82, null],
    ['an authentication method', '00044d515454050200000415000178000178', 0x8c, null],
    ['authentication data without a method', '00044d515454050200000416000178000178', 0x82, null],
  ])('refuses CONNECT with %s', async (_, hex, reasonCode, version) => {
    const { connack, refusals, closes } = await open({ connect: withHead(0x10, hex) });
    await until(() => closes.length === 1);
    expect(refusals).toMatchObject([{ reasonCode, version, connect: null }]);
    if (version === 6) expect(connack.subarray(3, 4)).toEqual(Buffer.from([reasonCode]));
    else expect(hexOf(connack)).toBe(version === 2 ? '20020001' : '');
  });

  it('takes a will with properties, a user name and a password', async () => {
    const { connack } = await open({
      connect: withHead(0x10, '00044d515454 05 c6 0000 00 000178 05 1800000001 000174 000131 000175 000170'),
    });
    expect(connack[3]).toBe(0);
  });
});

/** A packet with the body `hex`; blanks separate its fields. */
function withHead(head: number, hex: string): Buffer {
  const body = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return Buffer.concat([Buffer.from([head, body.length]), body]);
}

const lengthOf = (hex: string) => (hex.length / 2).toString(16).padStart(2, '0');

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
