// Counts the readings in a data directory on which no server runs, with the journal.

import { join } from 'node:path';
import { systemClock } from '../../../src/clock.ts';
import { silentLogger } from '../../../src/log.ts';
import { DuckdbReadingStore } from '../../../src/readings/engines/duckdb/duckdb-reading-store.ts';

/** @returns how many machines have a newest reading */
export async function newestStored(dataDir: string): Promise<number> {
  const directory = join(dataDir, 'readings');
  const store = new DuckdbReadingStore({ directory, clock: systemClock, log: silentLogger });
  await store.open();
  try {
    return (await store.latest()).length;
  } finally {
    await store.close();
  }
}
