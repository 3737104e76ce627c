// A server with other stores than the rest of the plant refuses to start.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startProcess } from '../support/start-process.ts';
import { hasServers, type Servers, startServers } from './support/start-nodes.ts';

describe.skipIf(!hasServers)('a plant of several servers', () => {
  let servers: Servers;
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.stop());

  test('a server that lacks one of the shared stores does not start', { timeout: 60_000 }, async () => {
    const env = await servers.makePlant();
    const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-alone-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    const node = await startProcess(dataDir, env);
    onTestFinished(async () => void (await node.end('SIGKILL')));
    const otherDir = await mkdtemp(join(tmpdir(), 'gonsters-alone-'));
    onTestFinished(() => rm(otherDir, { recursive: true, force: true }));
    await expect(startProcess(otherDir, { DATABASE_URL: env.DATABASE_URL as string })).rejects.toThrow(
      /Another server uses this database/,
    );
    await expect(startProcess(otherDir, { REDIS_URL: env.REDIS_URL as string })).rejects.toThrow(/JWT_SECRET_KEY/);
  });
});
