import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from './setup.mjs';

const PASSWORDS = [
  'admin_password',
  'influxdb_password',
  'influxdb_token',
  'mqtt_password',
  'postgres_password',
  'redis_password',
];
const NEEDED = ['jwt_secret_key', 'mqtt_gateways', ...PASSWORDS];
/** What the script calls besides the engine; with only these on PATH nothing else of the machine shows. */
const TOOLS = [
  'awk',
  'cat',
  'chmod',
  'cut',
  'dirname',
  'head',
  'hostname',
  'mkdir',
  'mktemp',
  'mv',
  'od',
  'rm',
  'sed',
  'sh',
  'stat',
  'tr',
  'wc',
];

let directory;
let secrets;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'gonsters-run-sh-'));
  secrets = join(directory, 'secrets');
  mkdirSync(join(directory, 'bin'));
  for (const tool of TOOLS) stub(tool, `exec ${whereIs(tool)} "$@"`);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('run.sh gen-keys', () => {
  it('makes every secret for its owner only, long enough, and each another', async () => {
    expect(await run('gen-keys')).toMatchObject({ code: 0 });
    const made = readdirSync(secrets);
    expect(made).toEqual(expect.arrayContaining(NEEDED));
    for (const name of made)
      expect({ name, mode: statSync(join(secrets, name)).mode & 0o777 }).toEqual({ name, mode: 0o600 });
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
    expect(Buffer.byteLength(secret('jwt_secret_key'))).toBeGreaterThanOrEqual(32);
    expect(secret('admin_password')).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*\d).{20,100}$/);
    expect(secret('mqtt_gateways')).toMatch(/^gateway:[0-9a-f]{64}\n$/);
    expect(new Set(NEEDED.map(secret)).size).toBe(NEEDED.length);
  });

  it('keeps what is there, and makes it anew only with --force', async () => {
    await run('gen-keys');
    const before = NEEDED.map(secret);
    expect((await run('gen-keys')).log).toContain('kept     jwt_secret_key');
    expect(NEEDED.map(secret)).toEqual(before);
    await run('gen-keys', '--force');
    for (const [i, name] of NEEDED.entries()) expect(secret(name), name).not.toBe(before[i]);
  });

  it('never prints a secret', async () => {
    const { log, output } = await run('gen-keys');
    for (const name of NEEDED) expect(log + output).not.toContain(secret(name).trim());
  });

  it('makes a certificate for the host that devices can check, where openssl is installed', async () => {
    stub('openssl', `exec ${whereIs('openssl')} "$@"`);
    expect(await run('gen-keys', { GONSTERS_HOST: 'plant.example' })).toMatchObject({ code: 0 });
    const verify = await sh(
      `openssl verify -CAfile ${secrets}/tls_authority -verify_hostname plant.example ${secrets}/tls_certificate`,
    );
    expect(verify).toMatchObject({ code: 0 });
  });

  it('says what is left out without openssl, and prod then refuses to start', async () => {
    expect((await run('gen-keys')).log).toContain('openssl is not installed');
    stubDocker();
    const { code, log } = await run('prod');
    expect({ code, log }).toMatchObject({ code: 1, log: expect.stringContaining('MISSING  secret tls_certificate') });
  });

  it('--test tells what is missing, short or open to others', async () => {
    expect(await run('gen-keys', '--test')).toMatchObject({
      code: 1,
      log: expect.stringContaining('MISSING  secret jwt_secret_key'),
    });
    await run('gen-keys');
    writeFileSync(join(secrets, 'jwt_secret_key'), 'short');
    chmodSync(join(secrets, 'redis_password'), 0o644);
    const { code, log } = await run('gen-keys', '--test');
    expect(code).toBe(1);
    expect(log).toContain('jwt_secret_key is shorter than 32 bytes');
    expect(log).toContain('redis_password is readable by others (mode 644)');
    expect(log).toContain('ok       secret mqtt_password');
  });
});

describe('run.sh without an engine', () => {
  it.each(['dev', 'prod', 'stop'])('%s says that Docker is missing and where to get it', async (command) => {
    await run('gen-keys');
    for (const name of ['tls_key', 'tls_certificate']) writeFileSync(join(secrets, name), 'PEM', { mode: 0o600 });
    const { code, log } = await run(command);
    expect({ code, log }).toMatchObject({ code: 1, log: expect.stringMatching(/Neither Docker nor Podman .*https:/) });
  });

  it('says that Compose is missing or too old', async () => {
    stub('docker', 'exit 1');
    stub('docker-compose', 'echo 1.29.2');
    expect(await run('stop')).toMatchObject({
      code: 1,
      log: expect.stringContaining('docker compose is not there in version 2'),
    });
  });
});

