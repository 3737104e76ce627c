// A store for tests of back-tests that has one series in memory, and gives it in pieces of any length.

import { BAD, GOOD } from '../../../src/readings/reading-batch.ts';
import type { ReadingStore } from '../../../src/readings/reading-store.ts';

export interface StoredValue {
  readonly atMs: number;
  readonly value: number;
  readonly isBad?: boolean;
}

export function storedColumns(values: readonly StoredValue[], pieceLength: number): Pick<ReadingStore, 'export'> {
  return {
    async *export({ fromMs, toMs, metrics }) {
      const found = values.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
      for (let at = 0; at < found.length; at += pieceLength) {
        const piece = found.slice(at, at + pieceLength);
        yield {
          length: piece.length,
          timestampsMs: Float64Array.from(piece, ({ atMs }) => atMs),
          columns: [
            {
              metric: metrics?.[0] ?? 0,
              values: Float64Array.from(piece, ({ value }) => value),
              qualities: Uint8Array.from(piece, ({ isBad }) => (isBad === true ? BAD : GOOD)),
            },
          ],
        };
      }
    },
  };
}
