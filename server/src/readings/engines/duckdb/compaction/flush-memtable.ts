// Writes the memtable to one Parquet file, sorted by machine and time.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { DOUBLE, type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk, INTEGER } from '@duckdb/node-api';
import { METRIC_NAMES } from '@gonsters/contract';
import { vectorDoubles } from '../duckdb-session.ts';
import type { Memtable } from '../memtable/memtable.ts';
import { copyToParquet } from '../reading-sql.ts';
import type { Rows } from '../rows.ts';

const CHUNK_ROWS = 2048;
/** Chunks passed to DuckDB before other work of the event loop runs; they take about 2 ms. */
const CHUNKS_PER_TURN = 4;
const TYPES = [INTEGER, DOUBLE, ...METRIC_NAMES.map(() => DOUBLE)];

/** The rows are already unique per machine and timestamp. Nothing is added to `memtable` meanwhile. */
export async function writeMemtable(writer: DuckDBConnection, memtable: Memtable, path: string): Promise<void> {
  const metrics = METRIC_NAMES.map((name) => `${name} DOUBLE`).join(', ');
  await writer.run(`CREATE OR REPLACE TEMP TABLE memtable (machine INTEGER, timestamp_ms DOUBLE, ${metrics})`);
  await writer.run('CREATE OR REPLACE TEMP TABLE memtable_machines (machine INTEGER, machine_id VARCHAR)');
  try {
    // Without it, every flush of the appender would be a transaction of its own.
    await writer.run('BEGIN');
    await append(writer, memtable);
    await writer.run('COMMIT');
    const values = METRIC_NAMES.map((name) => `CASE WHEN isnan(${name}) THEN NULL ELSE ${name} END AS ${name}`);
    const select = `SELECT machine_id, timestamp_ms::BIGINT AS timestamp_ms, ${values.join(', ')}
      FROM memtable JOIN memtable_machines USING (machine)
      ORDER BY machine, memtable.timestamp_ms`;
    await writer.run(copyToParquet(select, path, 'raw'));
  } catch (error) {
    await writer.run('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await writer.run('DROP TABLE IF EXISTS memtable; DROP TABLE IF EXISTS memtable_machines');
  }
}

async function append(writer: DuckDBConnection, memtable: Memtable): Promise<void> {
  const ids = await writer.createAppender('memtable_machines');
  const rows = new ChunkAppender(await writer.createAppender('memtable'));
  let machine = 0;
  for (const [id, columns] of memtable.machines()) {
    ids.appendInteger(machine);
    ids.appendVarchar(id);
    ids.endRow();
    await rows.add(machine++, columns);
  }
  ids.closeSync();
  rows.close();
}

class ChunkAppender {
  readonly #appender: DuckDBAppender;
  readonly #machines = new Int32Array(CHUNK_ROWS);
  readonly #columns = TYPES.slice(1).map(() => new Float64Array(CHUNK_ROWS));
  #rows = 0;
  #chunks = 0;

  constructor(appender: DuckDBAppender) {
    this.#appender = appender;
  }

  async add(machine: number, rows: Rows): Promise<void> {
    const sources = [rows.timestampsMs, ...rows.values];
    for (let from = 0; from < rows.length; ) {
      const count = Math.min(CHUNK_ROWS - this.#rows, rows.length - from);
      this.#machines.fill(machine, this.#rows, this.#rows + count);
      for (let c = 0; c < sources.length; c++) {
        const source = sources[c] as Float64Array;
        (this.#columns[c] as Float64Array).set(source.subarray(from, from + count), this.#rows);
      }
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
    const machines = chunk.getColumnVector(0);
    (machines as unknown as { items: Int32Array }).items.set(this.#machines.subarray(0, this.#rows));
    machines.flush();
    for (let c = 0; c < this.#columns.length; c++) {
      vectorDoubles(chunk, c + 1).set((this.#columns[c] as Float64Array).subarray(0, this.#rows));
      chunk.getColumnVector(c + 1).flush();
    }
    this.#appender.appendDataChunk(chunk);
    this.#rows = 0;
  }
}
