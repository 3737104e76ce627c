// Starts a real Mosquitto: a free port, sessions that survive its restart, passwords and TLS where a test needs them.

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { ServerProgram } from './server-program.ts';
import { untilListening } from './until-answering.ts';

export interface MosquittoServer {
  readonly host: string;
  readonly port: number;
  readonly directory: string;
  start(): Promise<void>;
  /** Stops it cleanly, so that its sessions are on disk, or with SIGKILL as in a power failure. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops the process without closing its connections, as if the network were interrupted. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** @param settings additional lines of its configuration; `{directory}` is replaced by its directory */
export async function startMosquitto(
  program: string,
  settings: readonly string[] = ['allow_anonymous true'],
  files: Readonly<Record<string, string>> = {},
): Promise<MosquittoServer> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-mosquitto-'));
  await chmod(directory, 0o777);
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content);
    await chmod(join(directory, name), 0o644);
  }
  const port = await freePort();
  const lines = [
    `listener ${port} 127.0.0.1`,
    ...settings.map((line) => line.replaceAll('{directory}', directory)),
    'persistence true',
    `persistence_location ${directory}/`,
    'max_queued_messages 0',
    'log_dest none',
    // Started as root, it would otherwise change to a user that cannot write here.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  await writeFile(join(directory, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  const server = new ServerProgram(program, ['-c', join(directory, 'mosquitto.conf')], {
    untilReady: () => untilListening(port),
  });
  await server.start();
  return {
    host: '127.0.0.1',
    port,
    directory,
    start: () => server.start(),
    end: (signal = 'SIGTERM') => server.end(signal),
    freeze: () => server.signal('SIGSTOP'),
    thaw: () => server.signal('SIGCONT'),
    async stop() {
      await server.end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
