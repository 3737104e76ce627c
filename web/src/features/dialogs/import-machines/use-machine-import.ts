// The state of an import: read, checked again whenever the column assignment changes, sent, and its result.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { useApi } from '../../../api/use-api.ts';
import { type Columns, findColumns } from './machine-columns.ts';
import { type CheckedRows, checkRows, faultsOfServer, type MachineRow, type RowFault } from './machine-rows.ts';
import { decodeText, type MachineTable, type ReadTable, readTable } from './machine-table.ts';

export interface LoadedFile {
  name: string;
  table: MachineTable;
  columns: Columns;
  checked: CheckedRows;
}
export type ReadFault = (ReadTable & { ok: false })['reason'] | 'unreadable';

export interface MachineImport {
  reading: boolean;
  readFault: ReadFault | null;
  file: LoadedFile | null;
  /** Of the file and, after a refusal, of the server; in the order of the rows. */
  faults: readonly RowFault[];
  refused: boolean;
  sending: boolean;
  /** Where it says nothing about single rows. */
  sendError: unknown;
  done: { added: number; leftOut: number } | null;
  read: (source: File | string, name: string) => Promise<void>;
  chooseColumns: (columns: Columns) => Promise<void>;
  send: (rows: readonly MachineRow[]) => void;
  startOver: () => void;
}

export function useMachineImport(): MachineImport {
  const api = useApi();
  const queries = useQueryClient();
  const [reading, setReading] = useState(false);
  const [readFault, setReadFault] = useState<ReadFault | null>(null);
  const [file, setFile] = useState<LoadedFile | null>(null);
  const [refusals, setRefusals] = useState<readonly RowFault[]>([]);
  const latest = useRef(0);
  const sending = useMutation({
    mutationFn: (rows: readonly MachineRow[]) => api.importMachines(rows.map(({ machine }) => machine)),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['machines'] }),
    onError: (error, rows) => {
      if (!(error instanceof ApiError)) return;
      setRefusals((earlier) => [...earlier, ...faultsOfServer(rows, error.faults, error.code)]);
    },
  });
  const check = async (table: MachineTable, columns: Columns, name: string) => {
    const turn = ++latest.current;
    setRefusals([]);
    sending.reset();
    const checked = await checkRows(table, columns);
    // Columns chosen while the earlier ones were still being checked.
    if (turn === latest.current) setFile({ name, table, columns, checked });
  };
  const read = async (source: File | string, name: string) => {
    setReading(true);
    setReadFault(null);
    try {
      const text = typeof source === 'string' ? source : decodeText(new Uint8Array(await source.arrayBuffer()));
      const result = await readTable(text);
      if (result.ok) await check(result.table, findColumns(result.table.header), name);
      else setReadFault(result.reason);
    } catch {
      setReadFault('unreadable');
    }
    setReading(false);
  };
  return {
    reading,
    readFault,
    file,
    faults: [...(file?.checked.faults ?? []), ...refusals].sort((a, b) => a.row - b.row),
    refused: sending.isError && refusals.length > 0,
    sending: sending.isPending,
    sendError: sending.isError && !rowsNamed(sending.error) ? sending.error : null,
    done: sending.isSuccess
      ? { added: sending.data, leftOut: (file?.checked.rows.length ?? 0) - sending.variables.length }
      : null,
    read,
    chooseColumns: async (columns) => {
      if (file) await check(file.table, columns, file.name);
    },
    send: sending.mutate,
    startOver: () => {
      latest.current++;
      setFile(null);
      setRefusals([]);
      sending.reset();
    },
  };
}

const rowsNamed = (error: unknown): boolean =>
  error instanceof ApiError && error.faults.some(({ field }) => field?.startsWith('[') ?? false);
