import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './setup-lock.mjs';

let folder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gonsters lock '));
});
afterEach(() => rm(folder, { recursive: true }));

const ended = (child) => new Promise((resolve) => child.once('close', resolve));

/** A process id that no longer exists. */
async function deadProcess() {
  const child = spawn(process.execPath, ['-e', '']);
  await ended(child);
  return child.pid;
}

/** Appends `+` when it has the lock and `-` before it gives it back. */
function contender(lock, log) {
  const script = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(new URL('./setup-lock.mjs', import.meta.url).href)};
    await withLock(${JSON.stringify(lock)}, () => undefined, async () => {
      appendFileSync(${JSON.stringify(log)}, '+');
      await new Promise((resolve) => setTimeout(resolve, 5));
      appendFileSync(${JSON.stringify(log)}, '-');
    });`;
  return ended(spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }));
}

describe('the setup lock', () => {
  it('lets one process at a time in, also past the lock of one that was killed', async () => {
    const lock = join(folder, 'state', 'setup.lock');
    const log = join(folder, 'log');
    await withLock(
      lock,
      () => undefined,
      async () => undefined,
    );
    await writeFile(lock, String(await deadProcess()));
    expect(await Promise.all(Array.from({ length: 8 }, () => contender(lock, log)))).toEqual(Array(8).fill(0));
    expect(await readFile(log, 'utf8')).toBe('+-'.repeat(8));
  });

  it('is given back when the work fails, and tells the one that waits', async () => {
    const lock = join(folder, 'setup.lock');
    let release;
    const failing = withLock(
      lock,
      () => undefined,
      () => new Promise((_, reject) => (release = reject)),
    );
    let waited = 0;
    const second = withLock(
      lock,
      () => waited++,
      async () => 'done',
    );
    await expect.poll(() => waited).toBe(1);
    release(new Error('build failed'));
    await expect(failing).rejects.toThrow('build failed');
    expect(await second).toBe('done');
  });
});
