// The tabs of a machine, each with its own address.

import type { Machine } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { useText } from '../../i18n/use-text.ts';
import { useAge, useLive, useOpenAlerts } from '../../live/use-live.ts';

const TABS = [
  { to: '/machines/$machineId', label: 'machine.tab.live' },
  { to: '/machines/$machineId/history', label: 'machine.tab.history' },
  { to: '/machines/$machineId/alerts', label: 'machine.tab.alerts' },
  { to: '/machines/$machineId/info', label: 'machine.tab.info' },
] as const;

export function MachineTabs({ machine, connection }: { machine: Machine; connection: Machine['connection'] }) {
  const { t } = useText();
  const { alerts } = useOpenAlerts();
  const { machine_id: machineId } = machine;
  const open = alerts.filter((alert) => alert.machine_id === machineId).length;
  return (
    <div className="machine-tabs">
      <nav className="tabs" aria-label={t('machine.tabs')}>
        {TABS.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            params={{ machineId }}
            search={keepPanelFilters}
            activeOptions={{ exact: true, includeSearch: false }}
            replace
          >
            {t(label)}
            {label === 'machine.tab.alerts' && open > 0 ? (
              <>
                <span className="text-text-3" aria-hidden="true">
                  {' '}
                  {open}
                </span>
                <span className="sr-only">, {t('machine.tab.open_alerts', { count: open })}</span>
              </>
            ) : null}
          </Link>
        ))}
      </nav>
      <span className="caption ellipsis machine-place">
        {machine.location} · {machine.sensor_type} · <ConnectionWords machineId={machineId} connection={connection} />
      </span>
    </div>
  );
}

function ConnectionWords({ machineId, connection }: { machineId: string; connection: Machine['connection'] }) {
  const { t, format } = useText();
  const { readings } = useLive();
  const newestMs = readings.newestMs(machineId);
  const age = format.age(useAge(newestMs));
  if (Number.isNaN(newestMs)) return t('status.never');
  return t(connection === 'online' ? 'machine.online' : 'machine.stale', { age });
}
