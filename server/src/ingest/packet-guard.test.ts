import fc from 'fast-check';
import mqtt, { type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { type GuardVerdict, MAX_CONNECT_BYTES, PacketGuard } from './packet-guard.ts';

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

/** The stream in pieces of the given lengths, over and over. */
function checkInPieces(stream: Buffer, lengths: readonly number[]): { verdict: GuardVerdict; packets: number } {
  const guard = new PacketGuard(LIMIT);
  let verdict: GuardVerdict = 'ok';
  for (let at = 0, i = 0; at < stream.length && verdict === 'ok'; i++) {
    const length = lengths[i % lengths.length] as number;
    verdict = guard.check(stream.subarray(at, at + length));
    at += length;
  }
  return { verdict, packets: guard.packets };
}

describe('PacketGuard', () => {
  it('counts packets, and judges the same however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 * LIMIT }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 10 }),
        (sizes, lengths) => {
          const stream = Buffer.concat([CONNECT, ...sizes.map(publish)]);
          const found = checkInPieces(stream, lengths);
          // The topic and its length take three bytes of the body.
          const fits = sizes.every((size) => size + 3 <= LIMIT);
          expect(found.verdict).toBe(fits ? 'ok' : 'too_large');
          if (fits) expect(found.packets).toBe(sizes.length + 1);
          expect(checkInPieces(stream, [1])).toEqual(checkInPieces(stream, [stream.length]));
        },
      ),
    );
  });

  it('refuses by the header alone: nothing of the body has to arrive', () => {
    const guard = new PacketGuard(LIMIT);
    expect(guard.check(CONNECT)).toBe('ok');
    expect(guard.check(publish(LIMIT).subarray(0, 3))).toBe('too_large');
  });

  it('gives a CONNECT less room than the packets after it', () => {
    const connect = Buffer.from([0x10, 0xff, 0xff, 0x03]);
    expect(new PacketGuard(1_000_000).check(connect)).toBe('too_large');
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
    expect(new PacketGuard(LIMIT).check(Buffer.from(bytes))).toBe('malformed');
  });

  it('never throws and never lets a packet over the limit through', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        const guard = new PacketGuard(LIMIT);
        expect(['ok', 'too_large', 'malformed']).toContain(guard.check(Buffer.concat([CONNECT, bytes])));
      }),
      { numRuns: 2000 },
    );
  });
});
