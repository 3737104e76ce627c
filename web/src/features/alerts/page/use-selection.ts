// The selected open alerts, by id, so that a filter does not deselect them; in the address while they are few.

import type { Alert } from '@gonsters/contract';
import { useCallback, useRef, useState } from 'react';
import { useAlertsAddress } from '../filter/use-alert-filter.ts';
import type { Selection } from '../list/alert-table.tsx';

const MAX_IN_ADDRESS = 8;

export interface AlertSelection extends Selection {
  /** Open ones only: an alert that has closed in the meantime needs no action. */
  alerts: readonly Alert[];
  /** Of these, not among those listed. */
  hidden: number;
  drop: (alerts: readonly Alert[]) => void;
  clear: () => void;
}

export function useSelection(open: readonly Alert[], listed: readonly Alert[]): AlertSelection {
  const { search, change } = useAlertsAddress();
  const [ids, setIds] = useState<ReadonlySet<string>>(
    () => new Set((search.sel ?? '').split(',').filter((id) => id !== '')),
  );
  const latest = useRef({ ids, change });
  latest.current = { ids, change };
  const take = useCallback((next: ReadonlySet<string>) => {
    setIds(next);
    const few = next.size > 0 && next.size <= MAX_IN_ADDRESS;
    latest.current.change({ sel: few ? [...next].join(',') : undefined });
  }, []);
  const toggle = useCallback(
    ({ id }: Alert) => {
      const next = new Set(latest.current.ids);
      if (!next.delete(id)) next.add(id);
      take(next);
    },
    [take],
  );
  const drop = useCallback(
    (alerts: readonly Alert[]) => {
      const next = new Set(latest.current.ids);
      for (const { id } of alerts) next.delete(id);
      take(next);
    },
    [take],
  );
  const alerts = open.filter(({ id }) => ids.has(id));
  const inList = listed.filter(({ id }) => ids.has(id)).length;
  const all = listed.length > 0 && inList === listed.length;
  return {
    alerts,
    hidden: alerts.length - inList,
    has: ({ id }) => ids.has(id),
    extent: all ? 'all' : inList > 0 ? 'some' : 'none',
    toggle,
    toggleAll: () => (all ? drop(listed) : take(new Set([...ids, ...listed.map(({ id }) => id)]))),
    drop,
    clear: () => take(new Set()),
  };
}
