// The rows of an import: read from CSV or JSON, and checked with every fault named by its row.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Fault, MAX_IMPORTED_MACHINES, type MachineInput, machineInputSchema } from '@gonsters/contract';
import { parse } from 'csv-parse';
import { plainText } from '../csv-cell.ts';
import { AppError } from '../errors.ts';
import { issueText } from './issue-text.ts';
import { decodeUtf8 } from './request-body.ts';
import { faultsOf } from './request-faults.ts';

export const machineRowSchema = machineInputSchema;
const MAX_FAULTS = 10_000;
const ROWS_AT_ONCE = 250;
const REQUIRED = ['name', 'location', 'sensor_type'] as const;
const DELIMITERS = [',', ';', '\t'] as const;

/** The first line names the columns, in any order and case; columns that are not known are passed over. */
export async function machineRowsFromCsv(body: Uint8Array): Promise<Record<string, string>[]> {
  const text = decodeUtf8(body);
  const parser = parse(text, {
    delimiter: delimiterOf(text),
    columns: headerOf,
    skip_empty_lines: true,
    relax_column_count_less: true,
    trim: true,
    max_record_size: 10_000,
  });
  const rows: Record<string, string>[] = [];
  try {
    for await (const record of parser as AsyncIterable<Record<string, string>>) {
      if (rows.length % ROWS_AT_ONCE === 0) await nextTurn();
      rows.push(rowOf(record));
      if (rows.length > MAX_IMPORTED_MACHINES) break;
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw refused(cause instanceof Error ? cause.message.slice(0, 200) : 'Is not CSV', cause);
  }
  return rows;
}

/** Rejects with `validation_failed` and every fault as `[row].field`. */
export async function checkMachineRows(rows: unknown): Promise<MachineInput[]> {
  if (!Array.isArray(rows)) throw refused('Must be an array of machines');
  if (rows.length === 0) throw refused('Has no machine in it');
  if (rows.length > MAX_IMPORTED_MACHINES) throw refused(`Must have at most ${MAX_IMPORTED_MACHINES} machines`);
  const machines: MachineInput[] = [];
  const faults: Fault[] = [];
  for (const [index, row] of rows.entries()) {
    if (index > 0 && index % ROWS_AT_ONCE === 0) await nextTurn();
    const result = machineInputSchema.safeParse(row, { error: issueText('The row') });
    if (result.success) machines.push(result.data);
    else if (faults.length < MAX_FAULTS) faults.push(...faultsOf(result.error, row, 'field', `[${index}]`));
  }
  if (faults.length > 0) {
    throw new AppError('validation_failed', undefined, { faults: faults.slice(0, MAX_FAULTS) });
  }
  return machines;
}

function headerOf(names: string[]): string[] {
  const header = names.map((name) => name.trim().toLowerCase());
  const missing = REQUIRED.filter((name) => !header.includes(name));
  if (missing.length > 0) throw refused(`The first line must name the columns ${missing.join(', ')}`);
  return header;
}

/** An empty cell is one that was not filled in. */
function rowOf(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, cell]) => (cell === '' ? [] : [[name, plainText(cell)]])),
  );
}

function delimiterOf(text: string): string {
  const firstLine = text.slice(0, 2_000).split(/\r?\n/, 1)[0] as string;
  const counts = DELIMITERS.map((delimiter) => firstLine.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] as string;
}

function refused(error: string, cause?: unknown): AppError {
  return new AppError('validation_failed', undefined, { cause, faults: [{ field: 'body', error }] });
}
