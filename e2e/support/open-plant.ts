// A running server with machines, a gateway that publishes, and a browser to look at it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { type BrowserContext, chromium } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { request, signIn, startProcess } from '../../server/test/support/start-process.ts';

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Everything is closed when the test ends. */
export async function openPlant(executablePath: string) {
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-e2e-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const server = await startProcess(dataDir, { MQTT_ALLOW_ANONYMOUS: 'true' });
  onTestFinished(async () => {
    await server.end('SIGTERM');
  });
  const gateway = await connectAsync(server.mqtt);
  onTestFinished(() => gateway.endAsync());
  const token = await signIn(server.http, 'supervisor1');

  return {
    http: server.http,
    async addMachine(name: string): Promise<string> {
      const machine = { name, location: 'Hall A', sensor_type: 'press' };
      const { status, body } = await request(server.http, token, 'POST', '/data/machine', machine);
      if (status !== 201) throw new Error(`The machine was not added: ${JSON.stringify(body)}`);
      return body.machine_id as string;
    },
    /** Resolves when the server has stored the reading. */
    async publish(machineId: string, values: Record<string, number>): Promise<void> {
      const payload = JSON.stringify({ timestamp: new Date().toISOString(), ...values });
      await gateway.publishAsync(`factory/plant/machine/${machineId}/telemetry`, payload, { qos: 1 });
    },
    async get(path: string): Promise<Record<string, unknown>> {
      return (await request(server.http, token, 'GET', path)).body;
    },
    /** A browser window of its own, with nothing kept from another. */
    async openBrowser(): Promise<BrowserContext> {
      const browser = await chromium.launch({ executablePath, headless: true, args: CHROMIUM_ARGS });
      onTestFinished(() => browser.close());
      return browser.newContext({ locale: 'en-GB', viewport: { width: 1600, height: 1000 } });
    },
  };
}
