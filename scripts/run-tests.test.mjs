import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import config from '../vitest.config.ts';
import { chooseTests } from './run-tests.mjs';
import { ROOT } from './setup.mjs';

describe('which tests run', () => {
  it('by default: each once, without the long ones, and the notice names what is left out', () => {
    const { vitestArgs, env, notice } = chooseTests(['--coverage']);
    expect(vitestArgs).toEqual(['--project=all', '--project=units', '--exclude=**/*.long.test.ts', '--coverage']);
    expect(env).toEqual({ TEST_WHOLE: '1' });
    expect(notice).toContain('npm test -- --everything --coverage');
    const flows = readdirSync(join(ROOT, 'server/test/flows')).filter((file) => file.endsWith('.long.test.ts'));
    expect(flows.length).toBeGreaterThan(0);
    for (const file of flows) expect(notice).toContain(`server/test/flows/${file}\n`);
    expect(notice).toMatch(/other time zones/);
    expect(notice).toMatch(/on PostgreSQL, InfluxDB and Redis/);
  });

  it('with `--everything`: all of them in every project, and nothing is left out', () => {
    expect(chooseTests(['--coverage', '--everything'])).toEqual({
      vitestArgs: ['--coverage'],
      env: { TEST_EVERYTHING: '1', TEST_WHOLE: '1' },
      notice: null,
    });
  });

  it('with the name of a file: that one, long or not', () => {
    const { vitestArgs, env, notice } = chooseTests(['nodes-killed']);
    expect(env).toEqual({});
    expect(vitestArgs).toEqual(['--project=all', 'nodes-killed']);
    expect(notice).not.toContain('.long.test.ts');
    expect(notice).toContain('npm test -- --everything nodes-killed');
  });

  it('with a project: what Vitest makes of it', () => {
    expect(chooseTests(['--project', 'real servers'])).toMatchObject({
      vitestArgs: ['--project', 'real servers'],
      notice: null,
    });
  });
});

it('continuous integration runs everything', () => {
  expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain('npm test -- --everything --coverage');
  const workflow = readFileSync(join(ROOT, '.github/workflows/ci.yml'), 'utf8');
  expect(workflow).toContain('run.mjs test --everything --coverage');
});

it('every pattern of every project finds test files, one for each of its words in braces', () => {
  const files = ['contract/src', 'simulator/src', 'server', 'web', 'e2e/tests', 'scripts'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .filter((file) => /\.test\.(tsx?|mjs)$/.test(file) && !file.includes('node_modules'))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
  );
  const patterns = config.test.projects.flatMap((project) => project.test.include).flatMap(withoutBraces);
  expect(patterns.length).toBeGreaterThan(20);
  // A component without a test is no mistake.
  const unused = patterns.filter(
    (pattern) => !pattern.endsWith('.tsx') && !files.some((file) => matches(pattern, file)),
  );
  expect(unused).toEqual([]);
});

function withoutBraces(pattern) {
  const [all, words] = /\{([^}]*)\}/.exec(pattern) ?? [];
  return all === undefined ? [pattern] : words.split(',').flatMap((word) => withoutBraces(pattern.replace(all, word)));
}

function matches(pattern, file) {
  const escaped = pattern.replaceAll('.', '\\.').replaceAll('**/', '\0').replaceAll('*', '[^/]*');
  return new RegExp(`^${escaped.replaceAll('\0', '(?:.*/)?')}$`).test(file);
}