describe('run.sh with an engine', () => {
  it('dev makes the secrets, builds, waits for health and says how to sign in', async () => {
    stubDocker();
    const { code, output } = await run('dev', { GONSTERS_PORT: '5099' });
    expect(code).toBe(0);
    expect(output).toContain('http://127.0.0.1:5099');
    expect(output).toContain('manager1 / Password123!');
    expect(readdirSync(secrets)).toEqual(expect.arrayContaining(NEEDED));
    expect(calls()).toContainEqual(expect.stringMatching(/compose\.dev\.yml up --build --detach .*--wait/));
  });

  it('prod takes an image that was named as it is', async () => {
    stubDocker();
    await run('gen-keys');
    for (const name of ['tls_key', 'tls_certificate']) writeFileSync(join(secrets, name), 'PEM', { mode: 0o600 });
    const { code, output } = await run('prod', {
      GONSTERS_IMAGE: 'registry.example/gonsters:1',
      GONSTERS_HOST: 'plant.example',
    });
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('https://plant.example\n') });
    expect(calls()).toContainEqual(expect.stringMatching(/compose\.prod\.yml up --no-build/));
    // Accounts that were added: a restart of the broker could lose messages.
    expect(calls()).toContainEqual(
      expect.stringMatching(/compose\.prod\.yml exec -T mosquitto sh \/mosquitto\/config\/start\.sh reload$/),
    );
  });

  it('dev ends with 1 and shows the services where one does not become healthy', async () => {
    stubDocker({ up: 'exit 1' });
    const { code, log } = await run('dev');
    expect({ code, log }).toMatchObject({ code: 1, log: expect.stringContaining('did not become healthy') });
    expect(calls()).toContainEqual(expect.stringContaining('ps --all'));
  });

  it('stop takes both stacks down and leaves their volumes', async () => {
    stubDocker();
    expect(await run('stop')).toMatchObject({ code: 0 });
    for (const stack of ['dev', 'prod'])
      expect(calls()).toContainEqual(expect.stringContaining(`compose.${stack}.yml down`));
    expect(calls().join('\n')).not.toMatch(/--volumes|-v\b/);
  });

  it('--test starts nothing, and finds a port that is taken', async () => {
    stubDocker();
    await run('gen-keys');
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const port = String(taken.address().port);
    const busy = await run('dev', '--test', { GONSTERS_PORT: port, GONSTERS_MQTT_PORT: '1' });
    expect({ busy }).toMatchObject({
      busy: { code: 1, log: expect.stringContaining(`port ${port} is used by another program`) },
    });
    await new Promise((resolve) => taken.close(resolve));
    expect(await run('dev', '--test', { GONSTERS_PORT: port, GONSTERS_MQTT_PORT: '1' })).toMatchObject({ code: 0 });
    expect(calls().filter((call) => /\b(up|down)\b/.test(call))).toEqual([]);
  });

  it('--test finds a compose file that is not valid, and an engine that does not answer', async () => {
    await run('gen-keys');
    stubDocker({ config: 'echo "services.x is wrong" >&2; exit 15', info: 'exit 1' });
    const { code, log } = await run('dev', '--test', { GONSTERS_PORT: '1', GONSTERS_MQTT_PORT: '1' });
    expect(code).toBe(1);
    expect(log).toContain('services.x is wrong');
    expect(log).toContain('engine does not answer');
  });

  it.each([
    [[], 2],
    [['dev', 'prod'], 1],
    [['start'], 1],
  ])('refuses %j', async (args, code) => {
    expect(await run(...args)).toMatchObject({ code });
  });
});

/** Answers as Compose 2 with nothing running; records how it was called. */
function stubDocker(answers = {}) {
  const cases = Object.entries({ up: 'exit 0', config: 'exit 0', ...answers, info: answers.info ?? 'exit 0' })
    .map(([word, answer]) => `*" ${word} "*) ${answer} ;;`)
    .join('\n');
  stub(
    'docker',
    `echo "$*" >>${directory}/calls\ncase " $* " in\n*" version --short "*) echo v2.40.1 ;;\n${cases}\nesac`,
  );
}

function calls() {
  return readFileSync(join(directory, 'calls'), 'utf8').split('\n');
}

function stub(name, body) {
  writeFileSync(join(directory, 'bin', name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

function whereIs(tool) {
  const folder = process.env.PATH.split(':').find((each) => {
    try {
      return statSync(join(each, tool)).isFile();
    } catch {
      return false;
    }
  });
  if (folder === undefined) throw new Error(`${tool} is not installed`);
  return join(folder, tool);
}

const secret = (name) => readFileSync(join(secrets, name), 'utf8');

/** The last argument may hold variables. */
function run(...args) {
  const more = typeof args.at(-1) === 'object' ? args.pop() : {};
  return execute('/bin/sh', [join(ROOT, 'scripts/run.sh'), ...args], more);
}

const sh = (line) => execute('/bin/sh', ['-c', line], {});

function execute(program, args, more) {
  const env = { PATH: join(directory, 'bin'), GONSTERS_SECRETS: secrets, HOSTNAME: 'here', ...more };
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let log = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      log += chunk;
    });
    child.once('close', (code) => resolve({ code, output, log }));
  });
}
