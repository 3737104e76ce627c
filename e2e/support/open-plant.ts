// A running server with machines, a gateway that publishes, and a browser to look at it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
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

/** The people of a development server. */
export type Username = 'operator1' | 'supervisor1' | 'manager1';
const PASSWORD = 'Password123!';

export interface NewMachine {
  name: string;
  location?: string;
  sensor_type?: string;
  status?: string;
}

export type Plant = Awaited<ReturnType<typeof openPlant>>;

/** For `onEnd` of a plant that all tests of a `describe` share. Called in its body: a hook asked for in a hook never runs. */
export function closeAfterAll(): (close: () => Promise<void>) => void {
  const closes: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const close of closes.reverse()) await close();
  });
  return (close) => {
    closes.push(close);
  };
}

/** Everything is closed when the test ends, or when what `onEnd` is handed is called, the last one first. */
export async function openPlant(
  executablePath: string,
  onEnd: (close: () => Promise<void>) => void = onTestFinished,
  env: Record<string, string> = {},
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'gonsters-e2e-'));
  onEnd(() => rm(dataDir, { recursive: true, force: true }));
  const environment = { MQTT_ALLOW_ANONYMOUS: 'true', ...env };
  let server = await startProcess(dataDir, environment);
  const { http, mqtt } = server;
  onEnd(async () => {
    await server.end('SIGTERM');
  });
  const gateway = await connectAsync(server.mqtt);
  onEnd(() => gateway.endAsync());
  const browser = await chromium.launch({ executablePath, headless: true, args: CHROMIUM_ARGS });
  onEnd(() => browser.close());
  const tokens = new Map<Username, Promise<string>>();
  const tokenOf = (username: Username) => {
    const known = tokens.get(username) ?? signIn(server.http, username);
    tokens.set(username, known);
    return known;
  };
  const call = async (method: string, path: string, body?: unknown, as: Username = 'manager1') => {
    const reply = await request(server.http, await tokenOf(as), method, path, body);
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };

  return {
    http,
    dataDir,
    get server() {
      return server;
    },
    /** The server ends and comes back with the same data at the same addresses; `meanwhile` runs while it is away. */
    async restart(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
      await server.end('SIGTERM');
      await meanwhile();
      const ports = { PORT: new URL(http).port, MQTT_PORT: new URL(mqtt).port };
      server = await startProcess(dataDir, { ...environment, ...ports });
    },
    async addMachine(machine: string | NewMachine): Promise<string> {
      const given = typeof machine === 'string' ? { name: machine } : machine;
      const body = await call('POST', '/data/machine', { location: 'Hall A', sensor_type: 'press', ...given });
      return body.machine_id as string;
    },
    /** Resolves when the server has stored the reading; now where no time is given. */
    async publish(machineId: string, values: Record<string, number>, timeMs = Date.now()): Promise<void> {
      const payload = JSON.stringify({ timestamp: new Date(timeMs).toISOString(), ...values });
      await gateway.publishAsync(`factory/plant/machine/${machineId}/telemetry`, payload, { qos: 1 });
    },
    /** One payload with many readings, stored when it resolves. */
    async publishAll(machineId: string, readings: readonly ({ timestamp: string } & object)[]): Promise<void> {
      for (let from = 0; from < readings.length; from += 1000) {
        const payload = JSON.stringify(readings.slice(from, from + 1000));
        await gateway.publishAsync(`factory/plant/machine/${machineId}/telemetry`, payload, { qos: 1 });
      }
    },
    /** As a person, over HTTP; throws where the server says no. */
    call,
    get: (path: string, as?: Username) => call('GET', path, undefined, as),
    /** A browser window of its own, with nothing kept from another. */
    openBrowser(options: BrowserContextOptions = {}): Promise<BrowserContext> {
      return browser.newContext({ locale: 'en-GB', viewport: { width: 1600, height: 1000 }, ...options });
    },
    /** Opens `path` and signs in through the form. */
    async signIn(page: Page, path: string, as: Username): Promise<void> {
      await page.goto(`${server.http}${path}`);
      await fillSignIn(page, as);
      await page.locator('#content').waitFor();
    },
    /** A page at `path`, signed in through the form. Closed when the test ends; a fault in the page fails the test. */
    async openPage(path: string, as: Username, options: BrowserContextOptions = {}): Promise<Page> {
      const context = await browser.newContext({
        locale: 'en-GB',
        viewport: { width: 1600, height: 1000 },
        ...options,
      });
      // A place on the disk is chosen in a window of the system, which no test can press.
      await context.addInitScript(() => Object.assign(window, { showSaveFilePicker: undefined }));
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      onTestFinished(async () => {
        await context.close();
        if (faults.length > 0) throw new Error(`The page failed: ${faults.join('; ')}`);
      });
      await page.goto(`${http}${path}`);
      await fillSignIn(page, as);
      await page.locator('#content').waitFor();
      return page;
    },
  };
}

/** Signs in through the form, in the language of the page. */
export async function fillSignIn(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.locator('input[autocomplete="username"]').fill(username);
  await page.locator('input[autocomplete="current-password"]').fill(password);
  await page.locator('button[type="submit"]').click();
}
