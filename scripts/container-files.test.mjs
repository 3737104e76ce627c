// No engine runs where these tests do: they hold the files against their own rules and against each other.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './setup.mjs';

const stacks = { dev: readStack('dev'), prod: readStack('prod') };
const allServices = Object.entries(stacks).flatMap(([stack, { services }]) =>
  Object.entries(services).map(([name, service]) => ({ stack, name, service })),
);
/** Runs once and hands the secrets out. */
const isOneShot = ({ name }) => name === 'secrets';
const running = allServices.filter((each) => !isOneShot(each));

describe.each(running)('$stack: $name', ({ stack, service }) => {
  it('is contained', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service.cap_add).toBeUndefined();
    expect(service.user === undefined ? imageUser() : service.user).not.toMatch(/^0?(:|$)|root/);
    expect(service.privileged ?? service.pid ?? service.network_mode).toBeUndefined();
  });

  it('has limits, is watched and comes back', () => {
    expect(service.deploy.resources.limits).toMatchObject({
      memory: expect.any(String),
      cpus: expect.any(String),
      pids: expect.any(Number),
    });
    expect(service.restart).toBe('unless-stopped');
    expect(service.logging.options).toMatchObject({ 'max-size': expect.any(String), 'max-file': expect.any(String) });
    expect(service.healthcheck !== undefined || service.build !== undefined).toBe(true);
  });

  it('waits for what it needs until that is healthy', () => {
    for (const [needed, { condition }] of Object.entries(service.depends_on)) {
      expect({ needed, condition }).toEqual({
        needed,
        condition: needed === 'secrets' ? 'service_completed_successfully' : 'service_healthy',
      });
      expect(stacks[stack].services).toHaveProperty(needed);
    }
  });

  it('runs an exact version', () => {
    if (service.build === undefined) expect(service.image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  });

  it('gets secrets as files only', () => {
    for (const name of Object.keys(service.environment ?? {})) {
      if (/PASSWORD|TOKEN|SECRET|REDIS_URL/.test(name)) expect(name).toMatch(/_FILE$/);
    }
    expect(service.volumes).toContain('secrets:/run/gonsters:ro');
  });
});

describe.each(['dev', 'prod'])('the network of the %s stack', (stack) => {
  const { services, networks } = stacks[stack];
  const isInternal = (network) => networks[network]?.internal === true;

  it('publishes the page and the broker, nothing else', () => {
    const published = Object.entries(services).flatMap(([name, { ports }]) => (ports === undefined ? [] : [name]));
    expect(published.sort()).toEqual(['mosquitto', stack === 'dev' ? 'server' : 'proxy']);
  });

  it.each(['postgres', 'influxdb', 'redis'])('keeps %s inside', (name) => {
    expect(services[name].networks.filter((network) => !isInternal(network))).toEqual([]);
  });

  it('joins every service to what it speaks to', () => {
    for (const { networks: joined = [] } of Object.values(services)) {
      for (const network of joined) expect(networks).toHaveProperty(network);
    }
    for (const [name, { depends_on: needed, networks: joined = [] }] of Object.entries(services)) {
      for (const other of Object.keys(needed ?? {}).filter((each) => each !== 'secrets')) {
        const common = services[other].networks.filter((network) => joined.includes(network));
        expect(common, `${name} and ${other}`).not.toEqual([]);
      }
    }
  });
});

