// Parses and validates the rows of a machine import, from CSV or JSON; each fault names its row.

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Fault,
  issueText,
  MAX_IMPORTED_MACHINES,
  type MachineInput,
  machineInputSchema,
} from '@gonsters/contract';
import type { CsvError } from 'csv-parse';
import { plainText } from '../csv-cell.ts';
import { AppError } from '../errors.ts';
import { decodeUtf8 } from './request-body.ts';
import { faultsOf } from './request-faults.ts';

const MAX_FAULTS = 10_000;
const MAX_NAME_LENGTH = 200;
const MAX_LINE_LENGTH = 10_000;
const YIELD_EVERY_ROWS = 250;
const REQUIRED = ['name', 'location', 'sensor_type'] as const;
const KNOWN: ReadonlySet<string> = new Set(Object.keys(machineInputSchema.shape));
const MAX_IGNORED_COLUMNS = 100;
const DELIMITERS = [',', ';', '\t'] as const;

/**
 * The first line names the columns, in any order and case. Cells may be separated by commas,
 * semicolons or tabs. Rejects with `malformed_body` and `validation_failed`.
 */
export async function machineRowsFromCsv(body: Uint8Array): Promise<Record<string, unknown>[]> {
  const text = decodeUtf8(body);
  const { CsvError, parse } = await import('csv-parse');
  const parser = parse(text, {
    delimiter: delimiterOf(text),
    columns: headerOf,
    skip_empty_lines: true,
    relax_column_count_less: true,
    trim: true,
    max_record_size: MAX_LINE_LENGTH,
  });
  const rows: Record<string, unknown>[] = [];
  try {
    for await (const record of parser as AsyncIterable<Record<string, string>>) {
      if (rows.length % YIELD_EVERY_ROWS === 0) await nextTurn();
      rows.push(rowOf(record));
      if (rows.length > MAX_IMPORTED_MACHINES) break;
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw refused(cause instanceof CsvError ? csvFaultText(cause) : 'The body is not valid CSV', cause);
  }
  return rows;
}

/**
 * Rows as an array, or as an export has them. `ignoredColumns` are names of fields that do not describe a machine, at most 100.
 * Rejects with `validation_failed`, with up to 10,000 faults, each named `[row].field`.
 */
export async function checkMachineRows(body: unknown): Promise<{ inputs: MachineInput[]; ignoredColumns: string[] }> {
  const rows = isRecord(body) && Array.isArray(body.machines) ? (body.machines as unknown[]) : body;
  if (!Array.isArray(rows)) throw refused('The body must be an array of machines');
  if (rows.length === 0) throw refused('The body must have at least one machine');
  if (rows.length > MAX_IMPORTED_MACHINES)
    throw refused(`The body must have at most ${MAX_IMPORTED_MACHINES} machines`);
  const inputs: MachineInput[] = [];
  const faults: Fault[] = [];
  const ignored = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (index > 0 && index % YIELD_EVERY_ROWS === 0) await nextTurn();
    const result = machineInputSchema.safeParse(knownFields(row, ignored), { error: issueText });
    if (result.success) inputs.push(result.data);
    else if (faults.length < MAX_FAULTS) {
      faults.push(...faultsOf(result.error, row, { kind: 'field', root: 'The row', prefix: `[${index}]` }));
    }
  }
  if (faults.length > 0) {
    throw new AppError('validation_failed', undefined, { faults: faults.slice(0, MAX_FAULTS) });
  }
  return { inputs, ignoredColumns: [...ignored] };
}

function knownFields(row: unknown, ignored: Set<string>): unknown {
  if (!isRecord(row)) return row;
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => {
      if (KNOWN.has(name)) return true;
      if (name !== '' && ignored.size < MAX_IGNORED_COLUMNS) ignored.add(name.slice(0, MAX_NAME_LENGTH));
      return false;
    }),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function headerOf(names: string[]): string[] {
  const header = names.map((name) => name.trim().toLowerCase());
  const missing = REQUIRED.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw refused(`The first line must name the columns ${REQUIRED.join(', ')}; ${missing.join(', ')} is missing`);
  return header;
}

/** An empty cell means that the field is absent. A cell of aliases has one in each line, one of a timeout has whole seconds. */
function rowOf(record: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, cell]): [string, unknown][] => {
      if (cell === '') return KNOWN.has(name) ? [] : [[name, '']];
      return [[name, cellValue(name, plainText(cell))]];
    }),
  );
}

function cellValue(name: string, cell: string): unknown {
  if (name === 'aliases') return linesOf(cell);
  return name === 'inactivity_timeout' && /^\d+$/.test(cell) ? Number(cell) : cell;
}

const linesOf = (cell: string) => cell.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');

function delimiterOf(text: string): string {
  const firstLine = text.slice(0, 2_000).split(/\r?\n/, 1)[0] as string;
  const counts = DELIMITERS.map((delimiter) => firstLine.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] as string;
}

const CSV_FAULTS: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted cell has no closing quote',
  CSV_INVALID_CLOSING_QUOTE: 'a closing quote is followed by other text',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell that does not begin with one',
  CSV_MAX_RECORD_SIZE: `a line has more than ${MAX_LINE_LENGTH} characters`,
  CSV_RECORD_INCONSISTENT_COLUMNS: 'a line has more cells than the first line',
};

function csvFaultText(error: CsvError): string {
  const line = typeof error.lines === 'number' ? ` in line ${error.lines}` : '';
  return `The body is not valid CSV${line}: ${CSV_FAULTS[error.code] ?? 'the cells cannot be read'}`;
}

function refused(error: string, cause?: unknown): AppError {
  return new AppError('validation_failed', undefined, { cause, faults: [{ field: 'body', error }] });
}
