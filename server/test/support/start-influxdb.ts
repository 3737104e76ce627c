// A real InfluxDB 1.x of its own: free ports, a temporary directory, with or without a password.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const TRIES = 200;
const TRY_MS = 50;

export interface InfluxdbServer {
  /** Without credentials. */
  readonly url: string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Again on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param admin the only user, where one must sign in */
export async function startInfluxdb(
  program: string,
  admin: { username: string; password: string } | null = null,
): Promise<InfluxdbServer> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-influxdb-'));
  const [port, rpcPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  await writeFile(join(directory, 'influxdb.conf'), configOf(directory, port, rpcPort, admin !== null));
  let server: ReturnType<typeof spawn> | null = null;
  const start = async () => {
    server = spawn(program, ['run', '-config', join(directory, 'influxdb.conf')], {
      stdio: 'ignore',
      env: { ...process.env, HOME: directory },
    });
    await untilAnswering(url);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (server === null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
    server = null;
  };
  await start();
  if (admin !== null) {
    const { username, password } = admin;
    await ask(url, `CREATE USER "${username}" WITH PASSWORD '${password}' WITH ALL PRIVILEGES`);
  }
  return {
    url,
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      await end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The index on disk: the older one in memory loses sight of a series that was deleted and written anew. */
function configOf(directory: string, port: number, rpcPort: number, mustSignIn: boolean): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${directory}/meta"
[data]
  dir = "${directory}/data"
  wal-dir = "${directory}/wal"
  index-version = "tsi1"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${mustSignIn}
  log-enabled = false
[monitor]
  store-enabled = false
`;
}

async function ask(url: string, statement: string): Promise<void> {
  const answer = await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q: statement }) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

async function untilAnswering(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      if ((await fetch(`${url}/ping`)).ok) return;
    } catch (error) {
      if (tries >= TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_MS));
  }
}
