// A TCP balancer for devices with the configuration of deploy/, in front of the servers of a test.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findHaproxy, findNginxStream, NGINX_STREAM_MODULE } from './find-program.ts';
import { freePort } from './free-port.ts';
import { ServerProgram } from './server-program.ts';
import { untilListening } from './until-answering.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

export const BALANCERS = ['haproxy', 'nginx'] as const;
export type BalancerName = (typeof BALANCERS)[number];

export const hasBalancer = { haproxy: findHaproxy() !== null, nginx: findNginxStream() !== null };

export interface Balancer {
  /** The address for devices. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The addresses of the two servers. */
interface Server {
  readonly mqttPort: number;
  readonly httpPort: number;
}

export async function startBalancer(name: BalancerName, servers: readonly [Server, Server]): Promise<Balancer> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-balancer-'));
  const port = await freePort();
  const file = join(directory, 'balancer.conf');
  const args = name === 'haproxy' ? await prepareHaproxy() : await prepareNginx();
  const program = (name === 'haproxy' ? findHaproxy() : findNginxStream()) as string;
  await promisify(execFile)(program, [...args, name === 'haproxy' ? '-c' : '-t']);
  const balancer = new ServerProgram(program, args, { untilReady: () => untilListening(port) });
  await balancer.start();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async stop() {
      await balancer.end(name === 'haproxy' ? 'SIGTERM' : 'SIGQUIT');
      await rm(directory, { recursive: true, force: true });
    },
  };

  async function prepareHaproxy(): Promise<string[]> {
    let settings = await readFile(join(ROOT, 'deploy/haproxy/gonsters-mqtt.cfg'), 'utf8');
    settings = settings
      .replace('log /dev/log local0', 'log stderr local0')
      // The shipped value is more than a test needs, and more than it may open.
      .replace('maxconn 20000', 'maxconn 500')
      .replace('bind :1883', bindTo('bind '));
    for (const [i, { mqttPort, httpPort }] of servers.entries()) {
      settings = settings.replace(`10.0.0.1${i + 1}:1883 port 5000`, `127.0.0.1:${mqttPort} port ${httpPort}`);
    }
    await writeFile(file, settings);
    return ['-f', file];
  }

  async function prepareNginx(): Promise<string[]> {
    let settings = await readFile(join(ROOT, 'deploy/nginx/gonsters-mqtt.conf'), 'utf8');
    settings = settings.replace('listen 1883;', `${bindTo('listen ')};`);
    for (const [i, { mqttPort }] of servers.entries()) {
      settings = settings.replace(`10.0.0.1${i + 1}:1883`, `127.0.0.1:${mqttPort}`);
    }
    const head = [
      `load_module ${NGINX_STREAM_MODULE};`,
      `pid ${directory}/nginx.pid;`,
      'error_log stderr;',
      'daemon off;',
      // Started as root, it would otherwise change to a user that cannot write here.
      ...(process.getuid?.() === 0 ? ['user root;'] : []),
      'events {}',
    ];
    await writeFile(file, `${head.join('\n')}\n${settings}`);
    return ['-p', directory, '-c', file];
  }

  function bindTo(before: string): string {
    return `${before}127.0.0.1:${port}`;
  }
}
