// Runs every example of docs/api.md against a real server, in order and unchanged except for the addresses.

import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMosquittoPub } from '../support/find-program.ts';
import { type RunningServer, request, signIn, startProcess } from '../support/start-process.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);
const BORDER = '-- next --';
const mosquittoPub = findMosquittoPub();

describe.skipIf(mosquittoPub === null)('docs/api.md', () => {
  let directory: string;
  /** Below the checkout, so that its packages are found. */
  let scripts: string;
  let server: RunningServer;
  let blocks: { language: string; text: string }[];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gonsters-api-examples-'));
    await mkdir(join(ROOT, '.gonsters'), { recursive: true });
    scripts = await mkdtemp(join(ROOT, '.gonsters/api-examples-'));
    server = await startProcess(join(directory, 'data'));
    const { port } = new URL(server.mqtt);
    const page = (await readFile(join(ROOT, 'docs/api.md'), 'utf8'))
      .replaceAll('http://127.0.0.1:5000', server.http)
      .replaceAll('-p 1883', `-p ${port}`);
    blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
  });

  afterAll(async () => {
    await server.end('SIGTERM');
    for (const each of [directory, scripts]) await rm(each, { recursive: true, force: true });
  });

  it('has commands that work in order, and replies in the form that is shown', async () => {
    const commands = blocks.filter(({ language }) => language === 'sh');
    expect(commands.length).toBeGreaterThan(8);
    let answers = 0;
    // One shell for all of them, as at a desk; a line of its own tells their outputs apart.
    const whole = commands.map(({ text }) => text).join(`\necho; echo '${BORDER}'\n`);
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', whole], {
      env: { PATH: process.env.PATH, HOME: directory },
    });
    const outputs = stdout.split(`${BORDER}\n`);
    for (const [i, command] of commands.entries()) {
      const shown = blocks[blocks.indexOf(command) + 1];
      if (shown?.language !== 'json') continue;
      // The last of several replies, which curl writes one behind the other.
      const output = outputs[i] ?? '';
      const answer = output.slice(output.lastIndexOf('{"status":'));
      expectShape(JSON.parse(answer), JSON.parse(shown.text), command.text);
      answers++;
    }
    expect(answers).toBeGreaterThan(6);
  });

  it('has a live client that receives what is published', async () => {
    const [program] = blocks.filter(({ language }) => language === 'js');
    await writeFile(join(scripts, 'listen.mjs'), program?.text ?? '');
    const token = await signIn(server.http);
    const { body } = await request(server.http, token, 'POST', '/data/machine', {
      ...{ name: 'Press 8', location: 'Hall A', sensor_type: 'press' },
    });
    const machineId = body.machine_id as string;
    const client = spawn(process.execPath, [join(scripts, 'listen.mjs'), token, machineId], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
      expect((await lines.next()).value).toBe(`listening to ${machineId}`);
      const timestamp = new Date().toISOString();
      const readings = [{ timestamp, temperature: 71.25 }];
      const batch = [{ machine_id: machineId, sensor_type: 'press', location: 'Hall A', readings }];
      await request(server.http, token, 'POST', '/data/ingest', { gateway_id: 'g', timestamp, batch });
      expect((await lines.next()).value).toBe(`${timestamp} 71.25`);
    } finally {
      client.kill();
    }
  });
});

/** What is shown is there, of the same kind; a list may have more entries, an object more fields. */
function expectShape(actual: unknown, shown: unknown, where: string): void {
  if (Array.isArray(shown)) {
    expect(Array.isArray(actual), where).toBe(true);
    if (shown.length > 0) expectShape((actual as unknown[])[0], shown[0], where);
    return;
  }
  if (shown === null || typeof shown !== 'object') {
    if (shown !== null) expect(typeof actual, where).toBe(typeof shown);
    return;
  }
  for (const [name, value] of Object.entries(shown)) {
    expect(actual, where).toHaveProperty(name);
    expectShape((actual as Record<string, unknown>)[name], value, where);
    if (name === 'status' && typeof value === 'string') expect((actual as Record<string, unknown>).status).toBe(value);
  }
}
