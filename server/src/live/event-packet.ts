// Encodes Socket.IO events as packets, once for all clients that receive them and for both transports.

import type { ServerToClient } from '@gonsters/contract';

/** What `SendBuffer.write` passes to the connection. */
export interface EventPacket {
  /** For HTTP long polling: the Engine.IO payload after its first type byte. */
  readonly data: string;
  /** For WebSocket: complete frames, so that several events are sent in one write. */
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame: readonly [Buffer] };
  readonly bytes: number;
}

/** `4` is Engine.IO's type "message". */
const MESSAGE = '4';
/** Separates the packets of a long-polling payload; JSON never contains the separator unescaped. */
const NEXT_MESSAGE = `\u001e${MESSAGE}`;

/** One event as Socket.IO text; `2` is its type "event". */
export function eventText<E extends keyof ServerToClient>(name: E, body: Parameters<ServerToClient[E]>[0]): string {
  return `2${JSON.stringify([name, body])}`;
}

/** One packet of one or more events, each of them a WebSocket message of its own. */
export function packEvents(texts: readonly string[]): EventPacket {
  const lengths = texts.map((text) => 1 + Buffer.byteLength(text));
  const buffer = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headerBytes(length) + length, 0));
  let at = 0;
  for (let i = 0; i < texts.length; i++) {
    at = writeHeader(buffer, at, lengths[i] as number);
    at += buffer.write(MESSAGE + texts[i], at);
  }
  return { data: texts.join(NEXT_MESSAGE), options: { compress: false, wsPreEncodedFrame: [buffer] }, bytes: at };
}

/** RFC 6455, section 5.2: a server's text frame is not masked, and its length is encoded in 7, 16 or 64 bits. */
function headerBytes(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

function writeHeader(buffer: Buffer, at: number, length: number): number {
  buffer[at] = 0x81;
  if (length < 126) {
    buffer[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    buffer[at + 1] = 126;
    return buffer.writeUInt16BE(length, at + 2);
  }
  buffer[at + 1] = 127;
  return buffer.writeBigUInt64BE(BigInt(length), at + 2);
}
