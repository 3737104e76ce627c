// The settings of the container stacks and of the Debian set-up are valid, and have the intended effect.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Config, readConfig } from '../../src/config.ts';
import type { Environment } from '../../src/environment.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const readFile = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('the settings of', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gonsters-deployed-config-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(['dev', 'prod'])('the %s stack', async (stack) => {
    const { services } = parse(readFile(`docker/compose.${stack}.yml`), { merge: true }) as {
      services: Record<string, { environment?: Environment; hostname?: string }>;
    };
    const servers = Object.entries(services).filter(([name]) => /^server(-\d)?$/.test(name));
    expect(servers.length).toBe(stack === 'dev' ? 1 : 2);
    for (const [, { environment = {} }] of servers) {
      expectRealServers(await inContainer(environment), stack === 'dev' ? 'development' : 'production');
    }
  });

  it('the Debian set-up', () => {
    const [, text = ''] =
      /cat >"\$settings\.new" <<TEXT\n(.*?)\nTEXT\n/s.exec(readFile('scripts/debian-servers.sh')) ?? [];
    const lines = text.split('\n').filter((line) => /^\w+=/.test(line));
    expect(lines.length).toBeGreaterThan(15);
    // What the script makes at random.
    const made = (value: string) => value.replace(/\$\([^)]*\)/g, 'a'.repeat(32));
    const env = Object.fromEntries(lines.map((line) => [line.split('=')[0], made(line.slice(line.indexOf('=') + 1))]));
    const config = expectRealServers(env, 'production');
    expect(config.host).toBe('127.0.0.1');
  });

  /** As Compose fills in the defaults, with the secrets as files here. */
  async function inContainer(environment: Environment): Promise<Environment> {
    const filled: Record<string, string> = {};
    for (const [name, value = ''] of Object.entries(environment)) {
      filled[name] = value.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
      if (!name.endsWith('_FILE')) continue;
      filled[name] = join(directory, name);
      await writeFile(filled[name], name === 'REDIS_URL_FILE' ? 'redis://:secret@redis:6379' : 'Secret-1'.repeat(5));
    }
    return filled;
  }
});

function expectRealServers(env: Environment, environment: string): Config {
  const known = readFile('.env.example');
  const config = readConfig(env);
  for (const name of Object.keys(env)) expect(known).toContain(`${name.replace(/_FILE$/, '')}=`);
  expect(config.environment).toBe(environment);
  expect(config.influxdb).toMatchObject({ bucket: 'gonsters' });
  expect(config.redis?.url).toMatch(/^redis:/);
  expect(config.postgres).toMatchObject({ user: 'gonsters', database: 'gonsters' });
  expect(config.mqtt).toMatchObject({ broker: null, externalBroker: { username: 'gonsters', qos: 1 } });
  return config;
}
