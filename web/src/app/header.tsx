// The bar on top of every screen: where one is, whether it is live, what time it is, who one is.

import { Link } from '@tanstack/react-router';
import { Contrast, PanelLeft, PanelRight, Search } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useSessionState } from '../api/use-api.ts';
import { useOpenDialog } from '../components/dialogs.ts';
import { keepDocks } from '../components/keep-docks.ts';
import { Logo } from '../components/logo.tsx';
import { PALETTE_KEYS } from '../components/shortcuts.ts';
import { switchTheme } from '../components/theme.ts';
import { useText } from '../i18n/use-text.ts';
import { useNow } from '../live/use-live.ts';
import { Avatar } from './avatar.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import type { Panels } from './use-panels.ts';
import { useUrgentCount } from './use-urgent-count.ts';

const AccountMenu = lazy(async () => ({ default: (await import('./account-menu.tsx')).AccountMenu }));

export function Header({ panels, onToggle }: { panels: Panels; onToggle: (panel: keyof Panels) => void }) {
  const { t } = useText();
  const urgent = useUrgentCount();
  const openDialog = useOpenDialog();
  return (
    <header className="header glass">
      <a href="#content" className="btn sr-only focus:not-sr-only">
        {t('app.skip')}
      </a>
      <Link to="/" search={keepDocks} aria-label={`GONSTERS, ${t('app.fleet')}`}>
        <Logo />
      </Link>
      <nav className="nav" aria-label={t('app.main')}>
        <Link to="/" search={keepDocks} activeOptions={{ exact: true, includeSearch: false }}>
          {t('app.fleet')}
        </Link>
        <Link to="/alerts" search={keepDocks} activeOptions={{ includeSearch: false }}>
          {t('app.alerts')}
          <UrgentCount count={urgent} />
        </Link>
        <Link to="/history" search={keepDocks} activeOptions={{ includeSearch: false }}>
          {t('app.history')}
        </Link>
        <Link to="/settings/{-$section}" search={keepDocks} activeOptions={{ includeSearch: false }}>
          {t('app.settings')}
        </Link>
      </nav>
      <span className="flex-1" />
      <button type="button" className="find" onClick={() => openDialog({ name: 'palette' })}>
        <Search size={16} strokeWidth={1.5} aria-hidden="true" />
        <span className="sr-only laptop:not-sr-only">{t('app.find')}</span>
        <kbd className="hidden laptop:inline">{PALETTE_KEYS.join(' ')}</kbd>
      </button>
      <LiveIndicator />
      <Clock />
      <button
        type="button"
        className="btn btn-quiet btn-icon hidden laptop:inline-flex"
        aria-label={t('app.panel.machines')}
        aria-pressed={panels.machines}
        onClick={() => onToggle('machines')}
      >
        <PanelLeft size={16} strokeWidth={1.5} />
      </button>
      <button
        type="button"
        className="btn btn-quiet btn-icon hidden desktop:inline-flex"
        aria-label={t('app.panel.alerts')}
        aria-pressed={panels.alerts}
        onClick={() => onToggle('alerts')}
      >
        <PanelRight size={16} strokeWidth={1.5} />
      </button>
      <button type="button" className="btn btn-quiet btn-icon" aria-label={t('app.theme')} onClick={switchTheme}>
        <Contrast size={16} strokeWidth={1.5} className="[&>path]:fill-current" />
      </button>
      <Suspense fallback={<AccountPlace />}>
        <AccountMenu />
      </Suspense>
    </header>
  );
}

/** Its menu is there a moment later. */
function AccountPlace() {
  const state = useSessionState();
  return <span className="avatar">{state.phase === 'signed-in' ? <Avatar name={state.user.username} /> : null}</span>;
}

function Clock() {
  const { format } = useText();
  const now = useNow();
  return (
    <time className="clock" dateTime={new Date(now).toISOString()}>
      <b>{format.clock(now)}</b> {format.zone(now)}
    </time>
  );
}

/** Critical alerts that nobody has acknowledged; nothing where there are none. */
export function UrgentCount({ count }: { count: number }) {
  const { t } = useText();
  if (count === 0) return null;
  return (
    <span className="count count-crit">
      <span aria-hidden="true">{count}</span>
      <span className="sr-only">{t('app.critical_count', { count })}</span>
    </span>
  );
}
