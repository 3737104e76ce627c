// The routes and their changes, each stored at once.

import type { NotificationRoute } from '@gonsters/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTellingApi } from '../../../../api/telling/use-telling-api.ts';
import { toast } from '../../../../components/ui/toast.ts';
import { managementFaultText } from '../../management-fault.ts';
import { moved } from '../../telling/order.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';

const ROUTES_KEY = ['notification-routes'];
export const PREVIEW_KEY = ['notification-preview'];
/** A handle that is held passes several places: only the last one is stored. */
const SETTLE_MS = 400;

export function useRoutes() {
  const api = useTellingApi();
  return useQuery({ queryKey: ROUTES_KEY, queryFn: ({ signal }) => api.notificationRoutes(signal) });
}

/** What is asked for again after a change of who is told. */
export function useRefreshRoutes(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    void queries.invalidateQueries({ queryKey: PREVIEW_KEY });
    await queries.invalidateQueries({ queryKey: ROUTES_KEY });
  };
}

/** The order as it is dragged, until the server has it. `routes` without the default one. */
export function useRouteOrder(routes: readonly NotificationRoute[]) {
  const { t } = useTellingText();
  const api = useTellingApi();
  const refresh = useRefreshRoutes();
  const [dragged, setDragged] = useState<{ ids: readonly string[]; timer: ReturnType<typeof setTimeout> } | null>(null);
  const byId = new Map(routes.map((route) => [route.id, route]));
  const known = dragged?.ids.length === routes.length && dragged.ids.every((id) => byId.has(id));
  const ids = known && dragged ? dragged.ids : routes.map(({ id }) => id);
  const store = async (order: readonly string[]) => {
    try {
      await api.orderRoutes(order);
    } catch (error) {
      toast.error(managementFaultText(t, error));
    }
    await refresh();
    setDragged(null);
  };
  return {
    ordered: ids.flatMap((id) => byId.get(id) ?? []),
    move: (from: number, to: number) => {
      const next = moved(ids, from, to);
      if (next === ids) return;
      if (dragged) clearTimeout(dragged.timer);
      setDragged({ ids: next, timer: setTimeout(() => void store(next), SETTLE_MS) });
    },
  };
}
