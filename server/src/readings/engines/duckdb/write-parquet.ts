// Writes exported readings as Parquet. The rows go into a temporary DuckDB file first, so that memory stays bounded.

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import {
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTimestampMillisecondsValue,
  TIMESTAMP_MS,
} from '@duckdb/node-api';
import { AppError, isAppError } from '../../../errors.ts';
import type { ExportChunk, ExportTable, ParquetWriter } from '../../export-table.ts';

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
    const [time, ...numbers] = table.columns.map((name) => `"${name}"`);
    await connection.run(
      `CREATE TABLE rows (${time} TIMESTAMP_MS, ${numbers.map((name) => `${name} DOUBLE`).join(', ')})`,
    );
    const appender = await connection.createAppender('rows');
    for await (const chunk of table.chunks) {
      for (let start = 0; start < chunk.length; start += ROWS_PER_CHUNK) {
        appender.appendDataChunk(dataChunk(chunk, start, Math.min(start + ROWS_PER_CHUNK, chunk.length)));
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

function dataChunk({ timestampsMs, values }: ExportChunk, start: number, end: number): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create([TIMESTAMP_MS, ...values.map(() => DOUBLE)], end - start);
  const times = Array.from(timestampsMs.subarray(start, end), (ms) => new DuckDBTimestampMillisecondsValue(BigInt(ms)));
  chunk.setColumnValues(0, times);
  for (const [column, all] of values.entries()) {
    const numbers = Array.from(all.subarray(start, end), (value) => (Number.isNaN(value) ? null : value));
    chunk.setColumnValues(column + 1, numbers);
  }
  return chunk;
}
