// Reads stored values of one series in pieces, and works on them in short turns of the event loop.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MonotonicClock } from '../../clock.ts';
import type { ReadingRange, ReadingStore } from '../../readings/reading-store.ts';
import type { ReadingTable } from '../../readings/reading-table.ts';

/** Values that are worked on before the time is looked at. */
const ROWS_PER_LOOK = 4096;
/** Other work gets its turn after this long. */
const TURN_MS = 8;

/** The pieces of a series, ascending. The next one is read while the last one is worked on. */
export async function* readColumns(
  store: Pick<ReadingStore, 'export'>,
  range: ReadingRange & { metrics: readonly number[] },
): AsyncIterable<ReadingTable> {
  const pieces = store.export(range)[Symbol.asyncIterator]();
  let next = pieces.next();
  try {
    for (;;) {
      const piece = await next;
      if (piece.done === true) return;
      next = pieces.next();
      // What the reader did with the piece was one turn already.
      await nextTurn();
      yield piece.value;
    }
  } finally {
    // The reader may have begun a piece that nobody wants any more.
    await next.catch(() => {});
    await pieces.return?.();
  }
}

/**
 * Calls `work` with parts of [0, length), in turns of a few milliseconds.
 *
 * @throws the reason of `signal` once it aborts
 */
export async function inTurns(
  length: number,
  work: (start: number, end: number) => void,
  { monotonic, signal }: { monotonic: MonotonicClock; signal: AbortSignal },
): Promise<void> {
  let begunMs = monotonic.elapsedMs();
  for (let start = 0; start < length; start += ROWS_PER_LOOK) {
    signal.throwIfAborted();
    work(start, Math.min(length, start + ROWS_PER_LOOK));
    if (monotonic.elapsedMs() - begunMs < TURN_MS) continue;
    await nextTurn();
    begunMs = monotonic.elapsedMs();
  }
}
