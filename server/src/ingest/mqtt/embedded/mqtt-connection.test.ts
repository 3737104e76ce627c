import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MqttConnection } from './mqtt-connection.ts';

const CONNECT = Buffer.from('101000044d5154540400000000046e616d65', 'hex');
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

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** Both ends of a socket. The connection acknowledges at once unless `isSilent`. */
async function open(options: { maxPacketBytes?: number; isSilent?: boolean } = {}) {
  const refusals: string[] = [];
  const received: { topic: string; payload: string; acknowledge: () => void }[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  const answered: Buffer[] = [];
  client.on('data', (chunk: Buffer) => answered.push(chunk));
  const [socket] = await accepted;
  const connection = new MqttConnection(socket, options.maxPacketBytes ?? 100, {
    onPublish: (_, message, acknowledge) => {
      received.push({ ...message, payload: message.payload.toString(), acknowledge });
      if (!options.isSilent) acknowledge();
    },
    onRefused: (reason) => refusals.push(reason),
  });
  connection.on('error', () => {});
  const forwarded: Buffer[] = [];
  connection.on('readable', () => {
    const chunk = connection.read() as Buffer | null;
    if (chunk !== null) forwarded.push(chunk);
  });
  cleanups.push(() => {
    client.destroy();
    connection.destroy();
    server.close();
  });
  /** Sends CONNECT, and accepts the client as the broker does. */
  const signIn = async () => {
    client.write(CONNECT);
    await once(connection, 'readable');
    connection.open();
  };
  return {
    ...{ client, connection, received, refusals, signIn },
    answer: () => Buffer.concat(answered),
    forwarded: () => Buffer.concat(forwarded),
  };
}

describe('MqttConnection', () => {
  it('processes messages of QoS 0 and 1 in order, and acknowledges QoS 1', async () => {
    const { client, received, signIn, answer, forwarded } = await open();
    await signIn();
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
    expect(forwarded()).toEqual(CONNECT);
  });

  it('passes all other packets to the broker unchanged', async () => {
    const { client, received, signIn, forwarded } = await open();
    await signIn();
    const others = [
      Buffer.from([0xc0, 0]),
      // QoS 2, QoS 3, no topic, wildcards, no identifier, a topic longer than the packet, no room for one, no UTF-8.
      Buffer.from([0x34, 6, 0, 1, 0x74, 0, 1, 0x78]),
      Buffer.from([0x36, 6, 0, 1, 0x74, 0, 1, 0x78]),
      Buffer.from([0x30, 3, 0, 0, 0x78]),
      Buffer.from([0x30, 4, 0, 1, 0x23, 0x78]),
      Buffer.from([0x30, 4, 0, 1, 0x2b, 0x78]),
      Buffer.from([0x32, 6, 0, 1, 0x74, 0, 0, 0x78]),
      Buffer.from([0x30, 3, 0, 9, 0x78]),
      Buffer.from([0x30, 1, 0]),
      Buffer.from([0x30, 4, 0, 1, 0xff, 0x78]),
    ];
    client.write(Buffer.concat(others));
    await until(() => forwarded().length === CONNECT.length + Buffer.concat(others).length);
    expect(forwarded()).toEqual(Buffer.concat([CONNECT, ...others]));
    expect(received).toEqual([]);
  });

  it('processes nothing before the client is authenticated, and everything afterwards', async () => {
    const { client, connection, received, forwarded } = await open();
    client.write(Buffer.concat([CONNECT, messages(200)]));
    await until(() => forwarded().length > 0);
    expect(received).toEqual([]);
    connection.open();
    await until(() => received.length === 200);
    expect(forwarded()).toEqual(CONNECT);
  });

  it('processes nothing after DISCONNECT', async () => {
    const { client, received, signIn, forwarded } = await open();
    await signIn();
    client.write(Buffer.concat([publish(1), Buffer.from([0xe0, 0]), publish(2)]));
    await until(() => forwarded().length === CONNECT.length + 2);
    expect(received).toHaveLength(1);
  });

  it('processes what arrived before the end', async () => {
    const { client, connection, received, signIn } = await open();
    await signIn();
    const ended = once(connection, 'end');
    client.end(messages(4000));
    await ended;
    expect(received).toHaveLength(4000);
  });

  it('processes nothing while it is paused, and everything afterwards', async () => {
    const { client, connection, received, signIn } = await open();
    await signIn();
    connection.setPaused(true);
    await new Promise((resolve) => client.write(messages(900), resolve));
    expect(received).toEqual([]);
    connection.setPaused(false);
    await until(() => received.length === 900);
  });

  it('waits for acknowledgements when too many messages are in flight', async () => {
    const { client, received, signIn, answer } = await open({ isSilent: true });
    await signIn();
    client.write(messages(2500));
    await until(() => received.length === 1000);
    for (const { acknowledge } of received.slice(0, 1000)) acknowledge();
    await until(() => received.length === 2000);
    for (const { acknowledge } of received.slice(1000)) acknowledge();
    await until(() => received.length === 2500);
    await until(() => answer().length === 2000 * 4);
  });

  it('reads a client that sends too much at the allowed rate', async () => {
    const { client, received, signIn } = await open();
    await signIn();
    const startedAt = performance.now();
    client.write(messages(25_000));
    await until(() => received.length === 25_000);
    // 10,000 at once, then 10,000 a second; the last of them are not waited for.
    expect(performance.now() - startedAt).toBeGreaterThan(1000);
  });

  it('closes after a packet over the limit, and reports it once', async () => {
    const { client, connection, received, refusals, signIn } = await open({ maxPacketBytes: 40 });
    await signIn();
    client.write(Buffer.concat([publish(1), publish(2, 100), publish(3)]));
    await once(connection, 'close');
    expect(refusals).toEqual(['too_large']);
    expect(received).toHaveLength(1);
  });

  it('disconnects a client that exceeds its keep-alive, unless it is not read', async () => {
    const { connection, signIn } = await open();
    await signIn();
    connection.setPaused(true);
    connection.keepAlive(0.02);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(connection.destroyed).toBe(false);
    connection.setPaused(false);
    await once(connection, 'close');
  });

  it('writes no acknowledgement within a packet of the broker, and drops them when the client is disconnected', async () => {
    const { client, connection, received, signIn, answer } = await open({ isSilent: true });
    await signIn();
    client.write(publish(5));
    await until(() => received.length === 1);
    connection.cork();
    connection.write(Buffer.from([0xd0]));
    received[0]?.acknowledge();
    await Promise.resolve();
    connection.write(Buffer.from([0x00]));
    connection.uncork();
    await until(() => answer().length === 6);
    expect(answer()).toEqual(Buffer.concat([pubacks([5]), Buffer.from([0xd0, 0])]));
    client.write(publish(6));
    await until(() => received.length === 2);
    const closed = once(connection, 'close');
    client.destroy();
    await closed;
    received[1]?.acknowledge();
    connection.write(Buffer.from([0xd0, 0]));
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
