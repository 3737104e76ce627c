// Copies single readings from one store to another, machine by machine, with bounded memory.

import { concatColumns, type ReadingColumns } from './reading-columns.ts';
import type { RawRange, ReadingStore } from './reading-store.ts';

const READINGS_PER_APPEND = 20_000;

/**
 * Resolves with the number of readings when they are durable in `to`; `onAppended` hears of those so far.
 * Rejects as the stores do.
 */
export async function copyReadings(
  from: Pick<ReadingStore, 'export'>,
  to: Pick<ReadingStore, 'append'>,
  range: Pick<RawRange, 'machineId' | 'fromMs' | 'toMs'>,
  onAppended: (copied: number) => void = () => {},
): Promise<number> {
  let copied = 0;
  let waiting: ReadingColumns[] = [];
  let length = 0;
  const append = async () => {
    await to.append(concatColumns(waiting));
    copied += length;
    waiting = [];
    length = 0;
    onAppended(copied);
  };
  for await (const rows of from.export(range)) {
    waiting.push(rows);
    length += rows.length;
    if (length >= READINGS_PER_APPEND) await append();
  }
  if (length > 0) await append();
  return copied;
}
