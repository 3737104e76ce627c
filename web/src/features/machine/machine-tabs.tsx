// The four sides of a machine, each with an address of its own.

import { Link } from '@tanstack/react-router';
import { keepDocks } from '../../components/keep-docks.ts';
import { useText } from '../../i18n/use-text.ts';

const TABS = [
  { to: '/machines/$machineId', label: 'machine.tab.live' },
  { to: '/machines/$machineId/history', label: 'machine.tab.history' },
  { to: '/machines/$machineId/alerts', label: 'machine.tab.alerts' },
  { to: '/machines/$machineId/info', label: 'machine.tab.info' },
] as const;

export function MachineTabs({ machineId }: { machineId: string }) {
  const { t } = useText();
  return (
    <nav className="tabs" aria-label={t('machine.tabs')}>
      {TABS.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          params={{ machineId }}
          search={keepDocks}
          activeOptions={{ exact: true, includeSearch: false }}
          replace
        >
          {t(label)}
        </Link>
      ))}
    </nav>
  );
}
