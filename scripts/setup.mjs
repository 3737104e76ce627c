// Brings a checkout to where it can run: installs what is missing and builds what is stale, nothing twice.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureNode, interrupted, runNode, startChild } from './child.mjs';
import { withLock } from './setup-lock.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STATE = join(ROOT, '.gonsters');
const OLDEST_NODE = [20, 19];

/** What each build reads and what it must have made; a build runs when the digest of the former has changed. */
const BUILDS = {
  server: {
    sources: ['contract/src', 'simulator/src', 'server/src'],
    files: ['tsconfig.base.json', 'contract/tsconfig.json', 'simulator/tsconfig.json', 'server/tsconfig.json'],
    made: ['contract/dist/index.js', 'simulator/dist/index.js', 'server/dist/main.js'],
    cwd: ROOT,
    args: [bin('typescript', 'bin/tsc'), '-b', 'contract', 'simulator', 'server'],
  },
  web: {
    sources: ['contract/src', 'web/src', 'web/public', 'web/worker'],
    files: ['web/index.html', 'web/vite.config.ts', 'web/shell-worker.ts', 'web/package.json'],
    made: ['web/dist/index.html'],
    cwd: join(ROOT, 'web'),
    args: [bin('vite', 'bin/vite.js'), 'build', '--logLevel', 'warn'],
  },
  bench: {
    sources: ['contract/src', 'simulator/src', 'server/src', 'bench/src'],
    files: ['bench/tsconfig.json'],
    made: ['bench/dist/main.js'],
    cwd: ROOT,
    args: [bin('typescript', 'bin/tsc'), '-b', 'bench'],
  },
};

export class SetupError extends Error {}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** @param builds which of `BUILDS` the caller needs, in order */
export async function setup(builds = ['server', 'web']) {
  requireNode();
  await withLock(
    join(STATE, 'setup.lock'),
    () => say('Another setup of this checkout is running; waiting for it…'),
    async () => {
      await install();
      for (const name of builds) await build(name);
    },
  );
}

export function bin(packageName, script) {
  return join(ROOT, 'node_modules', packageName, script);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new SetupError(
    `GONSTERS needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org`,
  );
}

async function install() {
  if (isInstalled()) return;
  await step('Installing packages', async () => {
    // NODE_ENV=production would leave out what the build needs.
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const options = { cwd: ROOT, stdio: ['ignore', 2, 2] };
    const npm = process.env.npm_execpath;
    const { close } =
      npm !== undefined && /\.c?js$/.test(npm)
        ? startChild(process.execPath, [npm, ...args], options)
        : startChild('npm', args, { ...options, shell: process.platform === 'win32' });
    return close;
  });
  writeState('platform', platform());
  await installHooks();
}

/**
 * Whether node_modules holds what package-lock.json says: npm leaves a lock of what it installed inside, written last.
 * Optional packages (one per operating system and processor) are not compared, only that the platform is the same.
 */
function isInstalled() {
  const installedLock = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installedLock)) return false;
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const same = Object.entries(wanted).every(
    ([path, { version, optional, link }]) =>
      !path.includes('node_modules/') || optional || link || installed[path]?.version === version,
  );
  return same && [null, platform()].includes(readState('platform'));
}

const platform = () => `${process.platform}-${process.arch}`;

/** Never fails the setup: somebody without git, or with hooks of their own, still gets a running system. */
async function installHooks() {
  if (process.env.CI || process.env.LEFTHOOK === '0' || !existsSync(join(ROOT, '.git'))) return;
  const { code } = await captureNode([bin('lefthook', 'bin/index.js'), 'install'], { cwd: ROOT });
  if (code !== 0) say('The git hooks could not be installed; everything else works without them.');
}

async function build(name) {
  const { sources, files, made, cwd, args } = BUILDS[name];
  const digest = digestOf(sources, [...files, 'package-lock.json']);
  const isThere = made.every((path) => existsSync(join(ROOT, path)));
  if (isThere && readState(`built-${name}`) === digest) return;
  await step(`Building ${name}`, () => runNode(args, { cwd, stdio: ['ignore', 2, 2] }));
  writeState(`built-${name}`, digest);
}

/** Of names and contents, since a checkout of another branch sets times of its own. */
function digestOf(folders, files) {
  const hash = createHash('sha256');
  for (const path of [...folders.flatMap(filesUnder), ...files].sort()) {
    if (/\.test\.tsx?$/.test(path) || !existsSync(join(ROOT, path))) continue;
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  );
}

async function step(title, work) {
  const startedMs = Date.now();
  say(`${title}…`);
  const code = await work();
  if (interrupted) process.exit(0);
  if (code !== 0) throw new SetupError(`${title} failed (exit code ${code}); the reason stands above.`);
  say(`${title}: done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
}

function readState(name) {
  const path = join(STATE, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

function writeState(name, text) {
  mkdirSync(STATE, { recursive: true });
  writeFileSync(join(STATE, name), text);
}
