// The machines that match the filters, page by page. Their newest readings go to the live readings.

import type { Machine } from '@gonsters/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { seedReadings } from '../../../live/live.ts';
import { useLive } from '../../../live/use-live.ts';
import { filterOf, followsConditions, type MachineSearch, orderOf } from '../filter/machine-search.ts';
import { useListRefresh } from './use-list-refresh.ts';

const PAGE = 60;

export interface MachineList {
  phase: 'loading' | 'ready' | 'failed';
  error: unknown;
  machines: readonly Machine[];
  /** Of all that match, loaded or not. */
  total: number;
  hasMore: boolean;
  /** The machines are still those of the question before. */
  busy: boolean;
  loadMore: () => void;
  retry: () => void;
}

const NO_FIELDS: readonly string[] = [];
/** What is shown besides the headline is not pushed. */
const FIELDS_REFETCH_MS = 15_000;

/** `fields` are metrics whose newest values are wanted besides the headline of each type. */
export function useMachineList(search: MachineSearch, fields: readonly string[] = NO_FIELDS): MachineList {
  const api = useApi();
  const live = useLive();
  const filter = filterOf(search);
  const sort = orderOf(search);
  const query = useInfiniteQuery({
    queryKey: ['machines', 'list', filter, sort, ...(fields.length > 0 ? [fields] : [])],
    refetchInterval: fields.length > 0 ? FIELDS_REFETCH_MS : false,
    queryFn: async ({ pageParam, signal }) => {
      const page = await api.machinePage(
        filter,
        { sort, limit: PAGE, offset: pageParam, ...(fields.length > 0 ? { fields: fields.join(',') } : {}) },
        signal,
      );
      seedReadings(live, page.machines);
      return page;
    },
    initialPageParam: 0,
    getNextPageParam: ({ pagination }) => (pagination.has_more ? pagination.offset + pagination.limit : null),
    // The old list stays while the next filter is on its way: nothing jumps at every letter.
    placeholderData: (previous) => previous,
  });
  const machines = useMemo(() => distinct(query.data?.pages.flatMap((page) => page.machines) ?? []), [query.data]);
  const { fetchNextPage, refetch, isFetchingNextPage } = query;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const renew = useCallback(() => void refetch({ cancelRefetch: false }), [refetch]);
  useListRefresh(followsConditions(search) ? renew : null, query.data?.pages.length ?? 1);
  return {
    phase: query.data ? 'ready' : query.isError ? 'failed' : 'loading',
    error: query.error,
    machines,
    total: query.data?.pages.at(-1)?.pagination.total_records ?? 0,
    hasMore: query.hasNextPage,
    busy: query.isPlaceholderData,
    loadMore,
    retry: () => void refetch(),
  };
}

/** A machine that is added in the meantime shifts the pages: the last of one can be the first of the next. */
function distinct(machines: readonly Machine[]): Machine[] {
  return [...new Map(machines.map((machine) => [machine.machine_id, machine])).values()];
}
