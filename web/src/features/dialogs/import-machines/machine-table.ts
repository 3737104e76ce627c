// Parses a list of machines into rows and columns of text: CSV with any delimiter, or JSON. Pauses in between, so that the
// page stays responsive.

import type { Parser } from 'papaparse';

export interface TableRow {
  /** As a spreadsheet counts, the header being 1; in JSON the place in the list, from 1. */
  row: number;
  cells: readonly string[];
}

export interface MachineTable {
  header: readonly string[];
  rows: readonly TableRow[];
}

export type ReadTable =
  | { ok: true; table: MachineTable }
  | { ok: false; reason: 'empty' | 'too_many' | { notJson: string } };

/** As the server takes them; the test compares. */
export const MAX_MACHINES = 10_000;
const DELIMITERS = [',', ';', '\t'];
const CHUNK_CHARACTERS = 64 * 1024;
const ROWS_AT_ONCE = 500;

export async function readTable(text: string): Promise<ReadTable> {
  const plain = text.replace(/^\uFEFF/, '');
  if (plain.trim() === '') return { ok: false, reason: 'empty' };
  if (!/^\s*[[{]/.test(plain)) return checked(await fromCsv(plain));
  try {
    return checked(await fromJson(JSON.parse(plain)));
  } catch (error) {
    return { ok: false, reason: { notJson: error instanceof Error ? error.message : '' } };
  }
}

function checked(table: MachineTable): ReadTable {
  if (table.rows.length === 0) return { ok: false, reason: 'empty' };
  return table.rows.length > MAX_MACHINES ? { ok: false, reason: 'too_many' } : { ok: true, table };
}

async function fromCsv(text: string): Promise<MachineTable> {
  const { default: Papa } = await import('papaparse');
  const lines: string[][] = [];
  await new Promise<void>((resolve) => {
    Papa.parse<string[]>(text, {
      delimitersToGuess: DELIMITERS,
      chunkSize: CHUNK_CHARACTERS,
      chunk: ({ data }: { data: string[][] }, parser: Parser) => {
        lines.push(...data);
        parser.pause();
        void nextTurn().then(() => parser.resume());
      },
      complete: () => resolve(),
    });
  });
  const [header = [], ...rows] = lines;
  return {
    header: header.map((name) => name.trim()),
    rows: rows.flatMap((cells, index) => {
      const trimmed = cells.map((cell) => plainCell(cell.trim()));
      return trimmed.every((cell) => cell === '') ? [] : [{ row: index + 2, cells: trimmed }];
    }),
  };
}

/** A list of machines, or an export of them. */
async function fromJson(parsed: unknown): Promise<MachineTable> {
  const listed = isRecord(parsed) ? parsed.machines : parsed;
  const records: unknown[] = Array.isArray(listed) ? listed : [parsed];
  const header = new Map<string, number>();
  const rows: TableRow[] = [];
  for (const [index, record] of records.slice(0, MAX_MACHINES + 1).entries()) {
    if (index % ROWS_AT_ONCE === 0) await nextTurn();
    const cells: string[] = [];
    for (const [name, value] of Object.entries(isRecord(record) ? record : {})) {
      const column = header.get(name) ?? header.size;
      header.set(name, column);
      cells[column] = cellText(value);
    }
    rows.push({ row: index + 1, cells: Array.from(cells, (cell) => cell ?? '') });
  }
  return { header: [...header.keys()], rows };
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  // As a cell of a spreadsheet has aliases.
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join('\n');
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}

/** An export puts an apostrophe before what a spreadsheet would run. */
const plainCell = (cell: string): string => cell.replace(/^'(?=[=+\-@])/, '');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lets the page draw and respond before the next part of a long task. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/** The text of a file that a spreadsheet wrote: UTF-8, UTF-16 with a byte order mark, or Windows-1252. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
