// Writes a table of readings as CSV, in pieces.

import { zonedTimeFormatter } from '@gonsters/contract';
import type { ExportTable } from './export-table.ts';

const ROWS_PER_PIECE = 1_000;

/** The header comes first; every line ends with CRLF. Times are written in `zone` with their offset, as `Z` in UTC. */
export async function* exportCsv(
  table: ExportTable,
  { zone, delimiter }: { zone: string; delimiter: string },
): AsyncIterable<string> {
  const timeOf = zonedTimeFormatter(zone);
  yield `${table.columns.join(delimiter)}\r\n`;
  for await (const { length, timestampsMs, values } of table.chunks) {
    for (let start = 0; start < length; start += ROWS_PER_PIECE) {
      let piece = '';
      const end = Math.min(start + ROWS_PER_PIECE, length);
      for (let row = start; row < end; row++) {
        piece += timeOf(timestampsMs[row] as number);
        for (const column of values) {
          const value = column[row] as number;
          piece += Number.isNaN(value) ? delimiter : delimiter + value;
        }
        piece += '\r\n';
      }
      yield piece;
    }
  }
}
