// Past alerts page by page, each in its newest known version.

import type { Alert } from '@gonsters/contract';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { AlertFilter } from '../../../api/alerts-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { useLive, useOpenAlerts } from '../../../live/use-live.ts';

const PAGE = 100;
/** New alerts come into the list this long after they were raised: a flood of them is one request. */
const REFRESH_DELAY_MS = 3_000;
/** Past this many pages the list is being read, and stays as it is until it is asked for anew. */
const MAX_REFRESHED_PAGES = 3;

/** `key` says what is asked for; `filter` is made when it is asked, so that "the last 24 hours" end then. */
export function usePastAlerts(key: readonly unknown[], filter: () => AlertFilter) {
  const api = useApi();
  const { alerts: live } = useLive();
  const { alerts: open } = useOpenAlerts();
  const queryKey = useMemo(() => ['alerts', 'past', ...key], [key]);
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => api.alertsPage(filter(), PAGE, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const pages = query.data?.pages;
  useRefresh(queryKey, (pages?.length ?? 0) <= MAX_REFRESHED_PAGES);
  const alerts = useMemo(() => {
    const known = new Map(open.map((alert) => [alert.id, alert]));
    const newest = (alert: Alert) => newer(alert, known.get(alert.id) ?? live.byId(alert.id));
    const listed = pages?.flatMap((page) => page.alerts.map(newest));
    // One that has returned since its page was loaded moves up to its newest raise.
    return listed?.sort((a, b) => Date.parse(b.raised_at) - Date.parse(a.raised_at));
  }, [pages, live, open]);
  return { ...query, alerts };
}

function newer(alert: Alert, known: Alert | null): Alert {
  return known !== null && known.seq > alert.seq ? known : alert;
}

function useRefresh(queryKey: readonly unknown[], wanted: boolean): void {
  const queries = useQueryClient();
  const { alerts } = useLive();
  useEffect(() => {
    if (!wanted) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = alerts.signal.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey });
      }, REFRESH_DELAY_MS);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [queries, alerts, queryKey, wanted]);
}
