import { describe, expect, it } from 'vitest';
import {
  CONNACK,
  CONNECT,
  connect5,
  hexOf,
  messages,
  openMqttConnection as open,
  pubacks,
  publish,
  TOPIC,
  until,
} from '../../../../test/support/open-mqtt-connection.ts';
import { REASON } from './packet-reader.ts';

const DISCONNECT = Buffer.from([0xe0, 0]);

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
