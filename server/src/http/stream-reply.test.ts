// A long answer that is read slowly or not at all: nothing of it is made before it can leave.

import { once } from 'node:events';
import { connect } from 'node:net';
import { fastify } from 'fastify';
import { expect, onTestFinished, test, vi } from 'vitest';
import { streamText } from './stream-reply.ts';

const PIECE = 'x'.repeat(32_768);

async function open() {
  let made = 0;
  let isOver = false;
  async function* pieces() {
    try {
      for (;;) {
        made++;
        yield PIECE;
      }
    } finally {
      isOver = true;
    }
  }
  const app = fastify();
  app.get('/', (_request, reply) => streamText(reply, 'text/plain', pieces()));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const client = connect((app.server.address() as { port: number }).port, '127.0.0.1');
  client.on('error', () => {});
  onTestFinished(async () => {
    client.destroy();
    await app.close();
  });
  await once(client, 'connect');
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  return { client, madeBytes: () => made * PIECE.length, isOver: () => isOver };
}

/** Resolves when no more has been made for a while. */
async function untilStill(madeBytes: () => number): Promise<number> {
  let before = -1;
  await vi.waitFor(
    () => {
      const now = madeBytes();
      const isStill = now > 0 && now === before;
      before = now;
      expect(isStill).toBe(true);
    },
    { timeout: 20_000, interval: 300 },
  );
  return before;
}

test('pauses while the client does not read, continues when it does, and ends when it disconnects', async () => {
  const { client, madeBytes, isOver } = await open();
  // What both ends of a connection keep in the system is all that runs ahead.
  const ahead = await untilStill(madeBytes);
  expect(ahead).toBeLessThan(32 * 1024 * 1024);
  let received = 0;
  client.on('data', (chunk) => {
    received += chunk.length;
    if (received > 2 * ahead) client.pause();
  });
  client.resume();
  await vi.waitFor(() => expect(received).toBeGreaterThan(2 * ahead), { timeout: 20_000 });
  const further = await untilStill(madeBytes);
  expect(further - received).toBeLessThan(32 * 1024 * 1024);
  expect(isOver()).toBe(false);
  client.destroy();
  await vi.waitFor(() => expect(isOver()).toBe(true));
}, 60_000);
