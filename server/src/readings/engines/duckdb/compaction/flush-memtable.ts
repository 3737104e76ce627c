// Writes the memtable to one Parquet file, sorted by machine, metric and time.

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  INTEGER,
  UTINYINT,
} from '@duckdb/node-api';
import type { Memtable } from '../memtable/memtable.ts';
import { copyToParquet, seriesName } from '../reading-sql.ts';
import type { Series } from '../series.ts';

const CHUNK_ROWS = 2048;
/** Chunks passed to DuckDB before other work of the event loop runs; they take about 2 ms. */
const CHUNKS_PER_TURN = 4;
const TYPES = [INTEGER, DOUBLE, DOUBLE, UTINYINT];

/** The values are already unique per machine, metric and timestamp. Nothing is added to `memtable` meanwhile. */
export async function writeMemtable(writer: DuckDBConnection, memtable: Memtable, path: string): Promise<void> {
  await writer.run(
    'CREATE OR REPLACE TEMP TABLE memtable (series INTEGER, timestamp_ms DOUBLE, value DOUBLE, quality UTINYINT)',
  );
  await writer.run('CREATE OR REPLACE TEMP TABLE memtable_series (series INTEGER, machine_id VARCHAR, metric VARCHAR)');
  try {
    // Without it, every flush of the appender would be a transaction of its own.
    await writer.run('BEGIN');
    await append(writer, memtable);
    await writer.run('COMMIT');
    const select = `SELECT machine_id, metric, timestamp_ms::BIGINT AS timestamp_ms,
        CASE WHEN isnan(value) THEN NULL ELSE value END AS value, quality
      FROM memtable JOIN memtable_series USING (series)
      ORDER BY series, memtable.timestamp_ms`;
    await writer.run(copyToParquet(select, path));
  } catch (error) {
    await writer.run('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await writer.run('DROP TABLE IF EXISTS memtable; DROP TABLE IF EXISTS memtable_series');
  }
}

/** Series are numbered in the order of machine and metric. */
async function append(writer: DuckDBConnection, memtable: Memtable): Promise<void> {
  const names = await writer.createAppender('memtable_series');
  const rows = new ChunkAppender(await writer.createAppender('memtable'));
  let number = 0;
  for (const [id, machine] of memtable.machines()) {
    const named = [...machine].map(([metric, values]) => ({ name: seriesName(metric), values }));
    for (const { name, values } of named.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      names.appendInteger(number);
      names.appendVarchar(id);
      names.appendVarchar(name);
      names.endRow();
      await rows.add(number++, values);
    }
  }
  names.closeSync();
  rows.close();
}

class ChunkAppender {
  readonly #appender: DuckDBAppender;
  readonly #series = new Int32Array(CHUNK_ROWS);
  readonly #timestampsMs = new Float64Array(CHUNK_ROWS);
  readonly #values = new Float64Array(CHUNK_ROWS);
  readonly #qualities = new Uint8Array(CHUNK_ROWS);
  #rows = 0;
  #chunks = 0;

  constructor(appender: DuckDBAppender) {
    this.#appender = appender;
  }

  async add(number: number, { length, timestampsMs, values, qualities }: Series): Promise<void> {
    for (let from = 0; from < length; ) {
      const count = Math.min(CHUNK_ROWS - this.#rows, length - from);
      this.#series.fill(number, this.#rows, this.#rows + count);
      this.#timestampsMs.set(timestampsMs.subarray(from, from + count), this.#rows);
      this.#values.set(values.subarray(from, from + count), this.#rows);
      this.#qualities.set(qualities.subarray(from, from + count), this.#rows);
      from += count;
      this.#rows += count;
      if (this.#rows < CHUNK_ROWS) continue;
      this.#flush();
      if (++this.#chunks % CHUNKS_PER_TURN > 0) continue;
      // By default the appender would pass on 200,000 rows at once.
      this.#appender.flushSync();
      await nextTurn();
    }
  }

  close(): void {
    this.#flush();
    this.#appender.closeSync();
  }

  #flush(): void {
    if (this.#rows === 0) return;
    const chunk = DuckDBDataChunk.create(TYPES, this.#rows);
    for (const [c, column] of [this.#series, this.#timestampsMs, this.#values, this.#qualities].entries()) {
      const vector = chunk.getColumnVector(c);
      // The package hides the memory behind a vector and offers only one call per value.
      (vector as unknown as { items: typeof column }).items.set(column.subarray(0, this.#rows));
      vector.flush();
    }
    this.#appender.appendDataChunk(chunk);
    this.#rows = 0;
  }
}
