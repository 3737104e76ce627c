// Reads and writes the part of the address that belongs to alerts.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { type AlertFilter, type AlertsPageSearch, readAlertSearch, readAlertsPageSearch } from './alert-search.ts';

export function useAlertFilter(): { filter: AlertFilter; choose: (filter: AlertFilter) => void } {
  const { alerts = 'all' } = readAlertSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const choose = (filter: AlertFilter) => {
    void navigate({
      to: '.',
      search: ({ alerts: _, ...others }) => (filter === 'all' ? others : { ...others, alerts: filter }),
      replace: true,
      resetScroll: false,
    });
  };
  return { filter: alerts, choose };
}

/** `undefined` takes a part out of the address. */
type SearchChange = { [name in keyof AlertsPageSearch]?: AlertsPageSearch[name] | undefined };

export function useAlertsAddress(): {
  search: AlertsPageSearch;
  /** `step`: the browser's back button undoes it. */
  change: (change: SearchChange, step?: boolean) => void;
} {
  const search = readAlertsPageSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const change = (changes: SearchChange, step = false) => {
    void navigate({
      to: '.',
      search: (others) => {
        const next = Object.entries({ ...others, ...changes }).filter(([, value]) => value !== undefined);
        return Object.fromEntries(next);
      },
      replace: !step,
      resetScroll: false,
    });
  };
  return { search, change };
}
