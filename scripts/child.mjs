// Starts child processes so that a signal reaches each of them exactly once.

import { spawn } from 'node:child_process';

/** The exit code of a child that a signal ended. */
export const ENDED_BY_SIGNAL = 128;

const SECOND_SIGNAL_AFTER_MS = 1000;
const running = new Set();
let firstSignalMs = 0;

/** Whether the person asked for the end; then the exit codes of children no longer count. */
export let interrupted = false;

let passesHangUp = false;

/** From now on SIGHUP reaches the children as such, and ends nothing: the server reads its certificates again. */
export function passHangUpOn() {
  passesHangUp = true;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal === 'SIGHUP' && passesHangUp) {
      for (const child of running) child.kill(signal);
      return;
    }
    const nowMs = Date.now();
    interrupted = true;
    // A terminal's Ctrl-C arrives here from the terminal and again from npm: within a second it is the same one.
    if (firstSignalMs !== 0 && nowMs - firstSignalMs < SECOND_SIGNAL_AFTER_MS) return;
    const forward = firstSignalMs === 0 ? 'SIGTERM' : 'SIGKILL';
    if (firstSignalMs === 0) firstSignalMs = nowMs;
    for (const child of running) child.kill(forward);
    if (running.size === 0) process.exit(0);
  });
}

/**
 * `close` resolves with the exit code once the child has ended; `ENDED_BY_SIGNAL` where it had none.
 * On POSIX a child gets its own process group, else a Ctrl-C would reach it twice: directly, and through here.
 */
export function startChild(command, args, options = {}) {
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
    ...options,
  });
  running.add(child);
  const close = new Promise((resolve, reject) => {
    child.once('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.once('close', (code) => {
      running.delete(child);
      resolve(code ?? ENDED_BY_SIGNAL);
    });
  });
  return { child, close };
}

/** Runs Node with a script and waits; resolves with the exit code. */
export function runNode(args, options = {}) {
  return startChild(process.execPath, args, options).close;
}

/** Like `runNode`, but keeps what is printed (both streams, in order) instead of showing it. */
export async function captureNode(args, options = {}) {
  const { child, close } = startChild(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const code = await close;
  return { code, output: Buffer.concat(chunks).toString() };
}
