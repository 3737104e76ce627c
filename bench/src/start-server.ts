// Starts the real server as a process on free ports, and measures it from outside.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));
/** Variables that name the servers of a plant. `--servers` passes them on. */
const SERVER_VARIABLES =
  /^(DATABASE_URL|POSTGRES_\w+|INFLUXDB_\w+|REDIS_URL|MQTT_BROKER_\w+|MQTT_USERNAME|MQTT_PASSWORD)$/;
/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

export interface RunningServer {
  readonly http: string;
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly dataDir: string;
  /** From the start of the process to its ready line. */
  readonly readyMs: number;
  rssMb(): Promise<number>;
  /** Processor time of all threads so far, in seconds. */
  cpuSeconds(): Promise<number>;
  /** Ends the server. Deletes the data directory unless it was given. */
  stop(): Promise<void>;
}

/** `servers` uses the servers that the environment names instead of the embedded engines. `env` overrides both. */
export async function startServer(
  given: { dataDir?: string | undefined; servers?: boolean | undefined; env?: Record<string, string> } = {},
): Promise<RunningServer> {
  const dataDir = given.dataDir ?? (await mkdtemp(join(tmpdir(), 'gonsters-bench-')));
  const startedMs = performance.now();
  const child = spawn(process.execPath, [MAIN, 'start'], {
    cwd: dataDir,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'development',
      PORT: '0',
      MQTT_PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      JWT_SECRET_KEY: 'of no secret, for a measurement only',
      ...(given.servers ? serverVariables() : {}),
      ...given.env,
    },
  });
  const ready = await readyLine(child);
  const readyMs = performance.now() - startedMs;
  const mqtt = new URL(ready.mqtt);
  return {
    http: ready.http,
    mqtt: { host: mqtt.hostname, port: Number(mqtt.port) },
    dataDir,
    readyMs,
    async rssMb() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    },
    async cpuSeconds() {
      const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
      // The name in brackets may contain spaces. The times are the 12th and 13th field after it.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    async stop() {
      await endProcess(child);
      if (given.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function serverVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => SERVER_VARIABLES.test(name)));
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await closed;
}

function readyLine(child: ChildProcess): Promise<{ http: string; mqtt: string }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`The server ended with code ${code} before it was ready`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const message = JSON.parse(line) as { event: string; http: string; mqtt: string };
      if (message.event === 'ready') resolve(message);
    });
  });
}
