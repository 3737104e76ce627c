// Leads to the full story of an alert: over the screen one is on where that tells stories, else over the alert screen.

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
