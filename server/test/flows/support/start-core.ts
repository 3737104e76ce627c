// The whole server for tests: in this process, on a free port, with a temporary data directory.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@gonsters/contract';
import { type App, type AppDeps, createApp } from '../../../src/app/app.ts';
import type { Ready } from '../../../src/app/ready.ts';
import { readConfig } from '../../../src/config.ts';
import type { Environment } from '../../../src/environment.ts';
import { silentLogger } from '../../../src/log.ts';
import { environmentOfPlant } from '../../support/real-servers.ts';

const PASSWORD = 'Password123!';
export const USERS: Record<Role, string> = {
  Management: 'manager1',
  Supervisor: 'supervisor1',
  Operator: 'operator1',
};

export interface Reply<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed where it is JSON. */
  body: T;
}

export interface SendOptions {
  token?: string | undefined;
  /** Sent as JSON unless it is text or bytes. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** What a test puts in place of the real thing. */
export type AppOverrides = Omit<AppDeps, 'log' | 'tell' | 'webRoot'>;

export class StartedCore {
  readonly dataDir: string;
  /** As `readConfig` takes it. */
  readonly env: Environment;
  url = '';
  /** null where no broker runs. */
  mqtt: string | null = null;
  engines: Ready['engines'] | null = null;
  readonly #webRoot: string | undefined;
  readonly #overrides: AppOverrides;
  readonly #tokens = new Map<string, string>();
  #app: App | null = null;

  constructor(dataDir: string, env: Environment, webRoot: string | undefined, overrides: AppOverrides = {}) {
    this.dataDir = dataDir;
    this.env = env;
    this.#webRoot = webRoot;
    this.#overrides = overrides;
  }

  async start(): Promise<void> {
    const config = readConfig({
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      MQTT_PORT: 'off',
      DATA_DIR: this.dataDir,
      ...this.env,
    });
    const webRoot = this.#webRoot ?? join(this.dataDir, 'no-page');
    this.#app = createApp(config, { log: silentLogger, tell: () => {}, webRoot, ...this.#overrides });
    const ready = await this.#app.start();
    this.url = ready.http;
    this.mqtt = ready.mqtt;
    this.engines = ready.engines;
  }

  async stop(): Promise<void> {
    await this.#app?.stop();
    this.#app = null;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Stops it and removes what it stored. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** An access token of the development user of a role; signs in once. */
  async token(role: Role): Promise<string> {
    const known = this.#tokens.get(role);
    if (known !== undefined) return known;
    const { access_token } = await this.signIn(USERS[role]);
    this.#tokens.set(role, access_token);
    return access_token;
  }

  async signIn(username: string, password = PASSWORD): Promise<{ access_token: string; refresh_token: string }> {
    const reply = await this.send('POST', '/auth/login', { body: { username, password } });
    if (reply.status !== 200) throw new Error(`Sign-in of ${username}: ${reply.status} ${reply.text}`);
    return reply.body as { access_token: string; refresh_token: string };
  }

  /** A request below `/api/v1`, or anywhere where the path begins with two slashes. */
  async send<T = Record<string, unknown>>(method: string, path: string, options: SendOptions = {}): Promise<Reply<T>> {
    const { token, body, headers = {} } = options;
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(path.startsWith('//') ? this.url + path.slice(1) : `${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson && text !== '' ? JSON.parse(text) : {}) as T,
    };
  }

  /** As a role. */
  async as<T = Record<string, unknown>>(
    role: Role,
    method: string,
    path: string,
    options: Omit<SendOptions, 'token'> = {},
  ): Promise<Reply<T>> {
    return this.send<T>(method, path, { ...options, token: await this.token(role) });
  }

  /** @returns its id */
  async addMachine(name: string, location = 'Hall A', sensorType = 'press'): Promise<string> {
    const body = { name, location, sensor_type: sensorType };
    const reply = await this.as<{ machine_id: string }>('Supervisor', 'POST', '/data/machine', { body });
    if (reply.status !== 201) throw new Error(`Adding ${name}: ${reply.status} ${reply.text}`);
    return reply.body.machine_id;
  }

  /** Stores readings of one machine. */
  async ingest(machineId: string, readings: readonly Record<string, unknown>[]): Promise<void> {
    const reply = await this.as('Operator', 'POST', '/data/ingest', {
      body: {
        gateway_id: 'gw-1',
        timestamp: new Date().toISOString(),
        batch: [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }],
      },
    });
    if (reply.status !== 201) throw new Error(`Ingest: ${reply.status} ${reply.text}`);
  }
}

/** @param env as `readConfig` takes it */
export async function startCore(
  env: Environment = {},
  webRoot?: string,
  overrides?: AppOverrides,
): Promise<StartedCore> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-http-'));
  const core = new StartedCore(dataDir, { ...(await environmentOfPlant()), ...env }, webRoot, overrides);
  try {
    await core.start();
  } catch (error) {
    await core.remove();
    throw error;
  }
  return core;
}
