// The built program as a process that ends with the test, and one machine in it, for tests of the whole program.

import { onTestFinished } from 'vitest';
import { type RunningServer, request, signIn, startProcess } from '../../support/start-process.ts';

export async function startUntilFinished(...start: Parameters<typeof startProcess>): Promise<RunningServer> {
  const server = await startProcess(...start);
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return server;
}

/** @returns its id, and an access token of Management */
export async function addPress(server: RunningServer): Promise<{ machineId: string; token: string }> {
  const token = await signIn(server.http);
  const press = { name: 'Press 1', location: 'Hall A', sensor_type: 'press' };
  const { body } = await request(server.http, token, 'POST', '/data/machine', press);
  return { machineId: body.machine_id as string, token };
}
