// Writes a table of readings as CSV, in pieces.

import { isoTime, toLocalMs, zonedTimeFormatter } from '@gonsters/contract';
import { csvCell } from '../csv-cell.ts';
import type { ExportColumn, ExportTable } from './export-table.ts';
import type { MissingRange } from './missing-ranges.ts';

const ROWS_PER_PIECE = 1_000;

export interface CsvForm {
  zone: string;
  delimiter: string;
  decimal: 'point' | 'comma';
  /** `iso`: with the offset of the zone, as `Z` in UTC. `excel`: local time of the zone, which spreadsheets read as a time. */
  time: 'iso' | 'excel';
}

/**
 * The header comes first; every line ends with CRLF. A line at the end names each range that is missing.
 *
 * @param missing asked after the last row, because damage may be found while the rows are read
 */
export async function* exportCsv(
  table: ExportTable,
  form: CsvForm,
  missing: () => readonly MissingRange[] = () => [],
): AsyncIterable<string> {
  const { delimiter } = form;
  const timeOf = form.time === 'iso' ? zonedTimeFormatter(form.zone) : spreadsheetTime(form);
  const cells = table.columns.map((column) => cellOf(column, form));
  yield `${['timestamp', ...table.columns.map(({ name }) => csvCell(name, delimiter))].join(delimiter)}\r\n`;
  for await (const { length, timestampsMs, values } of table.chunks) {
    for (let start = 0; start < length; start += ROWS_PER_PIECE) {
      let piece = '';
      const end = Math.min(start + ROWS_PER_PIECE, length);
      for (let row = start; row < end; row++) {
        piece += timeOf(timestampsMs[row] as number);
        for (let c = 0; c < cells.length; c++) {
          const value = (values[c] as Float64Array)[row] as number;
          piece += Number.isNaN(value) ? delimiter : delimiter + (cells[c] as (value: number) => string)(value);
        }
        piece += '\r\n';
      }
      yield piece;
    }
  }
  for (const each of missing()) yield `${csvCell(missingLine(each), delimiter)}\r\n`;
}

const PARTS: Partial<Record<MissingRange['part'], string>> = {
  readings: 'Readings',
  minutes: 'Rollups of minutes',
  hours: 'Rollups of hours',
  days: 'Rollups of days',
};

function missingLine({ part, fromMs, toMs }: MissingRange): string {
  const range =
    fromMs === null || toMs === null ? 'a time that is not known' : `${isoTime(fromMs)} to ${isoTime(toMs)}`;
  return `# ${PARTS[part] ?? 'Readings'} of ${range} are missing, because stored files are missing or damaged`;
}

function cellOf({ type, textOf }: ExportColumn, { delimiter, decimal }: CsvForm): (value: number) => string {
  if (textOf !== undefined) return (code) => csvCell(textOf(code), delimiter);
  if (type === 'boolean') return (value) => (value === 1 ? 'true' : 'false');
  if (decimal === 'point') return String;
  return (value) => quotedIf(String(value).replace('.', ','), delimiter);
}

/** A decimal comma is quoted where commas separate the cells. */
function quotedIf(text: string, delimiter: string): string {
  return text.includes(delimiter) ? `"${text}"` : text;
}

/** `2026-01-15 17:30:00`, with the milliseconds only where there are any. */
function spreadsheetTime({ zone, decimal, delimiter }: CsvForm): (timestampMs: number) => string {
  return (timestampMs) => {
    const text = new Date(toLocalMs(zone, timestampMs)).toISOString();
    const seconds = `${text.slice(0, 10)} ${text.slice(11, 19)}`;
    const milliseconds = text.slice(20, 23);
    if (milliseconds === '000') return seconds;
    return quotedIf(`${seconds}${decimal === 'comma' ? ',' : '.'}${milliseconds}`, delimiter);
  };
}
