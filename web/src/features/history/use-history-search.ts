// Reads and changes the selection of the history in the address.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { TimeSpan } from '../../charts/history/history-zoom.ts';
import { choiceOf, type HistoryChoice, type HistorySearch, readHistorySearch } from './history-search.ts';

export type HistoryChange = { [name in keyof HistorySearch]?: HistorySearch[name] | undefined };

export interface HistorySearchState {
  choice: HistoryChoice;
  /** `undefined` takes a part away. */
  change: (change: HistoryChange) => Promise<void>;
}

export const NO_ZOOM: HistoryChange = { zf: undefined, zt: undefined };

export function useHistorySearch(machineId?: string): HistorySearchState {
  const all = useSearch({ strict: false });
  const text = JSON.stringify(readHistorySearch(all));
  const choice = useMemo(() => choiceOf(JSON.parse(text) as HistorySearch, machineId), [text, machineId]);
  const navigate = useNavigate();
  const change = useCallback(
    (wanted: HistoryChange) =>
      navigate({
        to: '.',
        search: (previous) => {
          const { range, from, to, zf, zt, tz, interval, metric, machines, series, focus, ghost, ...others } =
            previous as typeof previous & HistorySearch;
          const known = { range, from, to, zf, zt, tz, interval, metric, machines, series, focus, ghost };
          return { ...others, ...readHistorySearch({ ...known, ...wanted }) };
        },
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return { choice, change };
}

export const rangeChange = ({ fromMs, toMs }: TimeSpan): HistoryChange => ({
  range: undefined,
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
  ...NO_ZOOM,
});