it('publishes the development stack on loopback only', () => {
  for (const { ports = [] } of Object.values(stacks.dev.services))
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

it('lets nothing in without TLS in production', () => {
  expect(stacks.prod.services.mosquitto.ports).toEqual([expect.stringMatching(/:8883$/)]);
  const nginx = readFileSync(join(ROOT, 'docker/nginx/nginx.conf'), 'utf8');
  expect(nginx).toMatch(/listen 8080;\s+return 308 https:/);
});

it('gives each server of production a name that stays', () => {
  const servers = Object.entries(stacks.prod.services).filter(([name]) => name.startsWith('server-'));
  expect(servers.length).toBeGreaterThan(1);
  for (const [name, { hostname }] of servers) expect(hostname).toBe(name);
  const nginx = readFileSync(join(ROOT, 'docker/nginx/nginx.conf'), 'utf8');
  for (const [name] of servers) expect(nginx).toContain(`server ${name}:5000`);
});

describe('hand-out-secrets.sh', () => {
  let directory;
  const handed = (path) => join(directory, 'out', path);

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gonsters-hand-out-'));
    mkdirSync(join(directory, 'in'));
    mkdirSync(join(directory, 'out'));
    mkdirSync(join(directory, 'bin'));
    // Giving files away is for root alone; what is given to whom is written down instead.
    writeFileSync(join(directory, 'bin/chown'), `#!/bin/sh\necho "$*" >>${directory}/owners\n`, { mode: 0o755 });
    for (const name of Object.keys(stacks.prod.secrets)) writeFileSync(join(directory, 'in', name), `the ${name}`);
    writeFileSync(join(directory, 'in/mqtt_gateways'), 'gateway:one\n');
    for (let start = 0; start < 2; start++) expect(await handOut()).toBe(0);
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('makes every file that a service is told to read, also at a second start', () => {
    const named = new Set();
    const files = [...walk(join(ROOT, 'docker'))].filter((path) => !/hand-out|secrets\//.test(path));
    for (const file of files) {
      for (const [, path] of readFileSync(file, 'utf8').matchAll(/\/run\/gonsters\/(\w+\/\w+)/g)) named.add(path);
    }
    expect(named.size).toBeGreaterThan(10);
    for (const path of named) expect(statSync(handed(path)).mode & 0o777, path).toBe(0o400);
  });

  it('builds what is made of a password', () => {
    expect(readFileSync(handed('server/redis_url'), 'utf8')).toBe('redis://:the redis_password@redis:6379');
    expect(readFileSync(handed('mosquitto/mqtt_gateways'), 'utf8')).toBe('gateway:one\ngonsters:the mqtt_password\n');
  });

  it('gives every service its own to the user that it runs as', () => {
    const owners = readFileSync(join(directory, 'owners'), 'utf8');
    const users = {
      ...Object.fromEntries(Object.entries(stacks.prod.services).map(([name, { user }]) => [name, user])),
      server: imageUser(),
    };
    for (const service of readdirSync(join(directory, 'out'))) {
      expect(owners).toContain(`-R ${users[service]} ${join(directory, 'out', service)}\n`);
    }
    expect(new Set(readdirSync(join(directory, 'out')).map((service) => users[service])).size).toBe(6);
  });

  function handOut() {
    const env = {
      PATH: `${join(directory, 'bin')}:${process.env.PATH}`,
      SECRETS_FROM: join(directory, 'in'),
      SECRETS_TO: join(directory, 'out'),
    };
    const child = spawn('sh', [join(ROOT, 'docker/hand-out-secrets.sh')], {
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return new Promise((resolve) => child.once('close', resolve));
  }
});

describe('Dockerfile', () => {
  const dockerfile = readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8');

  it('starts from one image, pinned by digest', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    const outside = bases.filter((image) => image !== 'manifests');
    for (const image of outside) expect(image).toMatch(/^node:24\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
    expect(new Set(outside).size).toBe(1);
  });

  it('runs node itself, as nobody special', () => {
    expect(dockerfile).toContain('ENTRYPOINT ["node", ');
    expect(imageUser()).toBe('10001:10001');
  });

  it('knows every workspace, so that npm ci finds what the lock file speaks of', () => {
    const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const workspace of workspaces) expect(dockerfile).toContain(`COPY ${workspace}/package.json ${workspace}/`);
  });

  it('leaves secrets and what was built elsewhere out', () => {
    const left = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    expect(left).toEqual(expect.arrayContaining(['.git', '**/node_modules', '**/dist', '**/.env', 'data', 'docker']));
  });

  it.each([
    [200, 0],
    [503, 1],
  ])('is healthy or not as /health answers: %i', async (status, code) => {
    const [, command] = /HEALTHCHECK[^\n]*\n\s+CMD (\[.*\])/.exec(dockerfile);
    const [program, ...args] = JSON.parse(command);
    const server = createServer((request, reply) =>
      reply.writeHead(request.url === '/health' ? status : 404).end(),
    ).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const child = spawn(program, args, { env: { PATH: process.env.PATH, PORT: String(server.address().port) } });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(code);
    await new Promise((resolve) => server.close(resolve));
  });
});

function readStack(name) {
  return parse(readFileSync(join(ROOT, `docker/compose.${name}.yml`), 'utf8'), { merge: true });
}

function imageUser() {
  return /^USER (\S+)/m.exec(readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8'))[1];
}

function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield path;
  }
}
