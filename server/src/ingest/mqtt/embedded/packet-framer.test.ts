import fc from 'fast-check';
import mqtt, { type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { type FrameResult, MAX_CONNECT_BYTES, PacketFramer } from './packet-framer.ts';

const LIMIT = 2000;
const CONNECT = mqtt.generate({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  clientId: 'a',
} as Packet);
const publish = (bytes: number) =>
  mqtt.generate({
    cmd: 'publish',
    topic: 't',
    payload: Buffer.alloc(bytes),
    qos: 0,
    retain: false,
    dup: false,
  } as Packet);

/** Feeds the stream in pieces of the given lengths, repeated. @returns its packets, and the beginnings of those that are too large */
function splitInPieces(stream: Buffer, lengths: readonly number[]) {
  const framer = new PacketFramer(LIMIT);
  const packets: string[] = [];
  const tooLarge: string[] = [];
  let result = 'partial' as FrameResult;
  for (let at = 0, i = 0; at < stream.length && result === 'partial'; i++) {
    const length = lengths[i % lengths.length] as number;
    framer.feed(stream.subarray(at, at + length));
    at += length;
    for (result = framer.next(); result === 'packet' || result === 'too_large'; result = framer.next()) {
      const { buffer, start, bodyStart, end } = framer;
      (result === 'packet' ? packets : tooLarge).push(`${bodyStart - start}:${buffer.toString('hex', start, end)}`);
    }
  }
  return { result, packets, tooLarge };
}
const split = (bytes: Uint8Array, limit = LIMIT) => {
  const framer = new PacketFramer(limit);
  framer.feed(Buffer.from(bytes));
  let result = framer.next();
  while (result === 'packet') result = framer.next();
  return result;
};

describe('PacketFramer', () => {
  it('returns the packets as they were sent, however the stream is split', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 * LIMIT }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 10 }),
        (sizes, lengths) => {
          const sent = [CONNECT, ...sizes.map(publish)];
          const stream = Buffer.concat(sent);
          const found = splitInPieces(stream, lengths);
          // The topic and its length take three bytes of the body.
          const fits = (packet: Buffer) => packet.length <= LIMIT + 3;
          expect(found.result).toBe('partial');
          const hexOf = (packets: Buffer[]) => packets.map((each) => each.toString('hex'));
          expect(found.packets.map((packet) => packet.slice(2))).toEqual(hexOf(sent.filter(fits)));
          const beginnings = hexOf(sent.filter((each) => !fits(each)));
          expect(found.tooLarge.map((packet) => packet.slice(2))).toEqual(beginnings);
          expect(splitInPieces(stream, [1])).toEqual(splitInPieces(stream, [stream.length]));
        },
      ),
    );
  });

  it('keeps only the beginning of a packet over the limit, and skips the rest', () => {
    const huge = publish(1_000_000);
    const found = splitInPieces(Buffer.concat([CONNECT, huge, publish(5), huge, publish(6)]), [70_000, 3, 50_000]);
    expect(found.packets.slice(1)).toEqual([publish(5), publish(6)].map((each) => `2:${each.toString('hex')}`));
    expect(found.tooLarge).toHaveLength(2);
    // A header of four bytes, a topic of any length, and an identifier.
    expect(found.tooLarge[0]).toBe(`4:${huge.toString('hex', 0, 4 + 2 + 65_535 + 2)}`);
  });

  it('has a lower limit for CONNECT than for the packets after it', () => {
    const connect = Buffer.from([0x10, 0xff, 0xff, 0x03]);
    expect(split(connect, 1_000_000)).toBe('too_large');
    expect(MAX_CONNECT_BYTES).toBeLessThan(0xffff);
  });

  it.each([
    ['anything but a CONNECT first', [0x30, 0x00]],
    ['HTTP', [...Buffer.from('GET / HTTP/1.1\r\n')]],
    ['TLS', [0x16, 0x03, 0x01]],
    ['a type that does not exist', [...CONNECT, 0x00]],
    ['another type that does not exist', [...CONNECT, 0xf0]],
    ['a length of five bytes', [...CONNECT, 0x30, 0x80, 0x80, 0x80, 0x80]],
  ])('refuses %s', (_, bytes) => {
    expect(split(Buffer.from(bytes))).toBe('malformed');
  });

  it('never throws and never lets a packet over the limit through', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        expect(['partial', 'too_large', 'malformed']).toContain(split(Buffer.concat([CONNECT, bytes])));
      }),
      { numRuns: 2000 },
    );
  });
});
