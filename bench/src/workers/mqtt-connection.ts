// A minimal MQTT client that publishes with QoS 1 by writing bytes to a socket, so that it needs little processor time.

import { connect, type Socket } from 'node:net';

const CONNACK = 0x20;
const PUBACK = 0x40;

/** Encodes a message with QoS 1. */
export function encodePublish(topic: string, payload: string, packetId: number): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const length = 2 + topicBytes + 2 + Buffer.byteLength(payload);
  const header = length < 128 ? 2 : length < 16_384 ? 3 : 4;
  const packet = Buffer.allocUnsafe(header + length);
  packet[0] = 0x32;
  for (let i = 1, rest = length; i < header; i++, rest >>= 7) packet[i] = (rest & 0x7f) | (i < header - 1 ? 0x80 : 0);
  packet.writeUInt16BE(topicBytes, header);
  packet.write(topic, header + 2);
  packet.writeUInt16BE(packetId, header + 2 + topicBytes);
  packet.write(payload, header + 4 + topicBytes);
  return packet;
}

/** Resolves when the broker has accepted the connection. `onAcknowledged` receives the ids of one chunk of PUBACKs. */
export async function connectMqtt(
  address: { host: string; port: number },
  clientId: string,
  onAcknowledged: (ids: number[], socket: Socket) => void,
): Promise<Socket> {
  const socket = connect(address);
  socket.setNoDelay(true);
  const body = Buffer.concat([
    Buffer.from([0, 4]),
    Buffer.from('MQTT'),
    Buffer.from([4, 2, 0, 0, 0, clientId.length]),
    Buffer.from(clientId),
  ]);
  socket.write(Buffer.concat([Buffer.from([0x10, body.length]), body]));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The broker closed the connection')));
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      // Every packet that a broker sends to a client without subscriptions is four bytes long.
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const ids: number[] = [];
      let at = 0;
      for (; at + 4 <= bytes.length; at += 4) {
        if (bytes[at] === PUBACK) ids.push(bytes.readUInt16BE(at + 2));
        else if (bytes[at] === CONNACK && bytes[at + 3] === 0) resolve();
        else reject(new Error(`Unexpected packet ${bytes.subarray(at, at + 4).toString('hex')}`));
      }
      rest = bytes.subarray(at);
      if (ids.length > 0) onAcknowledged(ids, socket);
    });
  });
  socket.removeAllListeners('close');
  return socket;
}
