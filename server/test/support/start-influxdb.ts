// Starts a real InfluxDB, 1.x or 2.x depending on the program: free ports, a temporary directory, with or without a password.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InfluxdbAddress } from '../../src/server-addresses.ts';
import { freePort } from './free-port.ts';
import { prepareInfluxdb1 } from './influxdb-1.ts';
import { prepareInfluxdb2 } from './influxdb-2.ts';

const TRIES = 400;
const TRY_MS = 50;

export interface InfluxdbAdmin {
  username: string;
  password: string;
}

/** The differences between the versions. */
export interface InfluxdbVersion {
  /** Arguments of the program. */
  readonly args: string[];
  /** The credentials of a client; none in 1.x without a password. */
  readonly token: string | null;
  readonly org: string | null;
  /** To be called after the first start. */
  setUp(): Promise<void>;
  /** For requests of the tests themselves. */
  readonly headers: Record<string, string>;
  /** Creates the database or bucket; points older than `keptHours` are never accepted. */
  create(database: string, keptHours?: number): Promise<void>;
  drop(database: string): Promise<void>;
  /** A token with access to this bucket only; null in 1.x. */
  createToken(database: string): Promise<string | null>;
}

export interface InfluxdbSettings extends Record<string, string> {
  INFLUXDB_URL: string;
  INFLUXDB_BUCKET: string;
}

export interface InfluxdbServer extends Pick<InfluxdbVersion, 'create' | 'drop' | 'createToken'> {
  /** Without credentials. */
  readonly url: string;
  readonly isVersion2: boolean;
  /** The credentials as a part of an address. */
  readonly access: Pick<InfluxdbAddress, 'token' | 'org'>;
  /** Sends a request of the test itself, with credentials. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Settings of a server that stores its readings there: with the token of 2.x, or the user. */
  settings(database: string): InfluxdbSettings;
  /** Kills the process, as in a power failure. */
  kill(): Promise<void>;
  /** Stops the process without closing its connections, as if the network were interrupted. */
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param admin the only user, where a password is required; without it 1.x needs no credentials, and 2.x the token */
export async function startInfluxdb(program: string, admin: InfluxdbAdmin | null = null): Promise<InfluxdbServer> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-influxdb-'));
  const isVersion2 = /InfluxDB v2\./.test(execFileSync(program, ['version'], { encoding: 'utf8' }));
  const url = `http://127.0.0.1:${await freePort()}`;
  const prepare = isVersion2 ? prepareInfluxdb2 : prepareInfluxdb1;
  const version = await prepare(directory, url, admin);
  const { token, org, create, drop, createToken } = version;
  let server: ReturnType<typeof spawn> | null = null;
  const start = async () => {
    server = spawn(program, version.args, { stdio: 'ignore', env: { ...process.env, HOME: directory } });
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
  await version.setUp();
  return {
    ...{ url, isVersion2, create, drop, createToken },
    access: { token, org },
    fetch: (path, init = {}) => fetch(url + path, { ...init, headers: { ...version.headers, ...init.headers } }),
    settings: (database) => ({
      INFLUXDB_URL: admin === null ? url : withLogin(url, admin),
      INFLUXDB_BUCKET: database,
      ...(token === null || admin !== null ? {} : { INFLUXDB_TOKEN: token }),
      ...(org === null ? {} : { INFLUXDB_ORG: org }),
    }),
    kill: () => end('SIGKILL'),
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    start,
    async stop() {
      await end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function withLogin(url: string, { username, password }: InfluxdbAdmin): string {
  return Object.assign(new URL(url), { username, password: encodeURIComponent(password) }).href;
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
