// Reads and writes the filters of a section in the address.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { readSettingsSearch, type SettingsSearch } from './settings-search.ts';

type Change = { [name in keyof SettingsSearch]: SettingsSearch[name] | undefined };

/** In `narrow`, undefined takes a filter away. */
export function useSettingsSearch(): { search: SettingsSearch; narrow: (change: Change) => void } {
  const all = useSearch({ strict: false });
  const navigate = useNavigate();
  const narrow = useCallback(
    (change: Change) =>
      void navigate({
        to: '.',
        search: (previous) =>
          Object.fromEntries(Object.entries({ ...previous, ...change }).filter(([, value]) => value !== undefined)),
        replace: true,
      }),
    [navigate],
  );
  const search = useMemo(() => readSettingsSearch(all), [all]);
  return { search, narrow };
}
