// A server program that a test starts, ends as it likes, and starts again on the same port and data.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export class ServerProgram {
  readonly #spawn: () => ChildProcess;
  readonly #untilReady: () => Promise<void>;
  #child: ChildProcess | null = null;

  /** @param untilReady resolves when it answers; see `until-answering.ts` */
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

  /** Freezes or thaws it, with the processes that it has started, or has it read its settings again. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGHUP'): void {
    const child = this.#child;
    if (child?.pid === undefined) return;
    if (signal === 'SIGHUP') {
      child.kill(signal);
      return;
    }
    // The parent first: one that is frozen starts no more of them.
    child.kill(signal);
    for (const pid of childrenOf(child.pid)) process.kill(pid, signal);
  }

  /** SIGKILL is a power cut. Resolves when the process is over; safe where none runs. */
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
