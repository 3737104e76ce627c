// The embedded engine passes the suite of every store of readings.

import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { readingStoreConformance } from './reading-store.ts';

readingStoreConformance(
  'DuckDB',
  (directory, clock) => new DuckdbReadingStore({ directory, clock, log: silentLogger }),
);
