// Starts a real VictoriaMetrics, which accepts line protocol and is not InfluxDB.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { ServerProgram } from './server-program.ts';
import { untilServing } from './until-answering.ts';

export async function startVictoriaMetrics(program: string): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-victoria-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [`-storageDataPath=${directory}/data`, `-httpListenAddr=127.0.0.1:${port}`];
  const server = new ServerProgram(program, args, { untilReady: () => untilServing(`${url}/health`) });
  await server.start();
  return {
    url,
    async stop() {
      await server.end('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
