// Clients that never finish a request: each connection is closed in bounded time, and other clients are served meanwhile.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type StartedCore, startCore } from './support/start-core.ts';

const CLIENTS = 200;
let core: StartedCore;
beforeAll(async () => {
  const timeouts = { headersMs: 500, requestMs: 1_000, checkEveryMs: 100 };
  core = await startCore({ MQTT_PORT: '0' }, undefined, { timeouts });
});
afterAll(() => core.remove());

/** Many clients that send `start`, then a byte now and then. Resolves with their replies when all are closed. */
async function openHalf(url: string, start: string | Buffer): Promise<{ closed: Promise<string[]> }> {
  const { hostname, port } = new URL(url);
  const sockets = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(start);
      return socket;
    }),
  );
  const drip = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('a');
  }, 100);
  onTestFinished(() => {
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
  });
  return { closed: Promise.all(sockets.map(endOf)) };
}

function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

async function expectServed(): Promise<void> {
  const id = await core.addMachine(`Press ${crypto.randomUUID()}`);
  await core.ingest(id, [{ timestamp: new Date().toISOString(), speed: 1 }]);
  const gateway = await connectAsync(core.mqtt as string);
  await gateway.publishAsync(`factory/f/machine/${id}/telemetry`, '{"speed":2}', { qos: 1 });
  await gateway.endAsync();
}

test.each([
  ['headers', 'GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: '],
  [
    'a body',
    'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"',
  ],
])('half of %s over HTTP', async (_what, start) => {
  const { closed } = await openHalf(core.url, start);
  await expectServed();
  for (const answer of await closed) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  await expectServed();
});

test('half a CONNECT over MQTT', async () => {
  // The header announces 90 bytes.
  const { closed } = await openHalf(core.mqtt as string, Buffer.from([0x10, 0x5a, 0x00, 0x04, 0x4d, 0x51]));
  await expectServed();
  const startedAt = performance.now();
  await closed;
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  await expectServed();
});

test('nothing at all over MQTT', async () => {
  const { hostname, port } = new URL(core.mqtt as string);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => {
    socket.destroy();
  });
  expect(await endOf(socket)).toBe('');
});
