// The fleet in five numbers that the server counts, each a link to the machines that it counts.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useConnection } from '../../../live/use-live.ts';
import type { MachineSearch } from '../filter/machine-search.ts';
import { inAlarm, useSummary } from './use-summary.ts';

export function FleetStats() {
  const { t, format } = useText();
  const { data: summary, isError } = useSummary();
  const connected = useConnection().phase === 'live';
  const count = (value: number | undefined) => {
    if (value !== undefined) return format.number(value);
    return isError ? '—' : <Skeleton width={56} height={32} />;
  };
  const conditions = summary?.by_condition;
  const critical = conditions && conditions.critical + conditions.critical_acked;
  const warning = conditions && conditions.warning + conditions.warning_acked;
  const inAlert = conditions && inAlarm(conditions);
  // Unknown is not zero.
  const unknown = !connected && (inAlert === undefined || inAlert === 0);
  return (
    <section className="card stats" aria-label={t('fleet.whole')}>
      <Stat status={undefined} label={t('fleet.total')} value={count(summary?.total)}>
        {summary ? t('fleet.locations', { count: summary.locations.length }) : null}
      </Stat>
      <Stat status="active" label={t('fleet.active')} value={count(summary?.by_status.active)}>
        {summary && summary.total > 0 ? format.share(summary.by_status.active / summary.total) : null}
      </Stat>
      <Stat status="maintenance" label={t('fleet.maintenance')} value={count(summary?.by_status.maintenance)}>
        {summary && summary.by_status.maintenance > 0 ? (
          <StatusWord condition="maintenance">{t('fleet.silent')}</StatusWord>
        ) : null}
      </Stat>
      <div className="stat">
        <span className="label">{t('fleet.inactive_stale')}</span>
        <span className="number number-medium two">
          <StatLink status="inactive" label={t('status.inactive')}>
            {count(summary?.by_status.inactive)}
          </StatLink>
          <span className="slash" aria-hidden="true">
            /
          </span>
          <StatLink status="stale" label={t('status.stale')}>
            {count(summary?.by_connection.stale)}
          </StatLink>
        </span>
        <span className="caption">
          {summary && summary.by_connection.never > 0 ? (
            <StatLink status="never">
              <StatusWord condition="never">{t('fleet.never', { count: summary.by_connection.never })}</StatusWord>
            </StatLink>
          ) : null}
        </span>
      </div>
      <Stat wide status="alert" label={t('fleet.in_alert')} value={unknown ? '—' : count(inAlert)}>
        {critical ? <StatusWord condition="critical">{t('fleet.critical', { count: critical })}</StatusWord> : null}
        {warning ? <StatusWord condition="warning">{t('fleet.warning', { count: warning })}</StatusWord> : null}
        {unknown ? t('fleet.unknown') : inAlert === 0 ? t('fleet.no_alert') : null}
      </Stat>
    </section>
  );
}

type Status = MachineSearch['status'];

function Stat({
  status,
  label,
  value,
  wide = false,
  children,
}: {
  status: Status;
  label: string;
  value: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <StatLink status={status} className={wide ? 'stat stat-wide' : 'stat'}>
      <span className="label">{label}</span>
      <span className="number number-medium">{value}</span>
      <span className="caption">{children}</span>
    </StatLink>
  );
}

/** To the machines that are counted: this status, and no other filter. */
function StatLink({
  status,
  label,
  className = '',
  children,
}: {
  status: Status;
  label?: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Link
      to="/"
      className={className}
      activeProps={{ 'aria-current': undefined }}
      resetScroll={false}
      search={(search) => {
        const { q: _q, status: _status, location: _location, type: _type, ...rest } = keepPanelFilters(search);
        return status === undefined ? rest : { ...rest, status };
      }}
    >
      {children}
      {label === undefined ? null : <span className="sr-only"> {label}</span>}
    </Link>
  );
}
