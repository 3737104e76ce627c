// A server program that a test starts, stops or kills, and starts again on the same port and data.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export class ServerProgram {
  readonly #spawn: () => ChildProcess;
  readonly #untilReady: () => Promise<void>;
  #child: ChildProcess | null = null;

  /** @param untilReady resolves when the server answers; see `until-answering.ts` */
  constructor(
    program: string,
    args: readonly string[],
    parts: { untilReady: () => Promise<void>; options?: SpawnOptions },
  ) {
    this.#spawn = () => spawn(program, args, { stdio: 'ignore', ...parts.options });
    this.#untilReady = parts.untilReady;
  }

  async start(): Promise<void> {
    this.#child = this.#spawn();
    await this.#untilReady();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Freezes or thaws the server and its child processes, or makes it reload its configuration. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGHUP'): void {
    const child = this.#child;
    if (child?.pid === undefined) return;
    if (signal === 'SIGHUP') {
      child.kill(signal);
      return;
    }
    // The parent first: while it is frozen it starts no more children.
    child.kill(signal);
    for (const pid of childrenOf(child.pid)) process.kill(pid, signal);
  }

  /** SIGKILL simulates a power failure. Resolves when the process has ended; safe to call when none runs. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

function childrenOf(pid: number): number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}
