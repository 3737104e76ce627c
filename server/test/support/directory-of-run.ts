// The directory in which one run of the tests keeps all its temporary files: in memory where there is room, because most tests
// wait for writes to reach the disk, and none of them can tell the difference.

import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
const PREFIX = 'gonsters-tests-';
/** More than a run needs, for the files as for the memory of the programs beside them. */
const ROOM_BYTES = 4 * 1024 ** 3;

/** Makes it, makes it the temporary directory of this process and of those that it starts, and removes it when this one ends. */
export function useDirectoryOfRun(): void {
  // Vitest reads its settings once for each project.
  if (process.env.TEST_DIRECTORY !== undefined) return;
  const parent = hasRoom() ? IN_MEMORY : tmpdir();
  removeAbandoned(parent);
  const directory = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  // PostgreSQL and other servers run as users of their own.
  chmodSync(directory, 0o1777);
  process.env.TEST_DIRECTORY = directory;
  process.env.TMPDIR = directory;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
}

/** A place that all test files of this run share. */
export const sharedByRun = (name: string) => join(process.env.TEST_DIRECTORY ?? tmpdir(), name);

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ROOM_BYTES && process.availableMemory() >= 2 * ROOM_BYTES;
  } catch {
    return false;
  }
}

/** Those of runs that were killed. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent).filter((each) => each.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (!isRunning(pid)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
