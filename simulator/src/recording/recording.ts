// A recording: a CSV file with times and any other columns, of which each becomes a metric.

import { convertValue } from '@gonsters/contract';
import { SimulationError } from '../publisher.ts';
import type { SentValues } from '../sent-values.ts';
import type { NumberStyle } from './cell-numbers.ts';
import { type DateOrder, dateOrderOf, readTimeMs } from './cell-times.ts';
import { type ColumnKind, ColumnKindFinder, cellValue, MAX_TEXTS } from './column-kinds.ts';
import { type ColumnRoles, columnRoles, type MetricColumn, type RecordingColumns } from './columns.ts';
import type { CsvRecord } from './csv-file.ts';

export interface RecordedRow {
  /** Null if the recording has no column for it. */
  readonly machine: string | null;
  readonly timestampMs: number;
  readonly values: SentValues;
}

/** A cell, or a row, that cannot be read. */
export interface CellFault {
  /** In the file, from 1. */
  readonly line: number;
  /** Null if the fault concerns the whole row. */
  readonly field: string | null;
  /** `Line 17, column "Pressure": "hot" is not a number` */
  readonly message: string;
}

export interface SentColumn extends MetricColumn {
  readonly kind: ColumnKind;
  readonly style: NumberStyle;
  /** Number of different texts. */
  readonly texts: number;
}

/** How the rows of a recording are read. */
export interface RecordingPlan {
  readonly roles: ColumnRoles;
  readonly header: readonly string[];
  /** Of dates such as 03/04/2026: as a cell proves it, or else the day first. */
  readonly dateOrder: DateOrder;
  /** `none`: there are no such dates. */
  readonly orderIs: 'none' | 'proven' | 'assumed';
  readonly columns: readonly SentColumn[];
  /** Columns that are not sent, each with the reason. */
  readonly unused: readonly string[];
}

/**
 * Reads a recording once to find out what its columns are.
 *
 * @throws SimulationError if a column is missing, or the recording is empty
 */
export async function planRecording(
  records: AsyncIterable<CsvRecord>,
  delimiter: string,
  wanted: RecordingColumns,
): Promise<RecordingPlan> {
  let header: readonly string[] = [];
  let roles: ColumnRoles | null = null;
  let finders: ColumnKindFinder[] = [];
  let dateOrder: DateOrder = 'day';
  let orderIs: RecordingPlan['orderIs'] = 'none';
  for await (const { cells } of records) {
    if (roles === null) {
      header = cells;
      roles = columnRoles(cells, wanted);
      finders = roles.metrics.map((column) => new ColumnKindFinder(column, delimiter));
      continue;
    }
    if (orderIs !== 'proven') {
      const order = dateOrderOf(timeText(cells, roles));
      if (order === 'day' || order === 'month') [dateOrder, orderIs] = [order, 'proven'];
      else if (order === 'unclear') orderIs = 'assumed';
    }
    for (const finder of finders) finder.note(cells[finder.column.index] ?? '');
  }
  if (roles === null) throw new SimulationError('The recording is empty');
  const columns: SentColumn[] = [];
  const unused = [...roles.unused];
  for (const { column, kind, style, texts } of finders) {
    if (kind === 'empty') unused.push(`"${column.header}" (empty)`);
    else if (kind === 'free text') unused.push(`"${column.header}" (more than ${MAX_TEXTS} different texts)`);
    else columns.push({ ...column, kind, style, texts });
  }
  return { roles, header, dateOrder, orderIs, columns, unused };
}

/**
 * The rows in the order of the file; `null` for a row without a readable time or value. Every cell that cannot be read
 * is reported.
 */
export async function* readRows(
  records: AsyncIterable<CsvRecord>,
  plan: RecordingPlan,
  report: (fault: CellFault) => void = () => undefined,
): AsyncGenerator<RecordedRow | null> {
  let isHeader = true;
  for await (const record of records) {
    if (!isHeader) yield recordedRow(record, plan, report);
    isHeader = false;
  }
}

function recordedRow(
  { line, cells }: CsvRecord,
  { roles, header, columns, dateOrder }: RecordingPlan,
  report: (fault: CellFault) => void,
): RecordedRow | null {
  const refuse = (field: string | null, column: string, problem: string) => {
    report({ line, field, message: `Line ${line}, column "${column}": ${problem}` });
    return null;
  };
  if (cells.slice(header.length).some((text) => text !== '')) {
    report({
      line,
      field: null,
      message: `Line ${line} has ${cells.length} cells, but the header has ${header.length}`,
    });
    return null;
  }
  const time = timeText(cells, roles);
  const timestampMs = readTimeMs(time, dateOrder);
  if (Number.isNaN(timestampMs)) {
    return refuse(null, roles.times.map((index) => header[index]).join('" and "'), `${quoted(time)} is not a time`);
  }
  const machine = roles.machine === null ? null : (cells[roles.machine] ?? '');
  if (machine === '') return refuse(null, header[roles.machine as number] as string, 'no machine is named');
  const values: SentValues = {};
  let measured = 0;
  for (const { index, field, kind, style, unit, convertTo, header: column } of columns) {
    const text = cells[index] ?? '';
    if (text === '') continue;
    const value = cellValue(text, kind, style);
    if (value === undefined) refuse(field, column, `${quoted(text)} ${PROBLEMS[kind]}`);
    else {
      values[field] =
        typeof value === 'number' && unit !== null && convertTo !== null
          ? (convertValue(value, unit, convertTo) as number)
          : value;
      measured++;
    }
  }
  return measured === 0 ? null : { machine, timestampMs, values };
}

const PROBLEMS: { readonly [kind in ColumnKind]?: string } = {
  number: 'is not a number',
  boolean: 'is neither true nor false',
  text: 'is too long for a state',
};

const quoted = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

function timeText(cells: readonly string[], { times }: ColumnRoles): string {
  if (times.length === 1) return cells[times[0] as number] ?? '';
  return times
    .map((index) => cells[index] ?? '')
    .join(' ')
    .trim();
}
