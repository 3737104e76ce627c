// Works through many rows without holding up the event loop: SQLite answers synchronously.

import { setImmediate as nextTurn } from 'node:timers/promises';

export async function inChunks<T>(
  rows: readonly T[],
  size: number,
  work: (chunk: T[]) => Promise<unknown> | undefined,
): Promise<void> {
  for (let at = 0; at < rows.length; at += size) {
    if (at > 0) await nextTurn();
    await work(rows.slice(at, at + size));
  }
}
