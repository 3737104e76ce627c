import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventPacket, eventText, packEvents } from './event-packet.ts';

/** The messages in WebSocket frames as a client parses them (RFC 6455, section 5.2). */
function messagesIn(packet: EventPacket): string[] {
  const [bytes] = packet.options.wsPreEncodedFrame;
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0x81);
    const short = bytes.readUInt8(at + 1);
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
    at += short === 126 ? 4 : short === 127 ? 10 : 2;
    expect(at + length).toBeLessThanOrEqual(bytes.length);
    messages.push(bytes.toString('utf8', at, at + length));
    at += length;
  }
  return messages;
}

const texts = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.nat(70_000).map((length) => 'ü'.repeat(length)),
  )
  .map((message) => eventText('degraded', { degraded: true, reason: message }));

describe('a packet of events', () => {
  it('contains each event as a message of its own, for both transports', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 20 }), (events) => {
        const packet = packEvents(events);
        expect(messagesIn(packet)).toEqual(events.map((event) => `4${event}`));
        expect(`4${packet.data}`.split('\u001e')).toEqual(events.map((event) => `4${event}`));
        expect(packet.bytes).toBe(packet.options.wsPreEncodedFrame[0].length);
      }),
    );
  });

  it.each([125, 126, 65_535, 65_536])('has the right header for %i bytes', (length) => {
    const event = 'x'.repeat(length - 1);
    expect(messagesIn(packEvents([event]))).toEqual([`4${event}`]);
  });
});
