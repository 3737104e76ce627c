// Starts Debian's Mosquitto on a free port, with the queue settings of our configuration file, and restarts it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './start-influxdb.ts';

const MOSQUITTO = '/usr/sbin/mosquitto';
const SHIPPED = fileURLToPath(new URL('../../deploy/mosquitto/gonsters.conf', import.meta.url));
/** The settings of the queue and of its saving. */
const KEEPING = /^(autosave|max_queued|max_packet|persistent_client)\w+ .+$/gm;

export interface RunningMosquitto {
  readonly port: number;
  reload(): void;
  /** Ends the broker with `signal` and starts it with the same data. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  stop(): Promise<void>;
}

/** Null if it is not installed (`apt-get install mosquitto`). `settings` override ours. */
export async function startMosquitto(settings: readonly string[] = []): Promise<RunningMosquitto | null> {
  if (!existsSync(MOSQUITTO)) return null;
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-bench-mosquitto-'));
  const port = await freePort();
  const shipped = (await readFile(SHIPPED, 'utf8')).match(KEEPING) ?? [];
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'log_dest none',
    'persistence true',
    `persistence_location ${directory}/`,
    ...shipped,
    ...settings,
    // Started by root, Mosquitto would otherwise switch to a user that cannot write here.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  await writeFile(join(directory, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  let child: ChildProcess;
  const start = async () => {
    child = spawn(MOSQUITTO, ['-c', join(directory, 'mosquitto.conf')], { stdio: 'ignore' });
    while (!(await isListening(port))) await delay(5);
  };
  const end = async (signal: NodeJS.Signals) => {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    port,
    reload: () => void child.kill('SIGHUP'),
    async restart(signal) {
      await end(signal);
      await start();
    },
    async stop() {
      await end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
