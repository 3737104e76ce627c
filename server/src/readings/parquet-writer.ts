// The port to what writes Parquet files for people who take readings elsewhere.

import type { ExportTable } from './export-table.ts';

export interface ParquetWriter {
  /**
   * Writes the table into `file` (zstd), with bounded memory whatever its size; the working file lies beside it.
   * Rejects with what reading the table rejects with, and with `store_unavailable` where the file cannot be written.
   */
  write(table: ExportTable, file: string): Promise<void>;
}
