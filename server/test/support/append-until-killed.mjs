// A process that appends one reading after the other and prints the number of each that was acknowledged, `failed` for
// each that was refused and is tried again: `node append-until-killed.mjs DIRECTORY FIRST-NUMBER [JOBS]`.
// Background jobs run after every 20 readings unless JOBS is `none`.

import { systemClock } from '../../dist/clock.js';
import { silentLogger } from '../../dist/log.js';
import { DuckdbReadingStore } from '../../dist/readings/engines/duckdb/duckdb-reading-store.js';

const MACHINE = '00000000-0000-4000-8000-00000000000a';
const NOON = Date.UTC(2026, 0, 15, 12);
const KEPT = { raw: 36_500, '1m': 36_500, '1h': 36_500, '1d': 36_500 };

const [directory, first, jobs] = process.argv.slice(2);
const store = new DuckdbReadingStore({
  directory,
  clock: systemClock,
  log: silentLogger,
  maxMemtableValues: jobs === 'none' ? 100_000 : 20,
});
try {
  await store.open();
} catch (error) {
  process.stderr.write(`${error.code}\n`);
  process.exit(1);
}
for (let i = Number(first); ; ) {
  const batch = {
    length: 1,
    machineIds: [MACHINE],
    timestampsMs: Float64Array.of(NOON + i * 1000),
    starts: Uint32Array.of(0, 2),
    metrics: Uint16Array.of(0, 2),
    values: Float64Array.of(i, -i),
    qualities: Uint8Array.of(0, 0),
  };
  const isStored = await store.append(batch).then(
    () => true,
    (error) => {
      if (error.code !== 'store_unavailable') throw error;
      return false;
    },
  );
  process.stdout.write(isStored ? `${i++}\n` : 'failed\n');
  if (jobs !== 'none' && i % 20 === 0) store.runDueJobs(systemClock.nowMs() + 1_000_000, KEPT).catch(() => undefined);
}
