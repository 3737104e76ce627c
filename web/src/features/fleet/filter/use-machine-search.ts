// Reads and writes the filters of machines in the address.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { type MachineSearch, readMachineSearch } from './machine-search.ts';

export interface MachineSearchState {
  search: MachineSearch;
  /** `undefined` takes a filter away. */
  narrow: (change: { [name in keyof MachineSearch]: MachineSearch[name] | undefined }) => void;
  clear: () => void;
}

export function useMachineSearch(): MachineSearchState {
  const all = useSearch({ strict: false });
  const navigate = useNavigate();
  const narrow = useCallback(
    (change: { [name in keyof MachineSearch]: MachineSearch[name] | undefined }) => {
      // Typing a name is one step back, not one per letter.
      void navigate({ to: '.', search: (previous) => without({ ...previous, ...change }), replace: true });
    },
    [navigate],
  );
  const clear = useCallback(
    () => narrow({ q: undefined, status: undefined, location: undefined, type: undefined }),
    [narrow],
  );
  return { search: readMachineSearch(all), narrow, clear };
}

function without<T extends object>(search: T): { [name in keyof T]: Exclude<T[name], undefined> } {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== '')) as {
    [name in keyof T]: Exclude<T[name], undefined>;
  };
}
