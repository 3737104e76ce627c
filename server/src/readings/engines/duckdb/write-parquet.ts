// Writes exported readings as Parquet. The rows go into a temporary DuckDB file first, so that memory stays bounded.

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import {
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampMillisecondsValue,
  TIMESTAMP_MS,
  VARCHAR,
} from '@duckdb/node-api';
import { AppError, isAppError } from '../../../errors.ts';
import type { ExportChunk, ExportColumn, ExportTable, ParquetWriter } from '../../export-table.ts';

const TYPES = {
  number: { name: 'DOUBLE', type: DOUBLE },
  boolean: { name: 'BOOLEAN', type: BOOLEAN },
  text: { name: 'VARCHAR', type: VARCHAR },
} as const;
/** The size of a DuckDB vector. */
const ROWS_PER_CHUNK = 2048;

export const duckdbParquetWriter: ParquetWriter = {
  async write(table, file) {
    const working = `${file}.${randomUUID()}.duckdb`;
    try {
      await writeThrough(working, table, file);
    } catch (cause) {
      throw isAppError(cause) ? cause : new AppError('store_unavailable', undefined, { cause });
    } finally {
      await rm(working, { force: true });
      await rm(`${working}.wal`, { force: true });
    }
  },
};

async function writeThrough(working: string, table: ExportTable, file: string): Promise<void> {
  const instance = await DuckDBInstance.create(working, {
    threads: '1',
    memory_limit: '128MB',
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const columns = table.columns.map(({ name, type }) => `"${name.replaceAll('"', '""')}" ${TYPES[type].name}`);
    await connection.run(`CREATE TABLE rows (${['timestamp TIMESTAMP_MS', ...columns].join(', ')})`);
    const appender = await connection.createAppender('rows');
    for await (const chunk of table.chunks) {
      for (let start = 0; start < chunk.length; start += ROWS_PER_CHUNK) {
        appender.appendDataChunk(
          dataChunk(table.columns, chunk, start, Math.min(start + ROWS_PER_CHUNK, chunk.length)),
        );
      }
      appender.flushSync();
    }
    appender.closeSync();
    await connection.run(`COPY rows TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

function dataChunk(
  columns: readonly ExportColumn[],
  { timestampsMs, values }: ExportChunk,
  start: number,
  end: number,
): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create([TIMESTAMP_MS, ...columns.map(({ type }) => TYPES[type].type)], end - start);
  const times = Array.from(timestampsMs.subarray(start, end), (ms) => new DuckDBTimestampMillisecondsValue(BigInt(ms)));
  chunk.setColumnValues(0, times);
  for (const [i, { type, textOf = String }] of columns.entries()) {
    const shown = { number: (value: number) => value, boolean: (value: number) => value === 1, text: textOf }[type];
    const all = (values[i] as Float64Array).subarray(start, end);
    chunk.setColumnValues(
      i + 1,
      Array.from(all, (value) => (Number.isNaN(value) ? null : shown(value))),
    );
  }
  return chunk;
}
