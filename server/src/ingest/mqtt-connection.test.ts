import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MqttConnection } from './mqtt-connection.ts';
import type { GuardVerdict } from './packet-guard.ts';

const CONNECT = Buffer.from('101000044d5154540400000000046e616d65', 'hex');
/** A packet of ten bytes. */
const PACKET = Buffer.from([0x30, 8, 0, 1, 0x74, 1, 2, 3, 4, 5]);
const packets = (count: number) => Buffer.concat(Array.from({ length: count }, () => PACKET));

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** Both ends of a socket, the serving one guarded. */
async function open(maxPacketBytes = 100) {
  const verdicts: GuardVerdict[] = [];
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => {});
  const [socket] = await accepted;
  const connection = new MqttConnection(socket, maxPacketBytes, (verdict) => verdicts.push(verdict));
  connection.on('error', () => {});
  cleanups.push(() => {
    client.destroy();
    connection.destroy();
    server.close();
  });
  return { client, connection, verdicts };
}

/** Reads as the broker does: whatever is there, when told that there is something. */
function readInto(connection: MqttConnection): { chunks: Buffer[]; length: () => number } {
  const chunks: Buffer[] = [];
  connection.on('readable', () => {
    const chunk = connection.read() as Buffer | null;
    if (chunk !== null) chunks.push(chunk);
  });
  return { chunks, length: () => chunks.reduce((sum, chunk) => sum + chunk.length, 0) };
}

describe('MqttConnection', () => {
  it('hands on every byte in order, in small pieces, also those before the end', async () => {
    const { client, connection } = await open();
    const received = readInto(connection);
    const sent = Buffer.concat([CONNECT, packets(8000)]);
    const ended = once(connection, 'end');
    client.end(sent);
    await ended;
    expect(Buffer.concat(received.chunks).equals(sent)).toBe(true);
    expect(Math.max(...received.chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(2 * 16_384);
  });

  it('reads nothing while it is held, and everything afterwards', async () => {
    const { client, connection } = await open();
    const received = readInto(connection);
    connection.hold(true);
    client.write(Buffer.concat([CONNECT, packets(5000)]));
    await once(client, 'drain');
    expect(received.length()).toBe(0);
    connection.hold(false);
    await once(connection, 'readable');
    client.end();
    await once(connection, 'end');
    expect(received.length()).toBe(CONNECT.length + 50_000);
  });

  it('reads a client that sends too many packets at the rate that is allowed', async () => {
    const { client, connection } = await open();
    readInto(connection);
    const startedAt = performance.now();
    client.end(Buffer.concat([CONNECT, packets(30_000)]));
    await once(connection, 'end');
    // 10,000 at once, then 10,000 a second; the last chunk is not waited for.
    expect(performance.now() - startedAt).toBeGreaterThan(1000);
  });

  it('ends with the first packet over the limit, and says so once', async () => {
    const { client, connection, verdicts } = await open(8);
    const received = readInto(connection);
    client.write(Buffer.concat([CONNECT, packets(10)]));
    await once(connection, 'close');
    expect(verdicts).toEqual(['too_large']);
    expect(received.length()).toBe(0);
  });

  it('writes what it is given, and drops it when the client has gone', async () => {
    const { client, connection } = await open();
    readInto(connection);
    connection.cork();
    connection.write(Buffer.from('a'));
    connection.write(Buffer.from('b'));
    connection.uncork();
    const [first] = (await once(client, 'data')) as [Buffer];
    expect(first.toString()).toBe('ab');
    const closed = once(connection, 'close');
    client.destroy();
    await closed;
    connection.write(Buffer.from('c'));
    connection.destroy();
  });
});
