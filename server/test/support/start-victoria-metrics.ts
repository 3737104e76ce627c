// A real VictoriaMetrics: what takes line protocol without being InfluxDB.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const TRIES = 200;
const TRY_MS = 50;

export async function startVictoriaMetrics(program: string): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-victoria-'));
  const port = await freePort();
  const server = spawn(program, [`-storageDataPath=${directory}/data`, `-httpListenAddr=127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (
      await fetch(`${url}/health`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      break;
    if (tries >= TRIES) throw new Error('VictoriaMetrics did not start');
    await new Promise((resolve) => setTimeout(resolve, TRY_MS));
  }
  return {
    url,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
