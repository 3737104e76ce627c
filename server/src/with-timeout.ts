// Waits for something for a limited time, so that a stop does not wait for a server that does not answer.

import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves or rejects as `work` does, at the latest after `withinMs`. The timer does not keep the process alive. */
export async function withTimeout(work: Promise<unknown> | null, withinMs: number): Promise<void> {
  await Promise.race([work, sleep(withinMs, undefined, { ref: false })]);
}
