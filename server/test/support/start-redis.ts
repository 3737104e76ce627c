// Starts a real Redis: a free port, no persistence. It can be killed, frozen and started again.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { ServerProgram } from './server-program.ts';
import { untilAnswering } from './until-answering.ts';

export interface RedisServer {
  readonly url: string;
  kill(): Promise<void>;
  /** Stops the process without closing its connections, as if the network were interrupted. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedis(program: string): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const settings = { port: `${port}`, bind: '127.0.0.1', save: '', appendonly: 'no', dir: directory };
  const server = new ServerProgram(
    program,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    { untilReady: () => untilAnswering(() => ping(url)) },
  );
  await server.start();
  return {
    url,
    kill: () => server.end('SIGKILL'),
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
    start: () => server.start(),
    async stop() {
      await server.end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function ping(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
