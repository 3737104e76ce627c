// Runs the tests. By default each runs once, without the long ones; `--everything` runs all of them in every way.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { interrupted, runNode } from './child.mjs';
import { bin, ROOT, say } from './setup.mjs';

const EVERYTHING = '--everything';
const LONG = '.long.test.ts';
const TEST_FOLDERS = ['server/test', 'e2e/tests'];

/** Arguments are those of Vitest, and `--everything`. Resolves with the exit code. */
export async function runTests(args) {
  const { vitestArgs, env, notice } = chooseTests(args);
  const results = join(ROOT, '.gonsters/test-results.json');
  mkdirSync(join(ROOT, '.gonsters'), { recursive: true });
  const reporters = ['default', './scripts/skipped-reporter.ts', 'json'].map((name) => `--reporter=${name}`);
  const code = await runNode(
    [bin('vitest', 'vitest.mjs'), 'run', ...reporters, `--outputFile.json=${results}`, ...vitestArgs],
    { env: { ...process.env, ...env } },
  );
  if (!interrupted && notice !== null) say(notice);
  return code;
}

/** What Vitest is asked to run, and what is said about the rest. */
export function chooseTests(args) {
  const namesFiles = args.some((arg) => !arg.startsWith('-'));
  const namesProject = args.some((arg) => arg.startsWith('--project'));
  // See vitest.config.ts: unit tests have a project of their own only in a whole run, so that `all` has whatever is named.
  const whole = namesFiles || namesProject ? {} : { TEST_WHOLE: '1' };
  if (args.includes(EVERYTHING)) {
    const vitestArgs = args.filter((arg) => arg !== EVERYTHING);
    return { vitestArgs, env: { TEST_EVERYTHING: '1', ...whole }, notice: null };
  }
  // Who names a project has chosen already.
  if (namesProject) return { vitestArgs: args, env: {}, notice: null };
  // Who names a file means it, long or not.
  const choice = namesFiles ? ['--project=all'] : ['--project=all', '--project=units', `--exclude=**/*${LONG}`];
  const again = ['npm test --', EVERYTHING, ...args].join(' ');
  return { vitestArgs: [...choice, ...args], env: whole, notice: leftOut(namesFiles ? [] : longTests(), again) };
}

function leftOut(longFiles, command) {
  const long = longFiles.map((file) => `\n      ${file}`).join('');
  return [
    'Each test ran once. These runs were left out:',
    ...(longFiles.length > 0
      ? [
          `  - long tests, which kill, freeze and refill servers for minutes (npm test -- FILE runs one of them):${long}`,
        ]
      : []),
    '  - tests that read or write times, in other time zones',
    '  - tests of the API, of alerts and of the live stream, on PostgreSQL, InfluxDB and Redis instead of the embedded stores',
    '  - further random examples of some property tests',
    `To run them as well, as CI does: ${command}`,
    '',
  ].join('\n');
}

function longTests() {
  return TEST_FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .filter((file) => file.endsWith(LONG))
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`),
  ).sort();
}

/** The unit tests that reach a file which differs from what was pushed last: for the pre-push hook. */
export function runTestsOfChanges() {
  const upstream = spawnSync('git', ['merge-base', 'HEAD', '@{upstream}'], { cwd: ROOT, encoding: 'utf8' });
  const since = upstream.status === 0 ? upstream.stdout.trim() : 'HEAD~1';
  const units = ['contract/src', 'server/src', 'simulator/src', 'web/src', 'scripts'];
  const options = ['--project=all', `--changed=${since}`, '--passWithNoTests'];
  return runNode([bin('vitest', 'vitest.mjs'), 'run', ...options, ...units]);
}
