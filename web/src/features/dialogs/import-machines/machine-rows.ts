// Converts the rows of a file into machines, each with all its faults.

import type { Fault, MachineInput } from '@gonsters/contract';
import { aliasesOf } from '../../../components/domain/machines/aliases-field.tsx';
import { LINE_FIELDS, type LineFault, type LineField, lineFault } from '../machine-fields.ts';
import { type Columns, readStatus } from './machine-columns.ts';
import { type MachineTable, nextTurn } from './machine-table.ts';

export interface MachineRow {
  row: number;
  machine: MachineInput;
}

export type RowFault =
  | { row: number; kind: LineFault; field: LineField }
  /** `owned`: an id or alias that a machine has already. */
  | { row: number; kind: 'status' | 'timeout' | 'machine_id' | 'taken' | 'owned'; value: string }
  | { row: number; kind: 'duplicate'; of: number }
  /** In the server's words. */
  | { row: number; kind: 'other'; text: string };

export interface CheckedRows {
  rows: readonly MachineRow[];
  /** In the order of the rows. */
  faults: readonly RowFault[];
}

/** As the server takes it; the test compares. */
export const MAX_TIMEOUT_S = 2_592_000;
const ROWS_AT_ONCE = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TAKEN = ['name_taken', 'alias_taken', 'conflict'];

export async function checkRows(table: MachineTable, columns: Columns): Promise<CheckedRows> {
  const rows: MachineRow[] = [];
  const faults: RowFault[] = [];
  const rowByName = new Map<string, number>();
  for (const [index, { row, cells }] of table.rows.entries()) {
    if (index % ROWS_AT_ONCE === 0) await nextTurn();
    const cell = (column: keyof Columns) => cells[columns[column]] ?? '';
    const status = readStatus(cell('status'));
    const machine: MachineInput = {
      name: cell('name'),
      location: cell('location'),
      sensor_type: cell('sensor_type'),
      status: status ?? 'active',
      ...(cell('aliases') !== '' && { aliases: aliasesOf(cell('aliases')) }),
      ...(cell('factory_id') !== '' && { factory_id: cell('factory_id') }),
      ...(cell('inactivity_timeout') !== '' && { inactivity_timeout: timeoutOf(cell('inactivity_timeout')) }),
      ...(cell('machine_id') !== '' && { machine_id: cell('machine_id') }),
    };
    rows.push({ row, machine });
    for (const field of LINE_FIELDS) {
      const kind = lineFault(field, machine[field]);
      if (kind !== null) faults.push({ row, kind, field });
    }
    if (status === null) faults.push({ row, kind: 'status', value: cell('status') });
    if (Number.isNaN(machine.inactivity_timeout)) {
      faults.push({ row, kind: 'timeout', value: cell('inactivity_timeout') });
    }
    const { machine_id: id } = machine;
    if (id !== undefined && !UUID.test(id)) faults.push({ row, kind: 'machine_id', value: id });
    const key = machine.name.normalize('NFC').toLowerCase();
    const earlier = rowByName.get(key);
    if (earlier === undefined) rowByName.set(key, row);
    else if (key !== '') faults.push({ row, kind: 'duplicate', of: earlier });
  }
  return { rows, faults };
}

/** In seconds; NaN for what is none that a machine can have. */
function timeoutOf(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return seconds >= 1 && seconds <= MAX_TIMEOUT_S ? seconds : Number.NaN;
}

/** The faults of a refused import, `[place in what was sent].field`, at the rows they came from. */
export function faultsOfServer(sent: readonly MachineRow[], faults: readonly Fault[], code: string): RowFault[] {
  return faults.flatMap(({ field = '', error, value }): RowFault[] => {
    const place = /^\[(\d+)\]/.exec(field)?.[1];
    const row = place === undefined ? undefined : sent[Number(place)]?.row;
    if (row === undefined) return [];
    if (!TAKEN.includes(code)) return [{ row, kind: 'other', text: error }];
    return [{ row, kind: field.endsWith('.name') ? 'taken' : 'owned', value: String(value) }];
  });
}
