// One connection of the embedded broker with both ends of its socket, for tests of its packets.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { RejectionReason } from '../../src/ingest/dead-letters/rejection-reason.ts';
import type { ClosedByBroker, Refusal } from '../../src/ingest/mqtt/embedded/mqtt-client.ts';
import { MqttConnection } from '../../src/ingest/mqtt/embedded/mqtt-connection.ts';
import { Qos2Session } from '../../src/ingest/mqtt/embedded/qos2-sessions.ts';

export const CONNECT = Buffer.from('101000044d5154540402000000046e616d65', 'hex');
export const TOPIC = 'plant/x';
/** A message of `bytes` with QoS 1; 0 for QoS 0. */
export function publish(id: number, bytes = 20): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, TOPIC.length, ...Buffer.from(TOPIC), ...(id === 0 ? [] : [id >> 8, id & 0xff])]),
    Buffer.alloc(bytes, 0x78),
  ]);
  return Buffer.concat([Buffer.from([id === 0 ? 0x30 : 0x32, body.length]), body]);
}
export const messages = (count: number) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => publish((i % 65_535) + 1)));
export const pubacks = (ids: number[]) => Buffer.from(ids.flatMap((id) => [0x40, 2, id >> 8, id & 0xff]));

export const CONNACK = Buffer.from([0x20, 2, 0, 0]);
/** CONNECT of MQTT 5 with the properties `hex`, their length included. */
export const connect5 = (hex = '00') => {
  const body = Buffer.from(`00044d51545405020000${hex}000178`, 'hex');
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
};
export const hexOf = (...parts: Buffer[]) => Buffer.concat(parts).toString('hex');

interface Options {
  maxPacketBytes?: number;
  isSilent?: boolean;
  refusedFor?: RejectionReason;
  refusal?: Refusal;
  session?: Qos2Session;
  connect?: Buffer;
}

/** Both ends of a socket; the client has signed in. The connection acknowledges at once unless `isSilent`. */
export async function openMqttConnection(options: Options = {}) {
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
      refusal ?? {
        publisher: { gateway: null, sender: { gatewayId: null, client: null, address: null } },
        session,
        isSessionPresent: false,
        assignedClientId: null,
      },
    onPublish: (_, message, acknowledge) => {
      received.push({ ...message, payload: message.payload.toString(), acknowledge: () => acknowledge(refusedFor) });
      if (!options.isSilent) acknowledge(refusedFor);
    },
    onSubscribed: () => {},
    onTooLarge: (_, topic) => tooLarge.push(topic),
    onRefused: (_, closed) => refusals.push(closed),
    onClose: (_, isOrderly) => closes.push(isOrderly),
  });
  const answer = () => Buffer.concat(answered);
  onTestFinished(() => {
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

/** A packet with the body `hex`; blanks separate its fields. */
export function withHead(head: number, hex: string): Buffer {
  const body = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return Buffer.concat([Buffer.from([head, body.length]), body]);
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
