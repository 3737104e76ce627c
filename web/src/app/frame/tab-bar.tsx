// The main navigation on a phone, at the lower edge of the screen.

import { Link } from '@tanstack/react-router';
import { Bell, ChartLine, LayoutGrid, List, Settings } from 'lucide-react';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { useText } from '../../i18n/use-text.ts';
import { useUrgentCount } from '../../live/use-live.ts';
import { UrgentCount } from './header.tsx';

const ICON = { size: 20, strokeWidth: 1.5, 'aria-hidden': true } as const;

export function TabBar() {
  const { t } = useText();
  const urgent = useUrgentCount();
  return (
    <nav className="tab-bar glass" aria-label={t('app.main')}>
      <Link to="/" search={keepPanelFilters} activeOptions={{ exact: true, includeSearch: false }}>
        <LayoutGrid {...ICON} />
        {t('app.fleet')}
      </Link>
      <Link to="/machines" search={keepPanelFilters} activeOptions={{ includeSearch: false }}>
        <List {...ICON} />
        {t('app.machines')}
      </Link>
      <Link to="/alerts" search={keepPanelFilters} activeOptions={{ includeSearch: false }}>
        <Bell {...ICON} />
        {t('app.alerts')}
        <UrgentCount count={urgent} />
      </Link>
      <Link to="/history" search={keepPanelFilters} activeOptions={{ includeSearch: false }}>
        <ChartLine {...ICON} />
        {t('app.history')}
      </Link>
      <Link to="/settings/{-$section}" search={keepPanelFilters} activeOptions={{ includeSearch: false }}>
        <Settings {...ICON} />
        {t('app.settings')}
      </Link>
    </nav>
  );
}
