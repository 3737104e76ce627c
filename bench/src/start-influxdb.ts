// Starts Debian's InfluxDB 1.x, to compare HTTP ingest with it, on free ports and in a temporary directory.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess } from './start-server.ts';

const INFLUXD = '/usr/bin/influxd';
const START_WITHIN_MS = 20_000;

/** Null if it is not installed (`apt-get install influxdb`). */
export async function startInfluxdb(): Promise<{ url: string; stop(): Promise<void> } | null> {
  if (!existsSync(INFLUXD)) return null;
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-bench-influxdb-'));
  const [httpPort, rpcPort] = [await freePort(), await freePort()];
  const config = `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${directory}/meta"
[data]
  dir = "${directory}/data"
  wal-dir = "${directory}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${httpPort}"
  log-enabled = false
[monitor]
  store-enabled = false
`;
  await writeFile(join(directory, 'influxdb.conf'), config);
  const child = spawn(INFLUXD, ['run', '-config', join(directory, 'influxdb.conf')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${httpPort}`;
  const stop = async () => {
    await endProcess(child);
    await rm(directory, { recursive: true, force: true });
  };
  for (const endMs = Date.now() + START_WITHIN_MS; Date.now() < endMs; await delay(100)) {
    const created = await fetch(`${url}/query?q=CREATE%20DATABASE%20bench`, { method: 'POST' }).catch(() => null);
    if (created?.ok) return { url, stop };
  }
  await stop();
  throw new Error('InfluxDB did not start');
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
