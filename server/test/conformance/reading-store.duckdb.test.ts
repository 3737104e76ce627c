// The embedded engine passes the suite of every store of readings.

import { silentLogger } from '../../src/log.ts';
import { DuckdbReadingStore } from '../../src/readings/engines/duckdb/duckdb-reading-store.ts';
import { HOLD_MS, kindOf } from './reading-histories.ts';
import { readingStoreConformance } from './reading-store.ts';

/** So few that larger files are merged in parts, and smaller ones at once. */
const MAX_ROWS_PER_SORT = 15;
/** So few that flushes also begin by themselves. */
const MAX_MEMTABLE_VALUES = 150;

readingStoreConformance(
  'DuckDB',
  (directory, clock, plantZone, holdMs = () => HOLD_MS) =>
    new DuckdbReadingStore({
      directory,
      clock,
      log: silentLogger,
      maxRowsPerSort: MAX_ROWS_PER_SORT,
      maxMemtableValues: MAX_MEMTABLE_VALUES,
      kindOf,
      ...(plantZone === undefined ? {} : { plantZone }),
      holdMs,
    }),
);
