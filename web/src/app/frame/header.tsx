// The bar on top of every screen: navigation, connection, time, and the signed-in user.

import { Link } from '@tanstack/react-router';
import { Contrast, PanelLeft, PanelRight, Search } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useSessionState } from '../../api/use-api.ts';
import { useOpenDialog } from '../../components/domain/dialogs.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { IS_MAC, PALETTE_KEYS } from '../../components/domain/shortcuts.ts';
import { Logo } from '../../components/ui/logo.tsx';
import { switchTheme } from '../../components/ui/theme/theme.ts';
import { SoundButton } from '../../features/alerts/sound/sound-button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useNow, useUrgentCount } from '../../live/use-live.ts';
import { Avatar } from './avatar.tsx';
import { LiveIndicator } from './live-indicator.tsx';
import { type Panel, type PanelName, panelButtonId } from './use-panels.ts';

const AccountMenu = lazy(async () => ({ default: (await import('./account-menu.tsx')).AccountMenu }));

const SCREENS = [
  { to: '/', label: 'app.fleet', exact: true },
  { to: '/alerts', label: 'app.alerts', exact: false },
  { to: '/history', label: 'app.history', exact: false },
  { to: '/settings/{-$section}', label: 'app.settings', exact: false },
] as const;

interface HeaderProps {
  panels: Record<PanelName, Panel>;
  /** Not on the screen that shows the same list itself. */
  offered: Record<PanelName, boolean>;
}

export function Header({ panels, offered }: HeaderProps) {
  const { t } = useText();
  const urgent = useUrgentCount();
  const openDialog = useOpenDialog();
  return (
    <header className="header glass">
      <a href="#content" className="button skip">
        {t('app.skip')}
      </a>
      <Link to="/" search={keepPanelFilters} aria-label={`GONSTERS, ${t('app.fleet')}`}>
        <Logo />
      </Link>
      <nav className="nav" aria-label={t('app.main')}>
        {SCREENS.map(({ to, label, exact }) => (
          <Link key={to} to={to} search={keepPanelFilters} activeOptions={{ exact, includeSearch: false }}>
            {t(label)}
            {to === '/alerts' ? <UrgentCount count={urgent} /> : null}
          </Link>
        ))}
      </nav>
      <span className="flex-1" />
      <button
        type="button"
        className="find"
        aria-keyshortcuts={IS_MAC ? 'Meta+K' : 'Control+K'}
        onClick={() => openDialog({ name: 'palette' })}
      >
        <Search size={16} strokeWidth={1.5} aria-hidden="true" />
        <span>{t('app.find')}</span>
        <kbd>{PALETTE_KEYS.join(IS_MAC ? '' : ' ')}</kbd>
      </button>
      <LiveIndicator />
      <Clock />
      <SoundButton />
      <button
        type="button"
        className="button button-quiet button-icon"
        aria-label={t('app.theme')}
        onClick={switchTheme}
      >
        <Contrast size={16} strokeWidth={1.5} className="[&>path]:fill-current" />
      </button>
      {offered.machines && panels.machines.shown !== 'dock' ? (
        <PanelButton name="machines" panel={panels.machines} />
      ) : null}
      {offered.alerts && panels.alerts.shown !== 'dock' ? (
        <PanelButton name="alerts" panel={panels.alerts} count={urgent} />
      ) : null}
      <Suspense fallback={<AccountPlace />}>
        <AccountMenu />
      </Suspense>
    </header>
  );
}

/** There only while the panel is not: a dock has its own button to close it. */
function PanelButton({ name, panel, count = 0 }: { name: PanelName; panel: Panel; count?: number }) {
  const { t } = useText();
  const Icon = name === 'machines' ? PanelLeft : PanelRight;
  return (
    <button
      type="button"
      id={panelButtonId(name)}
      className="button button-quiet button-icon panel-button"
      aria-expanded={panel.shown === 'sheet'}
      title={t(`app.panel.${name}`)}
      onClick={panel.open}
    >
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      <span className="sr-only">{t(`app.panel.${name}`)}</span>
      <UrgentCount count={count} />
    </button>
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

/** The number of unacknowledged critical alerts; nothing where there are none. */
export function UrgentCount({ count }: { count: number }) {
  const { t } = useText();
  if (count === 0) return null;
  return (
    <span className="count count-crit">
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="sr-only">{t('app.critical_count', { count })}</span>
    </span>
  );
}
