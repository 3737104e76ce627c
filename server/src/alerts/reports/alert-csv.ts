// Alerts as CSV (RFC 4180). `csvCell` escapes text that a spreadsheet would execute.

import type { Alert } from '@gonsters/contract';
import { csvCell } from '../../csv-cell.ts';
import { alertView, type PresentMachines } from '../alert-view.ts';
import type { AlertRecord } from '../store/alert-repository.ts';

const COLUMNS = [
  'id',
  'raised_at',
  'cleared_at',
  'machine_id',
  'machine_name',
  'location',
  'metric',
  'limit_kind',
  'severity',
  'state',
  'message',
  'threshold',
  'value',
  'peak_value',
  'reading_count',
  'raise_count',
  'chattering',
  'late',
  'escalated_at',
  'acknowledged_at',
  'acknowledged_by',
  'acknowledge_note',
  'shelved_until',
  'shelved_by',
  'shelve_reason',
  'condition',
  'first_raised_at',
  'raises',
  'peak',
  'clears_at',
  'suppressed_by',
  'end_not_seen',
  'condition_id',
  'cause',
  'consequence',
  'response',
  'time_to_respond_seconds',
] as const satisfies readonly (keyof Alert)[];

/** Lines in one chunk of the stream. */
const LINES_PER_CHUNK = 200;

/** The first line is the header. Every line ends with CRLF. */
export async function* alertsToCsv(
  alerts: AsyncIterable<AlertRecord>,
  machines: PresentMachines,
): AsyncIterable<string> {
  let lines = [COLUMNS.join(',')];
  for await (const record of alerts) {
    const alert = alertView(record, machines);
    lines.push(COLUMNS.map((column) => csvCell(alert[column])).join(','));
    if (lines.length >= LINES_PER_CHUNK) {
      yield `${lines.join('\r\n')}\r\n`;
      lines = [];
    }
  }
  if (lines.length > 0) yield `${lines.join('\r\n')}\r\n`;
}
