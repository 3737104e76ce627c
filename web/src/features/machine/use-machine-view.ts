// Reads and writes the live view of a machine in the address.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { type MachineViewSearch, readMachineViewSearch, type WindowMin, windowOf } from './machine-search.ts';

export interface MachineView {
  minutes: WindowMin;
  windowMs: number;
  /** null for the present. */
  momentMs: number | null;
  table: boolean;
  change: (parts: { minutes?: WindowMin; momentMs?: number | null; table?: boolean }) => void;
}

export function useMachineView(): MachineView {
  const navigate = useNavigate();
  const search = readMachineViewSearch(useSearch({ strict: false }));
  const minutes = windowOf(search);
  const momentMs = search.at === undefined ? null : Date.parse(search.at);
  const table = search.table === '1';
  return {
    minutes,
    windowMs: Number(minutes) * 60_000,
    momentMs,
    table,
    change: (parts) => {
      const next = { minutes, momentMs, table, ...parts };
      const own: MachineViewSearch = readMachineViewSearch({
        window: next.minutes,
        at: next.momentMs === null ? undefined : new Date(next.momentMs).toISOString(),
        table: next.table ? '1' : undefined,
      });
      void navigate({
        to: '.',
        search: ({ window: _, at: __, table: ___, ...others }) => ({ ...others, ...own }),
        replace: true,
        resetScroll: false,
      });
    },
  };
}
