// The embedded engine passes the suite of every store of readings.

import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { readingStoreConformance } from './reading-store.ts';

/** So few that files are merged in parts, as large ones are, and files with less are not. */
const MAX_ROWS_PER_SORT = 15;
/** So few that compactions begin by themselves, too. */
const MAX_MEMTABLE_READINGS = 50;

readingStoreConformance(
  'DuckDB',
  (directory, clock) =>
    new DuckdbReadingStore({
      directory,
      clock,
      log: silentLogger,
      maxRowsPerSort: MAX_ROWS_PER_SORT,
      maxMemtableReadings: MAX_MEMTABLE_READINGS,
    }),
);
