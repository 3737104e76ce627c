// Signs in to the server under test and creates machines.

import { MAX_IMPORTED_MACHINES, type MachineStatus } from '@gonsters/contract';
import type { RunningServer } from './start-server.ts';

export interface ServerClient {
  readonly token: string;
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  /**
   * Creates machines and returns their ids. The statuses are used in turn; by default they are mixed, and a fifth of the
   * machines is in maintenance, where alerts are suppressed.
   */
  createMachines(count: number, statuses?: readonly MachineStatus[]): Promise<string[]>;
}

const LOCATIONS = 25;
const STATUSES: readonly MachineStatus[] = ['active', 'active', 'active', 'inactive', 'maintenance'];

export async function signIn(server: Pick<RunningServer, 'http'>): Promise<ServerClient> {
  const base = `${server.http}/api/v1`;
  let token = '';
  const send = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  const session = await send('POST', '/auth/login', { username: 'manager1', password: 'Password123!' });
  token = session.access_token as string;
  return {
    token,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    async createMachines(count, statuses = STATUSES) {
      const machines = Array.from({ length: count }, (_, i) => ({
        name: `Machine ${String(i).padStart(5, '0')}`,
        location: `Hall ${i % LOCATIONS}`,
        sensor_type: `Type ${i % 7}`,
        status: statuses[i % statuses.length],
      }));
      for (let at = 0; at < count; at += MAX_IMPORTED_MACHINES) {
        await send('POST', '/data/machines/import', machines.slice(at, at + MAX_IMPORTED_MACHINES));
      }
      const ids: string[] = [];
      while (ids.length < count) {
        const page = await send('GET', `/data/machines?sort=name&limit=1000&offset=${ids.length}`);
        const found = page.machines as { machine_id: string }[];
        if (found.length === 0) throw new Error(`Only ${ids.length} of ${count} machines were created`);
        ids.push(...found.map(({ machine_id }) => machine_id));
      }
      return ids;
    },
  };
}
