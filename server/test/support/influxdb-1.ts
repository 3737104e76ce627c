// Configuration and administration of an InfluxDB 1.x for tests.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { InfluxdbAdmin, InfluxdbVersion } from './start-influxdb.ts';

export async function prepareInfluxdb1(
  directory: string,
  url: string,
  admin: InfluxdbAdmin | null,
): Promise<InfluxdbVersion> {
  const config = join(directory, 'influxdb.conf');
  await writeFile(config, configOf(directory, new URL(url).host, await freePort(), admin !== null));
  const headers: Record<string, string> = {};
  const execute = async (statement: string) => {
    const answer = await fetch(`${url}/query`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ q: statement }),
    });
    const text = await answer.text();
    if (!answer.ok || text.includes('"error"')) throw new Error(`${answer.status} ${text}`);
  };
  return {
    args: ['run', '-config', config],
    ...{ token: null, org: null, headers },
    async setUp() {
      if (admin === null) return;
      const { username, password } = admin;
      await execute(`CREATE USER "${username}" WITH PASSWORD '${password}' WITH ALL PRIVILEGES`);
      headers.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    },
    create: (database, keptHours) =>
      execute(`CREATE DATABASE "${database}"${keptHours ? ` WITH DURATION ${keptHours}h NAME "short"` : ''}`),
    drop: (database) => execute(`DROP DATABASE "${database}"`),
    createToken: async () => null,
  };
}

/** Uses the index on disk: the older one in memory loses a series that was deleted and written again. */
function configOf(directory: string, host: string, rpcPort: number, mustSignIn: boolean): string {
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
  bind-address = "${host}"
  auth-enabled = ${mustSignIn}
  log-enabled = false
[monitor]
  store-enabled = false
`;
}
