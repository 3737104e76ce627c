// The commands of package.json: each sets up what it needs, then does its work.

import { join } from 'node:path';
import { captureNode, ENDED_BY_SIGNAL, interrupted, passHangUpOn, runNode } from './child.mjs';
import { demo } from './demo.mjs';
import { dev } from './dev.mjs';
import { runTests, runTestsOfChanges } from './run-tests.mjs';
import { bin, ROOT, SetupError, say, setup } from './setup.mjs';

const COMMANDS = {
  async build() {
    await setup();
    return 0;
  },

  async start(args) {
    await setup();
    passHangUpOn();
    return runNode([join(ROOT, 'server/dist/main.js'), 'start', ...args]);
  },

  async demo() {
    await setup();
    return demo();
  },

  async dev() {
    await setup(['server']);
    return dev();
  },

  async test(args) {
    await setup();
    return runTests(args);
  },

  async check(args) {
    await setup(['server', 'web', 'bench']);
    const failed = await checkSources();
    if (failed > 0 || args.includes('--no-tests')) return failed;
    return args.includes('--quick') ? runTestsOfChanges() : runTests(['--coverage']);
  },

  async bench(args) {
    await setup(['server', 'web', 'bench']);
    return runNode([join(ROOT, 'bench/dist/main.js'), ...args]);
  },
};

/** Format, lint, types, dead code and the size of the page side by side; prints only what went wrong. Resolves with how many failed. */
async function checkSources() {
  const checks = [
    ['format and lint', [bin('@biomejs/biome', 'bin/biome'), 'ci', '--colors=off', '.']],
    ['types', [bin('typescript', 'bin/tsc'), '-b']],
    ['dead code', [bin('knip', 'bin/knip.js')]],
    ['page size', [join(ROOT, 'scripts/bundle-sizes.mjs')]],
  ];
  const outcomes = await Promise.all(
    checks.map(async ([title, args]) => {
      const { code, output } = await captureNode(args, { cwd: ROOT });
      if (!interrupted) say(code === 0 ? `ok      ${title}` : `FAILED  ${title}\n${output}`);
      return code;
    }),
  );
  return outcomes.filter((code) => code !== 0).length;
}

/** A server that was told to end has done so: that is success. A test run that was cut short has proved nothing. */
function interruptedCode(name, code) {
  const serves = ['start', 'demo', 'dev'].includes(name);
  if (serves) return code === ENDED_BY_SIGNAL ? 0 : code;
  return 130;
}

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = Object.keys(COMMANDS).includes(name) ? COMMANDS[name] : null;
  if (command === null) throw new SetupError(`Usage: node scripts/run.mjs ${Object.keys(COMMANDS).join(' | ')}`);
  process.chdir(ROOT);
  const code = await command(args);
  process.exitCode = interrupted ? interruptedCode(name, code) : code;
} catch (error) {
  say(error instanceof SetupError ? error.message : error.stack);
  process.exitCode = 1;
}
