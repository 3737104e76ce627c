// Two nodes of one plant as processes that can be killed, frozen and restarted, each on a data directory of its own.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerToClient } from '@gonsters/contract';
import { io, type Socket } from 'socket.io-client';
import { expect, onTestFinished, vi } from 'vitest';
import { type RunningServer, request, signIn, startProcess } from '../../support/start-process.ts';
import type { NodeEnv } from './start-nodes.ts';

export const soon = { timeout: 15_000, interval: 50 };

export class ProcessNode {
  readonly #env: NodeEnv;
  readonly dataDir: string;
  server!: RunningServer;

  constructor(env: NodeEnv, dataDir: string) {
    this.#env = env;
    this.dataDir = dataDir;
  }

  async start(): Promise<void> {
    this.server = await startProcess(this.dataDir, this.#env);
  }

  kill(): Promise<number | null> {
    return this.server.end('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    this.server.process.kill(signal);
  }

  request(token: string, method: string, path: string, body?: unknown) {
    return request(this.server.http, token, method, path, body);
  }

  /** True where the reading was acknowledged. */
  async send(token: string, machineId: string, timestampMs: number, temperature: number): Promise<boolean> {
    const readings = [{ timestamp: new Date(timestampMs).toISOString(), temperature }];
    const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }];
    const body = { gateway_id: 'gw', timestamp: new Date().toISOString(), batch };
    const reply = await this.request(token, 'POST', '/data/ingest', body).catch(() => null);
    return reply?.status === 201;
  }

  async alertsOf(token: string, machineId: string) {
    const { body } = await this.request(token, 'GET', `/alerts?machine_id=${machineId}`);
    return body.alerts as { id: string; state: string; late: boolean; metric: string; raised_at: string }[];
  }

  async storedTimesOf(token: string, machineId: string): Promise<number[]> {
    const range = 'start_time=2020-01-01T00:00:00Z&order=asc&limit=100000';
    const { body } = await this.request(token, 'GET', `/data/machine/${machineId}?${range}`);
    return (body.data as { timestamp: string }[]).map((row) => Date.parse(row.timestamp));
  }

  async health(): Promise<{ status: string; parts: Record<string, string>; reasons: Record<string, string> }> {
    return (await (await fetch(`${this.server.http}/health/ready`)).json()) as never;
  }

  /** Resolves when every part is ready, which may take long on a busy computer. */
  async untilWell(): Promise<void> {
    await vi.waitFor(
      async () => {
        const { parts } = await this.health();
        const { database, readings, ingest, ...others } = parts;
        expect([database, readings, ingest]).not.toContain('down');
        expect(Object.entries(others).filter(([, state]) => state !== 'up')).toEqual([]);
      },
      { timeout: 30_000, interval: 100 },
    );
  }

  /** A live client of this process, closed when the test ends. */
  connect(token: string): Socket<ServerToClient> {
    const client: Socket<ServerToClient> = io(this.server.http, { auth: { token }, transports: ['websocket'] });
    client.on('connect', () => void (client as Socket).emit('subscribe_all'));
    onTestFinished(() => void client.disconnect());
    return client;
  }
}

/** Both end with the test. The first to start is the leader. */
export async function startTwoProcesses(environments: readonly [NodeEnv, NodeEnv], machines: number) {
  const nodes: ProcessNode[] = [];
  for (const env of environments) {
    const node = new ProcessNode(env, await mkdtemp(join(tmpdir(), 'gonsters-node-')));
    onTestFinished(async () => {
      node.signal('SIGCONT');
      await node.kill();
      await rm(node.dataDir, { recursive: true, force: true });
    });
    await node.start();
    nodes.push(node);
  }
  const [leader, follower] = nodes as [ProcessNode, ProcessNode];
  const token = await signIn(leader.server.http);
  const wanted = Array.from({ length: machines }, (_, i) => ({
    ...{ name: `M-${i}`, location: 'Hall A', sensor_type: 'press' },
  }));
  const made = await leader.request(token, 'POST', '/data/machines/import', wanted);
  expect(made.status).toBe(201);
  const list = async (node: ProcessNode) =>
    ((await node.request(token, 'GET', '/data/machines?limit=500')).body.machines as { machine_id: string }[]).map(
      (machine) => machine.machine_id,
    );
  await vi.waitFor(async () => expect(await list(follower)).toHaveLength(machines), soon);
  return { leader, follower, token, machineIds: await list(leader) };
}
