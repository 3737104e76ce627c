// The alert filter in the address, read and written.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { type AlertFilter, readAlertSearch } from './alert-search.ts';

export function useAlertFilter(): { filter: AlertFilter; choose: (filter: AlertFilter) => void } {
  const { alerts = 'all' } = readAlertSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const choose = (filter: AlertFilter) => {
    void navigate({
      to: '.',
      search: ({ alerts: _, ...others }) => (filter === 'all' ? others : { ...others, alerts: filter }),
      replace: true,
    });
  };
  return { filter: alerts, choose };
}
