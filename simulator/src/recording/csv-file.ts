// Reads a CSV file record by record as a stream. Memory does not grow with the file.

import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { SimulationError } from '../publisher.ts';

export interface CsvRecord {
  /** Line in the file, from 1, in which the record ends. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFormat {
  readonly delimiter: string;
  /** Line of the header, from 1. */
  readonly fromLine: number;
}

const DELIMITERS = [',', ';', '\t', '|'];

/** @throws SimulationError if the file cannot be read or is not CSV */
export async function* readCsvFile(file: string, format: CsvFormat): AsyncGenerator<CsvRecord> {
  yield* readCsv(createReadStream(file), format);
}

/** The records of `source`; the first one is the header. Lines without contents are left out. */
export async function* readCsv(source: Readable, { delimiter, fromLine }: CsvFormat): AsyncGenerator<CsvRecord> {
  const parser = parse({
    delimiter,
    from_line: fromLine,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    info: true,
  });
  // A failure of the source reaches the reader through the parser.
  pipeline(source, parser, () => undefined);
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: { lines: number }; record: string[] }>) {
      yield { line: info.lines, cells: record };
    }
  } catch (error) {
    throw new SimulationError(`The recording cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** A first line `sep=;`, as spreadsheets write it, or else the most frequent of the common delimiters in the header. */
export async function detectFormat(file: string): Promise<CsvFormat> {
  let head = '';
  try {
    for await (const chunk of createReadStream(file, { end: 65_535, encoding: 'utf8' })) head += chunk;
  } catch (error) {
    throw new SimulationError(`The recording ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  return formatOf(head.replace(/^\ufeff/, ''));
}

export function formatOf(head: string): CsvFormat {
  const [, separator] = /^sep=(.)\r?\n/i.exec(head) ?? [];
  if (separator !== undefined) return { delimiter: separator, fromLine: 2 };
  // A delimiter between quotes separates nothing.
  const header =
    head
      .trimStart()
      .replace(/"[^"]*"/g, '')
      .split(/\r?\n/, 1)[0] ?? '';
  const count = (delimiter: string) => header.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((best, each) => (count(each) > count(best) ? each : best));
  return { delimiter, fromLine: 1 };
}
