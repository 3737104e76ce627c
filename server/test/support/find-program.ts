// Finds an installed server program. Where it is missing its tests are skipped and reported, or fail with REQUIRE_SERVERS.

import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const POSTGRES_FOLDERS = '/usr/lib/postgresql';
export const NGINX_STREAM_MODULE = '/usr/lib/nginx/modules/ngx_stream_module.so';

/** The folder with the programs of the newest installed PostgreSQL. */
export function findPostgres(): string | null {
  const versions = foldersIn(POSTGRES_FOLDERS).sort((a, b) => Number(b) - Number(a));
  const places = [...versions.map((version) => join(POSTGRES_FOLDERS, version, 'bin')), '/usr/bin', '/usr/local/bin'];
  return found(
    'PostgreSQL',
    places.find((place) => isExecutable(join(place, 'initdb'))),
  );
}

export const findMosquitto = () =>
  found(
    'Mosquitto',
    ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(isExecutable),
  );

export const findRedis = () =>
  found(
    'Redis',
    ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'].find(isExecutable),
  );

/** `INFLUXD` names another program than the installed one, of 1.x or 2.x, which must exist. */
export const findInfluxdb = () => {
  const { INFLUXD } = process.env;
  if (INFLUXD && !isExecutable(INFLUXD)) throw new Error(`INFLUXD: there is no program ${INFLUXD}`);
  const installed = ['/usr/bin/influxd', '/usr/local/bin/influxd', '/opt/homebrew/bin/influxd'];
  return found('InfluxDB', INFLUXD || installed.find(isExecutable));
};

export const findMosquittoPub = () =>
  found(
    "Mosquitto's clients",
    ['/usr/bin/mosquitto_pub', '/usr/local/bin/mosquitto_pub', '/opt/homebrew/bin/mosquitto_pub'].find(isExecutable),
  );

export const findNginx = () =>
  found('nginx', ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(isExecutable));

/** From there Debian's nginx loads the module of the package libnginx-mod-stream. */
export const findNginxStream = () =>
  found('nginx with its stream module', existsSync(NGINX_STREAM_MODULE) ? (findNginx() ?? undefined) : undefined);

export const findHaproxy = () =>
  found('HAProxy', ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy', '/opt/homebrew/bin/haproxy'].find(isExecutable));

export const findVictoriaMetrics = () =>
  found('VictoriaMetrics', ['/usr/bin/victoria-metrics', '/usr/local/bin/victoria-metrics'].find(isExecutable));

export const findStrace = () =>
  found('strace', ['/usr/bin/strace', '/usr/local/bin/strace', '/bin/strace'].find(isExecutable));

function found(what: string, place: string | undefined): string | null {
  if (place !== undefined) return place;
  const notice = `${what} is not installed: its tests cannot run.`;
  if (process.env.REQUIRE_SERVERS === '1') throw new Error(notice);
  process.stderr.write(`\n${notice}\n\n`);
  return null;
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
