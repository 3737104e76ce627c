// Starts a real PostgreSQL: a free port, a temporary directory, no password.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { migrateSchema } from '../../src/database/open-postgres.ts';
import { sharedByRun } from './directory-of-run.ts';
import { freePort } from './free-port.ts';
import { ServerProgram } from './server-program.ts';
import { untilAnswering } from './until-answering.ts';

const run = promisify(execFile);
const USER = 'gonsters';
/** The database of every server that has the newest schema and no rows. */
const MIGRATED = 'migrated';

interface Identity {
  uid: number;
  gid: number;
}

export interface PostgresServer {
  readonly port: number;
  /** Creates an empty database. */
  createDatabase(): Promise<string>;
  /** Creates one with the newest schema and no rows, as a copy, which is much quicker than a migration. */
  createMigratedDatabase(): Promise<string>;
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
  // PostgreSQL refuses to run as root, so it runs as the user that its package created.
  const identity = process.getuid?.() === 0 ? await idsOf('postgres') : null;
  const prepared = sharedByRun('postgres-data');
  if (!existsSync(prepared)) await prepareData(programs, prepared, identity);
  const directory = await directoryOf(identity);
  const data = join(directory, 'data');
  await run('cp', ['-a', prepared, data]);
  if (tls !== null) {
    for (const [name, text] of Object.entries({ 'server.crt': tls.cert, 'server.key': tls.key })) {
      await writeFile(join(data, name), text, { mode: 0o600 });
      if (identity !== null) await chown(join(data, name), identity.uid, identity.gid);
    }
  }
  const { port, server } = await startIn(programs, directory, identity, tls === null ? [] : ['ssl=on']);
  return {
    port,
    createDatabase: () => createDatabase(port),
    createMigratedDatabase: () => createMigratedDatabase(port),
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

/** Makes the data directory that every server of this run copies. Two test files may do this at the same time. */
async function prepareData(programs: string, place: string, identity: Identity | null): Promise<void> {
  const directory = await directoryOf(identity);
  const data = join(directory, 'data');
  await run(join(programs, 'initdb'), ['-D', data, '-U', USER, '-A', 'trust', '--no-sync', '-E', 'UTF8'], {
    cwd: directory,
    ...identity,
  });
  const { port, server } = await startIn(programs, directory, identity);
  await withClient(port, (client) => client.query(`create database ${MIGRATED}`));
  await migrateSchema({ url: urlOf(port, MIGRATED) }, () => {});
  await server.end('SIGINT');
  await rename(data, place).catch((error: NodeJS.ErrnoException) => {
    if (!['EEXIST', 'ENOTEMPTY'].includes(error.code ?? '')) throw error;
  });
  await rm(directory, { recursive: true, force: true });
}

async function directoryOf(identity: Identity | null): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-postgres-'));
  if (identity !== null) {
    await chown(directory, identity.uid, identity.gid);
    await chmod(directory, 0o700);
  }
  return directory;
}

/** Only the process is killed, never the computer: what it wrote need not be on the disk. */
async function startIn(programs: string, directory: string, identity: Identity | null, more: string[] = []) {
  const port = await freePort();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${directory}`,
    'fsync=off',
    ...more,
  ];
  const args = ['-D', join(directory, 'data'), ...settings.flatMap((setting) => ['-c', setting])];
  const server = new ServerProgram(join(programs, 'postgres'), args, {
    untilReady: () => untilAnswering(() => withClient(port, (client) => client.query('select 1'))),
    options: { cwd: directory, ...identity },
  });
  await server.start();
  return { port, server };
}

const createDatabase = (port: number) => create(port, 'template1');

/** As `createMigratedDatabase` of the server that listens on `port`. */
export async function createMigratedDatabase(port: number): Promise<string> {
  const url = await create(port, MIGRATED);
  // Each is a plant of its own, also for those who share a Redis.
  await withClient(url, (client) => client.query('update watch set plant_id = gen_random_uuid()'));
  return url;
}

async function create(port: number, template: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(port, (client) => client.query(`create database ${name} template ${template}`));
  return urlOf(port, name);
}

const urlOf = (port: number, database: string) => `postgres://${USER}@127.0.0.1:${port}/${database}`;

async function idsOf(user: string): Promise<Identity> {
  const id = async (flag: string) => Number((await run('id', [flag, user])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function withClient(server: number | string, ask: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: typeof server === 'string' ? server : urlOf(server, 'postgres') });
  try {
    await client.connect();
    await ask(client);
  } finally {
    await client.end();
  }
}
