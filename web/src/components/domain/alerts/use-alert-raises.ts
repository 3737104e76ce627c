// The raises of alerts that have returned, loaded again when one is raised once more or clears.

import type { Alert, AlertRaise } from '@gonsters/contract';
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { useApi } from '../../../api/use-api.ts';
import type { RaisesOf } from './alert-raises.ts';

/** An answer from before the newest change is of no use to anybody. */
const CACHE_MS = 10_000;

/** `range`: only those that were raised in it. What was known of an alert stays until the new answer is there. */
export function useAlertRaises(
  alerts: readonly Pick<Alert, 'id' | 'raises' | 'cleared_at'>[],
  range: { fromMs: number; toMs: number } | null = null,
): RaisesOf {
  const api = useApi();
  const known = useRef(new Map<string, readonly AlertRaise[]>());
  const returned = alerts.filter(({ raises }) => raises > 1);
  const answers = useQueries({
    queries: returned.map(({ id, raises, cleared_at }) => ({
      queryKey: ['alerts', 'raises', id, raises, cleared_at, range?.fromMs ?? null, range?.toMs ?? null],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.alertRaises(id, range, signal),
      gcTime: CACHE_MS,
    })),
    combine: dataOf,
  });
  const ids = returned.map(({ id }) => id).join();
  return useMemo(() => {
    const raisesOf = new Map<string, readonly AlertRaise[]>();
    for (const [i, id] of ids.split(',').entries()) {
      const raises = answers[i] ?? known.current.get(id);
      if (raises !== undefined) raisesOf.set(id, raises);
    }
    known.current = raisesOf;
    return raisesOf;
  }, [answers, ids]);
}

const dataOf = (results: UseQueryResult<AlertRaise[]>[]) => results.map(({ data }) => data);
