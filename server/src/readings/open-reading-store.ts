// Chooses the engine that keeps the readings.

import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import { DuckdbReadingStore } from './engines/duckdb/duckdb-reading-store.ts';
import type { EmbeddedReadingStore } from './store-files.ts';

/** The store is not opened yet. It takes `dataDir`/readings for itself. */
export function openReadingStore(parts: { dataDir: string; clock: Clock; log: Logger }): EmbeddedReadingStore {
  return new DuckdbReadingStore({ directory: join(parts.dataDir, 'readings'), clock: parts.clock, log: parts.log });
}
