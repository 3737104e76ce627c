import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './setup.mjs';

const folder = join(ROOT, '.github/workflows');
const workflows = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  return { file, text, workflow: parse(text) };
});
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ file, name, job })),
);

it('there are workflows to look at', () => {
  expect(workflows.map(({ file }) => file).sort()).toEqual(['ci.yml', 'release.yml', 'security.yml']);
});

describe.each(workflows)('$file', ({ text, workflow }) => {
  it('pins every action to a commit and says which version that is', () => {
    const uses = [...text.matchAll(/uses: (.*)$/gm)].map(([, what]) => what);
    expect(uses.length).toBeGreaterThan(0);
    for (const what of uses) expect(what).toMatch(/^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('names one commit for one version of an action everywhere', () => {
    const pinned = new Map();
    for (const { text: each } of workflows) {
      for (const [, action, commit] of each.matchAll(/uses: ([\w-]+\/[\w-]+)\S*@(\S+)/g)) {
        expect(pinned.get(action) ?? commit, action).toBe(commit);
        pinned.set(action, commit);
      }
    }
  });

  it('may read the sources and no more, where a job does not ask for more', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  it('does not run twice for the same thing', () => {
    expect(workflow.concurrency.group).toContain('github.ref');
  });

  it('hands no value of an event to a shell as text', () => {
    for (const { job } of jobs) {
      for (const { run = '' } of job.steps) expect(run).not.toMatch(/\$\{\{/);
    }
  });
});

describe.each(jobs)('$file: $name', ({ job }) => {
  it('ends by itself and names its permissions', () => {
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    expect(job.permissions).toBeTypeOf('object');
  });

  it('leaves no token behind in the checkout', () => {
    for (const step of job.steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'))) {
      expect(step.with['persist-credentials']).toBe(false);
    }
  });

  it('runs scripts of ours that exist', () => {
    for (const { run = '' } of job.steps) {
      for (const [, path] of run.matchAll(/(?:node |^)(scripts\/[\w.-]+)/gm))
        expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
  });
});

it('tests on every major version of Node that is supported', () => {
  const { tests } = workflows.find(({ file }) => file === 'ci.yml').workflow.jobs;
  expect(tests.strategy.matrix.node).toEqual([20, 22, 24]);
  expect(tests.env.REQUIRE_SERVERS).toBe('1');
});

it('installs every program that the tests look for', () => {
  const { SERVERS } = workflows.find(({ file }) => file === 'ci.yml').workflow.env;
  const packages = {
    Chromium: 'chromium',
    Haproxy: 'haproxy',
    InfluxDB: 'influxdb',
    Mosquitto: 'mosquitto',
    MosquittoPub: 'mosquitto-clients',
    Nginx: 'nginx-light',
    NginxStream: 'libnginx-mod-stream',
    Postgres: 'postgresql',
    Redis: 'redis-server',
    Strace: 'strace',
    VictoriaMetrics: 'victoria-metrics',
  };
  const support = readFileSync(join(ROOT, 'server/test/support/find-program.ts'), 'utf8');
  const looked = [...support.matchAll(/export (?:const|function) find(\w+)/g)].map(([, name]) => name);
  expect(looked.length).toBeGreaterThan(5);
  const wanted = ['Chromium', ...looked].map(
    (name) => packages[name.replace('Influxdb', 'InfluxDB')] ?? `a package for ${name}`,
  );
  expect(SERVERS.split(' ').sort()).toEqual(wanted.sort());
  const [, alone] = /^for package in (.*); do$/m.exec(readFileSync(join(ROOT, '.ci/run'), 'utf8'));
  expect(alone.split(' ').sort()).toEqual(wanted.sort());
});

it('tests on the InfluxDB that the stacks run, which the distribution does not have', () => {
  const job = workflows.find(({ file }) => file === 'ci.yml').workflow.jobs['influxdb-2'];
  expect(job.env.INFLUXD).toBe('/tmp/influxd');
  const script = job.steps.map(({ run = '' }) => run).join('\n');
  const [, pattern, composeFile] = /sed -n 's\/(.*)\/\\1\/p' (\S+)\)/.exec(script);
  const named = new RegExp(pattern.replaceAll(/\\([()])/g, '$1'), 'm').exec(
    readFileSync(join(ROOT, composeFile), 'utf8'),
  );
  expect(named[1]).toMatch(/^influxdb:2\.7\.\d+$/);
});

it('fixes the seed of property tests everywhere but in the job that looks further', () => {
  for (const { name, job } of jobs) expect(job.env?.CI, name).toBe(name === 'random-properties' ? '' : undefined);
});
