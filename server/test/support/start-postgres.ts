// A real PostgreSQL of its own: a free port, a temporary directory, no password, durable as in the plant or not at all.

import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const USER = 'gonsters';
const TRIES = 100;
const TRY_MS = 100;

export interface PostgresServer {
  readonly port: number;
  /** An empty database of its own. */
  createDatabase(): Promise<string>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Again on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param tls PEM texts: it then takes TLS as well */
export async function startPostgres(
  programs: string,
  tls: { cert: string; key: string } | null = null,
): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-postgres-'));
  // PostgreSQL refuses to run as root: it then runs as the user that its package made.
  const identity = process.getuid?.() === 0 ? await idsOf('postgres') : null;
  if (identity !== null) {
    await chown(directory, identity.uid, identity.gid);
    await chmod(directory, 0o700);
  }
  const data = join(directory, 'data');
  await run(join(programs, 'initdb'), ['-D', data, '-U', USER, '-A', 'trust', '--no-sync', '-E', 'UTF8'], {
    cwd: directory,
    ...identity,
  });
  if (tls !== null) {
    for (const [name, text] of Object.entries({ 'server.crt': tls.cert, 'server.key': tls.key })) {
      await writeFile(join(data, name), text, { mode: 0o600 });
      if (identity !== null) await chown(join(data, name), identity.uid, identity.gid);
    }
  }
  const port = await freePort();
  let server: ReturnType<typeof spawn> | null = null;

  const end = async (signal: NodeJS.Signals) => {
    if (server === null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
    server = null;
  };
  const start = async () => {
    const settings = [
      '-c',
      `port=${port}`,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${directory}`,
      '-c',
      `ssl=${tls === null ? 'off' : 'on'}`,
    ];
    server = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
      stdio: 'ignore',
      cwd: directory,
      ...identity,
    });
    await untilAnswering(urlOf(port, 'postgres'));
  };
  await start();
  return {
    port,
    createDatabase: () => createDatabase(port),
    kill: () => end('SIGQUIT'),
    start,
    async stop() {
      await end('SIGINT');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An empty database of its own on the server that listens on `port`. */
export async function createDatabase(port: number): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ connectionString: urlOf(port, 'postgres') });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return urlOf(port, name);
}

const urlOf = (port: number, database: string) => `postgres://${USER}@127.0.0.1:${port}/${database}`;

async function idsOf(user: string): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await run('id', [flag, user])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function untilAnswering(connectionString: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new Client({ connectionString });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (tries >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_MS));
    }
  }
}
