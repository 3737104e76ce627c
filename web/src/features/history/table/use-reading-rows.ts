// The rows of the table, newest first, page by page.

import type { IntervalName, ReadingRow } from '@gonsters/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useApi } from '../../../api/use-api.ts';
import type { TimeSpan } from '../../../charts/history/history-zoom.ts';

const PAGE = 200;

export interface ReadingRows {
  phase: 'loading' | 'ready' | 'failed';
  error: unknown;
  rows: readonly ReadingRow[];
  /** Of the whole range, as the server counts. */
  total: number;
  hasMore: boolean;
  busy: boolean;
  /** The next page could not be loaded; the rows before it are still good. */
  stuck: boolean;
  loadMore: () => void;
  retry: () => void;
}

export function useReadingRows(
  machineId: string,
  metrics: readonly string[],
  { interval, zone, range }: { interval: IntervalName; zone: string; range: TimeSpan },
): ReadingRows {
  const api = useApi();
  const query = useInfiniteQuery({
    queryKey: ['readings', 'rows', machineId, interval, metrics, zone, range.fromMs, range.toMs],
    queryFn: ({ pageParam, signal }) =>
      api.readingPage(machineId, range, { interval, metrics, zone }, { limit: PAGE, offset: pageParam }, signal),
    initialPageParam: 0,
    getNextPageParam: ({ pagination }) =>
      pagination.has_more ? pagination.offset + pagination.returned_records : null,
    placeholderData: (previous, before) =>
      before?.queryKey[2] === machineId && before.queryKey[3] === interval ? previous : undefined,
  });
  const { data, fetchNextPage, refetch, isFetchNextPageError } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  return {
    phase: data ? 'ready' : query.isError ? 'failed' : 'loading',
    error: query.error,
    rows,
    total: data?.pages.at(-1)?.pagination.total_records ?? 0,
    hasMore: query.hasNextPage,
    busy: query.isFetchingNextPage || query.isPlaceholderData,
    stuck: isFetchNextPageError,
    loadMore: useCallback(() => void fetchNextPage(), [fetchNextPage]),
    retry: () => void (isFetchNextPageError ? fetchNextPage() : refetch()),
  };
}
