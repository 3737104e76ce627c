// Searches all machines on the server once typing pauses. A late reply to an earlier text is dropped.

import type { Machine } from '@gonsters/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { NO_FILTER } from '../../../api/machines-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { seedReadings } from '../../../live/live.ts';
import { useLive } from '../../../live/use-live.ts';

const TYPING_MS = 120;
const SHOWN = 8;
const NONE: readonly string[] = [];

export interface MachineLookup {
  machines: readonly Machine[];
  total: number;
  /** What is shown belongs to an earlier text. */
  busy: boolean;
  error: unknown;
}

/** Without a text the first machines by name, unless `textNeeded`; never those of `without`. */
export function useMachineLookup(
  text: string,
  { textNeeded = false, without = NONE }: { textNeeded?: boolean; without?: readonly string[] } = {},
): MachineLookup {
  const api = useApi();
  const live = useLive();
  const search = useDebounced(text.trim());
  const limit = SHOWN + without.length;
  const { data, isFetching, isPlaceholderData, error } = useQuery({
    queryKey: ['machines', 'found', search, limit],
    queryFn: async ({ signal }) => {
      const page = await api.machinePage({ ...NO_FILTER, search }, { sort: 'name', limit, offset: 0 }, signal);
      seedReadings(live, page.machines);
      return page;
    },
    enabled: search !== '' || !textNeeded,
    placeholderData: keepPreviousData,
  });
  const shown = textNeeded && text.trim() === '' ? undefined : data;
  return {
    machines: (shown?.machines ?? []).filter(({ machine_id: id }) => !without.includes(id)).slice(0, SHOWN),
    total: shown?.pagination.total_records ?? 0,
    busy: text.trim() !== search || isPlaceholderData || (isFetching && !data),
    error,
  };
}

/** The text once typing pauses. */
export function useDebounced(text: string): string {
  const [debounced, setDebounced] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return debounced;
}
