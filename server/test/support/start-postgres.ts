// Starts a real PostgreSQL: a free port, a temporary directory, no password, with or without durable writes.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.ts';
import { ServerProgram } from './server-program.ts';
import { untilAnswering } from './until-answering.ts';

const run = promisify(execFile);
const USER = 'gonsters';

export interface PostgresServer {
  readonly port: number;
  /** Creates an empty database. */
  createDatabase(): Promise<string>;
  /** Kills the process, as in a power failure. */
  kill(): Promise<void>;
  /** Stops the process without closing its connections, as if the network were interrupted. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param tls PEM texts, with which it accepts TLS as well */
export async function startPostgres(
  programs: string,
  tls: { cert: string; key: string } | null = null,
): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-postgres-'));
  // PostgreSQL refuses to run as root, so it runs as the user that its package created.
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
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${directory}`,
    `ssl=${tls === null ? 'off' : 'on'}`,
  ];
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const server = new ServerProgram(join(programs, 'postgres'), args, {
    untilReady: () => untilAnswering(() => withClient(port, (client) => client.query('select 1'))),
    options: { cwd: directory, ...identity },
  });
  await server.start();
  return {
    port,
    createDatabase: () => createDatabase(port),
    kill: () => server.end('SIGQUIT'),
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
    start: () => server.start(),
    async stop() {
      await server.end('SIGINT');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Creates an empty database on the server that listens on `port`. */
export async function createDatabase(port: number): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(port, (client) => client.query(`create database ${name}`));
  return urlOf(port, name);
}

const urlOf = (port: number, database: string) => `postgres://${USER}@127.0.0.1:${port}/${database}`;

async function idsOf(user: string): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await run('id', [flag, user])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function withClient(port: number, ask: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: urlOf(port, 'postgres') });
  try {
    await client.connect();
    await ask(client);
  } finally {
    await client.end();
  }
}
