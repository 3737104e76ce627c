// A link to the story of an alert.

import type { Alert } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepPanelFilters } from '../../../components/domain/links.ts';

export function AlertStoryLink({ alert, children }: { alert: Alert; children: ReactNode }) {
  return (
    <Link
      to="/alerts/$alertId"
      params={{ alertId: alert.id }}
      search={keepPanelFilters}
      preload={false}
      className="story-link"
    >
      {children}
    </Link>
  );
}
