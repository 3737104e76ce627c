// The proxy that the fault tests use: each fault behaves as described, and ends when it is switched off.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

const KILOBYTE = Buffer.alloc(1024, 'x');
let server: Server;
let proxy: FaultProxy;
const sockets = new Set<Socket>();

/** A server that sends every byte back. */
beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startFaultProxy({ port: (server.address() as AddressInfo).port });
});
afterEach(async () => {
  await proxy.stop();
  await proxy.stop();
  expect(proxy.connections).toBe(0);
  await vi.waitFor(() => expect(sockets.size).toBe(0));
  server.close();
  await once(server, 'close');
});

interface Client {
  socket: Socket;
  received(): number;
  /** The code of its error, or `closed`. */
  end: Promise<string>;
}

async function open(): Promise<Client> {
  const socket = connect(proxy.port, proxy.host);
  let received = 0;
  socket.on('data', (chunk) => {
    received += chunk.length;
  });
  const end = new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve('closed'));
  });
  await Promise.race([once(socket, 'connect').catch(() => {}), end]);
  return { socket, received: () => received, end };
}

const untilReceived = (client: Client, bytes: number) =>
  vi.waitFor(() => expect(client.received()).toBe(bytes), { timeout: 10_000, interval: 5 });

describe('the fault proxy', () => {
  it('passes both ways, and the end of either side', async () => {
    const client = await open();
    const many = Buffer.concat(Array.from({ length: 1000 }, () => KILOBYTE));
    client.socket.end(many);
    await untilReceived(client, many.length);
    expect(await client.end).toBe('closed');
    await vi.waitFor(() => expect(proxy.connections).toBe(0));
  });

  it('delays, and ends a delay at once when the fault is switched off', async () => {
    await proxy.set({ kind: 'delay', ms: 100 });
    const client = await open();
    const startedAt = performance.now();
    client.socket.write(KILOBYTE);
    await untilReceived(client, 1024);
    expect(performance.now() - startedAt).toBeGreaterThan(190);
    await proxy.set({ kind: 'delay', ms: 3_600_000 });
    client.socket.write(KILOBYTE);
    await vi.waitFor(() => expect(client.socket.bytesWritten).toBe(2048));
    await proxy.set({ kind: 'none' });
    await untilReceived(client, 2048);
    client.socket.destroy();
  });

  it('throttles', async () => {
    await proxy.set({ kind: 'throttle', bytesPerSecond: 10_000 });
    const client = await open();
    const startedAt = performance.now();
    client.socket.write(Buffer.concat([KILOBYTE, KILOBYTE]));
    await untilReceived(client, 2048);
    expect(performance.now() - startedAt).toBeGreaterThan(190);
    client.socket.destroy();
  });

  it('is silent on open and new connections without closing them, and loses nothing', async () => {
    const old = await open();
    old.socket.write(KILOBYTE);
    await untilReceived(old, 1024);
    await proxy.set({ kind: 'silent' });
    const fresh = await open();
    for (const { socket } of [old, fresh]) socket.write(KILOBYTE);
    const first = await Promise.race([old.end, fresh.end, new Promise((resolve) => setTimeout(resolve, 150, 'open'))]);
    expect(first).toBe('open');
    expect([old.received(), fresh.received()]).toEqual([1024, 0]);
    await proxy.set({ kind: 'none' });
    await untilReceived(old, 2048);
    await untilReceived(fresh, 1024);
    for (const { socket } of [old, fresh]) socket.destroy();
  });

  it('resets open and new connections', async () => {
    const old = await open();
    await proxy.set({ kind: 'reset' });
    expect(await old.end).toBe('ECONNRESET');
    const fresh = await open();
    fresh.socket.write(KILOBYTE);
    expect(['ECONNRESET', 'EPIPE']).toContain(await fresh.end);
    await proxy.set({ kind: 'none' });
    const back = await open();
    back.socket.write(KILOBYTE);
    await untilReceived(back, 1024);
    back.socket.destroy();
  });

  it('refuses, and listens on the same port again', async () => {
    const { port } = proxy;
    const old = await open();
    await proxy.set({ kind: 'refuse' });
    expect(await old.end).toBe('ECONNRESET');
    expect(await (await open()).end).toBe('ECONNREFUSED');
    await proxy.set({ kind: 'none' });
    expect(proxy.port).toBe(port);
    const back = await open();
    back.socket.write(KILOBYTE);
    await untilReceived(back, 1024);
    back.socket.destroy();
  });

  it('resets a connection in the middle of a reply', async () => {
    await proxy.set({ kind: 'cut', afterBytes: 100 });
    const client = await open();
    client.socket.write(KILOBYTE);
    // Bytes that were written just before are sent with a separate end.
    expect(['ECONNRESET', 'closed']).toContain(await client.end);
    expect(client.received()).toBeLessThanOrEqual(100);
    expect(proxy.cuts).toBe(1);
  });

  it('closes the connection of a client whose server does not run', async () => {
    const nowhere = await startFaultProxy({ port: 1 });
    const socket = connect(nowhere.port, nowhere.host);
    await new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
    await vi.waitFor(() => expect(nowhere.connections).toBe(0));
    await nowhere.stop();
  });
});
