// The back-test of what is being edited: asked for once typing pauses, with its progress, and cancelled on request.

import type { BacktestResult } from '@gonsters/contract';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type BacktestAsked, backtestApi } from '../../api/backtest-api.ts';
import { useApi } from '../../api/use-api.ts';

const TYPING_MS = 350;
/** Answers that took long are kept while one tries other limits. */
const KEEP_MS = 10 * 60_000;

export interface Backtest {
  /** The newest result; while `busy` that of an earlier request. */
  result: BacktestResult | null;
  /** Whether `result` is of what is asked for now. */
  isCurrent: boolean;
  busy: boolean;
  /** From 0 to 1 while it is computed. */
  progress: number;
  error: unknown;
  cancelled: boolean;
  cancel: () => void;
  again: () => void;
}

/** null asks for nothing. */
export function useBacktest(asked: BacktestAsked | null): Backtest {
  const api = useApi();
  const queries = useQueryClient();
  const [progress, setProgress] = useState(0);
  const [cancelled, setCancelled] = useState('');
  const wanted = asked === null ? '' : JSON.stringify(asked);
  const settled = useSettled(wanted);
  const key = ['backtest', settled];
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => {
      setProgress(0);
      return backtestApi(api.client).backtest(JSON.parse(settled) as BacktestAsked, setProgress, signal);
    },
    enabled: settled !== '' && cancelled !== settled,
    placeholderData: keepPreviousData,
    staleTime: KEEP_MS,
    gcTime: KEEP_MS,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const isCancelled = cancelled !== '' && cancelled === settled;
  const waits = settled !== wanted;
  return {
    result: data ?? null,
    isCurrent: data !== undefined && !isPlaceholderData && !waits,
    busy: !isCancelled && (isFetching || waits) && wanted !== '',
    progress,
    error: waits ? null : error,
    cancelled: isCancelled,
    cancel: () => {
      setCancelled(settled);
      void queries.cancelQueries({ queryKey: key });
    },
    again: () => {
      setCancelled('');
      void refetch();
    },
  };
}

/** The text once it has not changed for a moment; the first one at once. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled === '' ? text : settled;
}
