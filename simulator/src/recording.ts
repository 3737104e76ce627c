// Reads a recording, which is a CSV file with a time column, row by row as a stream.

import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { METRIC_NAMES, type MetricName, type MetricValues, parseIsoMs } from '@gonsters/contract';
import { parse } from 'csv-parse';
import { SimulationError } from './publisher.ts';
import type { ReplayOptions } from './simulate-options.ts';

export interface RecordedRow {
  /** Null if the recording has no column for it. */
  readonly machine: string | null;
  readonly timestampMs: number;
  readonly values: MetricValues;
  /** Metrics whose cell is neither empty nor a number. */
  readonly unreadable: readonly MetricName[];
}

export type RecordingColumns = Pick<ReplayOptions, 'timeColumn' | 'columns' | 'machineColumn'>;

/**
 * The rows in the order of the file; `null` for a row without a readable time or value. Memory does not grow with the
 * file.
 *
 * @throws SimulationError if the file cannot be read, is not CSV, or lacks a column
 */
export async function* readRecording(file: string, wanted: RecordingColumns): AsyncGenerator<RecordedRow | null> {
  const delimiter = await detectDelimiter(file);
  yield* readRows(createReadStream(file), delimiter, wanted);
}

export async function* readRows(
  source: Readable,
  delimiter: string,
  wanted: RecordingColumns,
): AsyncGenerator<RecordedRow | null> {
  let columns: [MetricName, string][] = [];
  const parser = parse({
    delimiter,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    columns: (header: string[]) => {
      columns = columnsIn(header, wanted);
      return header;
    },
  });
  // A failure of the source reaches the reader through the parser.
  pipeline(source, parser, () => undefined);
  try {
    for await (const row of parser as AsyncIterable<Record<string, string | undefined>>) {
      yield recordedRow(row, columns, wanted, delimiter === ';');
    }
  } catch (error) {
    if (error instanceof SimulationError) throw error;
    throw new SimulationError(`The recording cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function columnsIn(header: readonly string[], wanted: RecordingColumns): [MetricName, string][] {
  for (const name of [wanted.timeColumn, wanted.machineColumn]) {
    if (name !== null && !header.includes(name))
      throw new SimulationError(`The recording has no column "${name}"; it has: ${header.join(', ')}`);
  }
  const columns: [MetricName, string][] = [];
  for (const metric of METRIC_NAMES) {
    const column = wanted.columns[metric];
    if (column === undefined) continue;
    if (header.includes(column)) columns.push([metric, column]);
    // Without a mapping, a column with the name of the metric is optional.
    else if (column !== metric)
      throw new SimulationError(`The recording has no column "${column}"; it has: ${header.join(', ')}`);
  }
  if (columns.length === 0)
    throw new SimulationError(
      `None of the columns ${header.join(', ')} is mapped to a metric; say which with --columns`,
    );
  return columns;
}

function recordedRow(
  row: Record<string, string | undefined>,
  columns: readonly [MetricName, string][],
  { timeColumn, machineColumn }: RecordingColumns,
  hasDecimalComma: boolean,
): RecordedRow | null {
  const timestampMs = readTimeMs(row[timeColumn] ?? '');
  const values: MetricValues = {};
  const unreadable: MetricName[] = [];
  for (const [metric, column] of columns) {
    const text = row[column] ?? '';
    const value = readNumber(hasDecimalComma ? text.replace(',', '.') : text);
    if (!Number.isNaN(value)) values[metric] = value;
    else if (text !== '') unreadable.push(metric);
  }
  const machine = machineColumn === null ? null : (row[machineColumn] ?? '');
  if (Number.isNaN(timestampMs) || Object.keys(values).length === 0 || machine === '') return null;
  return { machine, timestampMs, values, unreadable };
}

/**
 * Reads ISO 8601 (UTC if there is no zone), epoch seconds or epoch milliseconds; numbers are seconds up to the year
 * 5138. NaN for anything else.
 */
export function readTimeMs(text: string): number {
  if (/^\d{9,16}(\.\d+)?$/.test(text)) {
    const epoch = Number(text);
    return Math.floor(epoch < 1e11 ? epoch * 1000 : epoch);
  }
  return parseIsoMs(text);
}

function readNumber(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** The most frequent of the common delimiters in the header. */
async function detectDelimiter(file: string): Promise<string> {
  let head = '';
  try {
    for await (const chunk of createReadStream(file, { end: 65_535, encoding: 'utf8' })) head += chunk;
  } catch (error) {
    throw new SimulationError(`The recording ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const header = head.split(/\r?\n/, 1)[0] ?? '';
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}
