// Starts a cluster of openGemini on loopback: three meta nodes, stores that replicate to each other, and two SQL nodes, which
// answer as an InfluxDB 1.x does. No package carries the programs: `OPENGEMINI` names the folder with ts-meta, ts-store and ts-sql.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isExecutable } from './find-program.ts';
import { freePort } from './free-port.ts';

const METAS = 3;
const SQLS = 2;
const READY_WITHIN_MS = 60_000;
const TRY_MS = 100;
const PROGRAMS = ['ts-meta', 'ts-store', 'ts-sql'] as const;

export interface OpengeminiCluster {
  /** Of each SQL node. */
  readonly urls: readonly string[];
  readonly stores: number;
  create(database: string): Promise<void>;
  /** Kills a store, as in a power failure. */
  killStore(number: number): Promise<void>;
  startStore(number: number): Promise<void>;
  /** Resolves when every store takes part. */
  untilWhole(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder with the programs, null if `OPENGEMINI` is not set. */
export function findOpengemini(): string | null {
  const folder = process.env.OPENGEMINI;
  if (!folder) {
    process.stderr.write('\nOPENGEMINI names no folder: the tests of a cluster of openGemini are skipped.\n\n');
    return null;
  }
  const missing = PROGRAMS.filter((name) => !isExecutable(join(folder, name)));
  if (missing.length > 0) throw new Error(`OPENGEMINI: there is no ${missing.join(' and no ')} in ${folder}`);
  return folder;
}

/** @param stores how many stores there are; every reading is on each of them, so that the number has to be odd */
export async function startOpengemini(folder: string, { stores = 3 } = {}): Promise<OpengeminiCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'gonsters-opengemini-'));
  const ports = async (count: number) => Promise.all(Array.from({ length: count }, freePort));
  const metas = await Promise.all(Array.from({ length: METAS }, () => ports(4)));
  const shared = {
    join: metas.map(([, , rpc]) => `"127.0.0.1:${rpc}"`).join(', '),
    members: metas.map(([, , , gossip]) => `"127.0.0.1:${gossip}"`).join(', '),
    replicates: stores > 1,
  };
  const running = new Map<string, ChildProcess>();
  const begin = async (name: string, program: (typeof PROGRAMS)[number], config: string) => {
    const own = join(directory, name);
    await mkdir(own, { recursive: true });
    const path = join(own, 'config');
    await writeFile(path, config);
    const output = await open(join(own, 'output'), 'a');
    const child = spawn(join(folder, program), ['-config', path, '-pidfile', join(own, 'pid')], {
      cwd: own,
      stdio: ['ignore', output.fd, output.fd],
    });
    await output.close();
    running.set(name, child);
  };
  const kill = async (name: string) => {
    const child = running.get(name);
    running.delete(name);
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    await Promise.all([...running.keys()].map(kill));
    await rm(directory, { recursive: true, force: true });
  };
  const storePorts = await Promise.all(Array.from({ length: stores }, () => ports(3)));
  const sqlPorts = await Promise.all(Array.from({ length: SQLS }, () => ports(2)));
  const configOf = (name: string, own: Ports) => configuration(join(directory, name), { ...shared, ...own });
  const startStore = (number: number) => {
    const [ingest, select, gossip] = storePorts[number] as number[];
    const name = `store-${number}`;
    return begin(name, 'ts-store', configOf(name, { ingest, select, gossip }));
  };
  const urls = sqlPorts.map(([http]) => `http://127.0.0.1:${http}`);
  const execute = async (url: string, statement: string) => {
    const answer = await fetch(`${url}/query`, { method: 'POST', body: new URLSearchParams({ q: statement }) });
    const text = await answer.text();
    if (!answer.ok || text.includes('"error"')) throw new Error(`${answer.status} ${text}`);
  };
  const untilWhole = () =>
    untilReady(async () => {
      const answer = await fetch(`${urls[0]}/query`, {
        method: 'POST',
        body: new URLSearchParams({ q: 'SHOW CLUSTER' }),
      });
      const nodes = (await answer.text()).match(/"alive","[^"]*",\d+,"data","available"/g) ?? [];
      if (nodes.length < stores) throw new Error(`${nodes.length} of ${stores} stores take part`);
    });
  try {
    for (const [number, [raft, http, rpc, gossip]] of metas.entries()) {
      const name = `meta-${number}`;
      await begin(name, 'ts-meta', configOf(name, { raft, http, rpc, gossip }));
    }
    for (let number = 0; number < stores; number++) await startStore(number);
    for (const [number, [http, gossip]] of sqlPorts.entries()) {
      const name = `sql-${number}`;
      await begin(name, 'ts-sql', configOf(name, { sql: http, gossip }));
    }
    for (const url of urls) await untilReady(() => execute(url, 'CREATE DATABASE "ready"'));
    await untilWhole();
  } catch (error) {
    await stop();
    throw error;
  }
  const replication = stores > 1 ? ` WITH REPLICATION ${stores}` : '';
  return {
    urls,
    stores,
    create: (database) => execute(urls[0] as string, `CREATE DATABASE "${database}"${replication}`),
    killStore: (number) => kill(`store-${number}`),
    startStore,
    untilWhole,
    stop,
  };
}

type Ports = Partial<Record<'raft' | 'http' | 'rpc' | 'gossip' | 'ingest' | 'select' | 'sql', number | undefined>>;

/** What is written is acknowledged when it is on disk (the two intervals of 0), and with several stores on most of them. */
function configuration(directory: string, own: Ports & { join: string; members: string; replicates: boolean }): string {
  const at = (port: number | undefined) => `"127.0.0.1:${port ?? 0}"`;
  return `[common]
  meta-join = [${own.join}]
  ha-policy = "${own.replicates ? 'replication' : 'write-available-first'}"
  ignore-empty-tag = true
  report-enable = false
  pprof-enabled = false
  cpu-num = 2
  memory-size = "1g"
[meta]
  bind-address = ${at(own.raft)}
  http-bind-address = ${at(own.http)}
  rpc-bind-address = ${at(own.rpc)}
  dir = "${directory}/meta"
[http]
  bind-address = ${at(own.sql)}
  flight-enabled = false
[data]
  store-ingest-addr = ${at(own.ingest)}
  store-select-addr = ${at(own.select)}
  store-data-dir = "${directory}/data"
  store-wal-dir = "${directory}/wal"
  store-meta-dir = "${directory}/meta"
[data.wal]
  wal-enabled = true
  wal-sync-interval = "0s"
[data.raft-storage]
  raft-entry-sync-interval = "0s"
[logging]
  path = "${directory}/logs"
[gossip]
  enabled = true
  log-enabled = false
  bind-address = "127.0.0.1"
  meta-bind-port = ${own.gossip ?? 0}
  store-bind-port = ${own.gossip ?? 0}
  sql-bind-port = ${own.gossip ?? 0}
  members = [${own.members}]
[spec-limit]
  enable-query-when-exceed = true
[monitor]
  store-enabled = false
[record-write]
  enabled = false
`;
}

async function untilReady(attempt: () => Promise<void>): Promise<void> {
  const endsAt = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > endsAt) throw error;
    }
    await delay(TRY_MS);
  }
}
