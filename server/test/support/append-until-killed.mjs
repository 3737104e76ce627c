// A process that appends one reading after the other and prints the number of each that was acknowledged:
// `node append-until-killed.mjs DIRECTORY FIRST-NUMBER`. Housekeeping runs all the while.

import { systemClock } from '../../dist/clock.js';
import { silentLogger } from '../../dist/log.js';
import { DuckdbReadingStore } from '../../dist/readings/engines/duckdb/duckdb-reading-store.js';

const MACHINE = '00000000-0000-4000-8000-00000000000a';
const NOON = Date.UTC(2026, 0, 15, 12);
const KEPT = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };

const [directory, first] = process.argv.slice(2);
const store = new DuckdbReadingStore({ directory, clock: systemClock, log: silentLogger, maxHotReadings: 10 });
try {
  await store.open();
} catch (error) {
  process.stderr.write(`${error.code}\n`);
  process.exit(1);
}
for (let i = Number(first); ; i++) {
  await append(i);
  process.stdout.write(`${i}\n`);
  if (i % 20 === 0) void store.maintain(systemClock.nowMs() + 1_000_000, KEPT);
}

/** With so few readings allowed in memory the store may refuse one until its compaction is done. */
async function append(i) {
  for (;;) {
    try {
      await store.append({
        length: 1,
        machineIds: [MACHINE],
        timestampsMs: Float64Array.of(NOON + i * 1000),
        values: [Float64Array.of(i), Float64Array.of(Number.NaN), Float64Array.of(-i)],
      });
      return;
    } catch (error) {
      if (error.code !== 'store_unavailable') throw error;
    }
  }
}
