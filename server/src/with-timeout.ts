// Waits for something no longer than it may hold others up: for a stop that must not hang on a server that does not answer.

import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves or rejects as `work` does, at the latest after `withinMs`; keeps no process alive. */
export async function withTimeout(work: Promise<unknown> | null, withinMs: number): Promise<void> {
  await Promise.race([work, sleep(withinMs, undefined, { ref: false })]);
}
