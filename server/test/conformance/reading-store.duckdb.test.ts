// The embedded engine passes the suite of every store of readings.

import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { readingStoreConformance } from './reading-store.ts';

/** So few that files are merged in parts, as large ones are, and files with less are not. */
const PART_ROWS = 15;
/** So few that compactions begin by themselves, too. */
const MAX_HOT_READINGS = 50;

readingStoreConformance(
  'DuckDB',
  (directory, clock) =>
    new DuckdbReadingStore({
      directory,
      clock,
      log: silentLogger,
      partRows: PART_ROWS,
      maxHotReadings: MAX_HOT_READINGS,
    }),
);
