// DuckDB as a reader and writer of Parquet files: two connections for queries and one for compaction.

import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBMaterializedResult,
} from '@duckdb/node-api';
import { AppError } from '../../../errors.ts';
import { fileMacros, quote, readParquet } from './reading-sql.ts';

const READERS = 2;

/** A read failed. One of the files may be damaged. */
export class UnreadableFiles extends Error {
  readonly paths: readonly string[];

  constructor(paths: readonly string[], cause: unknown) {
    super('Files of readings cannot be read', { cause });
    this.paths = paths;
  }
}

/** Holds no data: the database is in memory and empty, and all data is in files. */
export class DuckdbSession {
  readonly temporaryDirectory: string;
  #instance: DuckDBInstance | null = null;
  #connections: DuckDBConnection[] = [];
  #idleReaders: DuckDBConnection[] = [];
  readonly #waiting: ((reader: DuckDBConnection) => void)[] = [];
  #writer: DuckDBConnection | null = null;
  /** Interrupts the compaction that is running; null if none is running that may be interrupted. */
  #interruption: AbortSignal | null = null;
  #isEnding = false;

  /** `temporaryDirectory` receives sorts that do not fit in memory. */
  constructor(temporaryDirectory: string) {
    this.temporaryDirectory = temporaryDirectory;
  }

  /** `isMixed` says that some files of format 1 may lack a metric of the seed. */
  async open(isMixed: boolean): Promise<void> {
    this.#instance = await DuckDBInstance.create(':memory:', {
      threads: '2',
      memory_limit: '200MB',
      // Returns freed memory to the system. Measured after a compaction: 180 MB instead of 340 MB.
      allocator_flush_threshold: '8MB',
      allocator_bulk_deallocation_flush_threshold: '8MB',
      temp_directory: this.temporaryDirectory,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    for (let i = 0; i <= READERS; i++) this.#connections.push(await this.#instance.connect());
    this.#writer = this.#connections[0] as DuckDBConnection;
    this.#idleReaders = this.#connections.slice(1);
    await this.#writer.run(fileMacros(isMixed));
  }

  /**
   * The columns of a result that is all DOUBLE, in the order of the files at `paths` and of the rows in them.
   *
   * @throws UnreadableFiles
   */
  async readDoubles(sql: string, paths: readonly string[]): Promise<Float64Array[]> {
    let columns: Float64Array[] = [];
    await this.#reading(paths, async (reader) => {
      columns = copyDoubles(await reader.run(sql));
    });
    return columns;
  }

  /**
   * Runs a COPY that reads the files at `paths`, on the connection for compaction.
   *
   * @throws UnreadableFiles
   */
  async copy(sql: string, paths: readonly string[]): Promise<void> {
    await this.#withWriter(paths, (writer) => writer.run(sql));
  }

  /**
   * Rows of a small result as plain values, on the connection for compaction.
   *
   * @throws UnreadableFiles
   */
  readFiles(sql: string, paths: readonly string[]): Promise<unknown[][]> {
    return this.#withWriter(paths, async (writer) => (await writer.run(sql)).getRows());
  }

  /**
   * Runs a compaction that `signal` may interrupt. The current statement is cancelled and no further one begins, so
   * that `work` rejects.
   */
  async interruptible(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const interrupt = () => this.writer.interrupt();
    this.#interruption = signal;
    signal.addEventListener('abort', interrupt);
    try {
      await work();
    } finally {
      signal.removeEventListener('abort', interrupt);
      this.#interruption = null;
    }
  }

  /** Cancels every query and refuses further ones, so that `close` does not have to wait for them. */
  interruptQueries(): void {
    this.#isEnding = true;
    for (const connection of this.#connections) if (connection !== this.#writer) connection.interrupt();
  }

  /**
   * The files whose content cannot be read to the end.
   *
   * @throws AppError `closed`
   */
  async findUnreadable(paths: readonly string[]): Promise<string[]> {
    const unreadable: string[] = [];
    for (const path of paths) {
      // A hash of every column makes DuckDB decode all of the file.
      await this.readRows(`SELECT sum(hash(COLUMNS(*))) FROM ${readParquet([path])}`).catch((cause: unknown) => {
        if (this.#isEnding) throw new AppError('closed', undefined, { cause });
        unreadable.push(path);
      });
    }
    return unreadable;
  }

  /** Number of rows of a Parquet file, from its footer. */
  async countRows(path: string): Promise<number> {
    const [row] = await this.readRows(`SELECT num_rows::DOUBLE FROM parquet_file_metadata(${quote(path)})`);
    return row?.[0] as number;
  }

  /**
   * The first column of a small result, which is text.
   *
   * @throws UnreadableFiles
   */
  async readTexts(sql: string, paths: readonly string[]): Promise<string[]> {
    const texts: string[] = [];
    await this.#reading(paths, async (reader) => {
      for (const [text] of await (await reader.run(sql)).getRows()) texts.push(text as string);
    });
    return texts;
  }

  /** Rows of a small result as plain values. */
  async readRows(sql: string): Promise<unknown[][]> {
    return this.#withReader(async (reader) => (await reader.run(sql)).getRows());
  }

  /** The connection for compaction. Its users must not use it at the same time. */
  get writer(): DuckDBConnection {
    return this.#writer as DuckDBConnection;
  }

  /** No call may be running. Safe twice. */
  close(): void {
    for (const connection of this.#connections) connection.closeSync();
    this.#connections = [];
    this.#instance?.closeSync();
    this.#instance = null;
  }

  async #reading(paths: readonly string[], use: (reader: DuckDBConnection) => Promise<void>): Promise<void> {
    try {
      await this.#withReader(use);
    } catch (cause) {
      throw new UnreadableFiles(paths, cause);
    }
  }

  async #withWriter<T>(paths: readonly string[], use: (writer: DuckDBConnection) => Promise<T>): Promise<T> {
    this.#interruption?.throwIfAborted();
    try {
      return await use(this.writer);
    } catch (cause) {
      throw new UnreadableFiles(paths, cause);
    }
  }

  async #withReader<T>(use: (reader: DuckDBConnection) => Promise<T>): Promise<T> {
    const reader =
      this.#idleReaders.pop() ?? (await new Promise<DuckDBConnection>((resolve) => this.#waiting.push(resolve)));
    try {
      if (this.#isEnding) throw new AppError('closed');
      return await use(reader);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(reader);
      else this.#idleReaders.push(reader);
    }
  }
}

/** Copies chunk by chunk. Fetching a chunk with `fetchChunk` would cost a round trip to another thread each. */
function copyDoubles(result: DuckDBMaterializedResult): Float64Array[] {
  const columns = Array.from({ length: result.columnCount }, () => new Float64Array(result.rowCount));
  const chunks = result.chunkCount;
  for (let i = 0, row = 0; i < chunks; i++) {
    const chunk = result.getChunk(i);
    for (const [c, column] of columns.entries()) column.set(vectorDoubles(chunk, c), row);
    row += chunk.rowCount;
  }
  return columns;
}

/** The memory behind a vector of DOUBLE. The package hides it and offers only one call per value. */
function vectorDoubles(chunk: DuckDBDataChunk, column: number): Float64Array {
  return (chunk.getColumnVector(column) as unknown as { items: Float64Array }).items;
}
