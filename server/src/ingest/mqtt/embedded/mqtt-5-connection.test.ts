import { describe, expect, it } from 'vitest';
import {
  connect5,
  hexOf,
  openMqttConnection as open,
  pubacks,
  until,
  withHead,
} from '../../../../test/support/open-mqtt-connection.ts';

const lengthOf = (hex: string) => (hex.length / 2).toString(16).padStart(2, '0');

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
