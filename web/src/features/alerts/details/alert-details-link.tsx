// A link to the details of an alert: over the current screen where that can show them, else over the alerts screen.

import type { Alert } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepPanelFilters } from '../../../components/domain/links.ts';

export function AlertDetailsLink({ alert, here, children }: { alert: Alert; here: boolean; children: ReactNode }) {
  return here ? (
    <Link
      to="."
      search={(search) => ({ ...search, alert: alert.id })}
      resetScroll={false}
      preload={false}
      className="story-link"
    >
      {children}
    </Link>
  ) : (
    <Link to="/alerts" search={(search) => ({ ...keepPanelFilters(search), alert: alert.id })}>
      {children}
    </Link>
  );
}
