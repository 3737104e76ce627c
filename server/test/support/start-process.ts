// Starts the built program as a process and waits for its ready line.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const MAIN = resolve(import.meta.dirname, '../../dist/main.js');

export interface RunningServer {
  process: ChildProcess;
  http: string;
  mqtt: string;
  /** Its output to standard error so far. */
  log(): string;
  /** Sends a signal and resolves with the exit code, null where the signal ended the process. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** @param under a program that runs it, with its arguments; it must forward the signals that `end` sends */
export async function startProcess(
  dataDir: string,
  env: Record<string, string> = {},
  under: readonly string[] = [],
): Promise<RunningServer> {
  const [program = '', ...args] = [...under, process.execPath, MAIN, 'start'];
  const child = spawn(program, args, {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      PORT: '0',
      MQTT_PORT: '0',
      DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-20_000);
  });
  const exited = once(child, 'exit');
  const ready = await Promise.race([
    (async () => {
      for await (const line of createInterface({ input: child.stdout })) {
        const event = JSON.parse(line) as { event: string; http: string; mqtt: string };
        if (event.event === 'ready') return event;
      }
      return null;
    })(),
    exited.then(() => null),
  ]);
  if (ready === null) {
    child.kill('SIGKILL');
    throw new Error(`The server did not become ready:\n${log}`);
  }
  return {
    process: child,
    http: ready.http,
    mqtt: ready.mqtt,
    log: () => log,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await exited;
      }
      return child.exitCode;
    },
  };
}

/** Signs in over HTTP; a new data directory contains the development users. */
export async function signIn(http: string, username = 'manager1', password = 'Password123!'): Promise<string> {
  const response = await fetch(`${http}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  const body = (await response.json()) as { access_token?: string };
  if (body.access_token === undefined) throw new Error(`Sign-in failed: ${response.status} ${JSON.stringify(body)}`);
  return body.access_token;
}

/** A JSON request with an access token. */
export async function request(
  http: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${http}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
