// The whole fleet in five numbers, counted by the server; alerts as the page knows them live.

import { Skeleton } from '../../components/skeleton.tsx';
import { StatusWord } from '../../components/status-mark.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useOpenAlerts } from '../../live/use-live.ts';
import { useSummary } from './use-summary.ts';

export function FleetStats() {
  const { t, format } = useText();
  const summary = useSummary().data;
  const { alerts } = useOpenAlerts();
  const active = alerts.filter((alert) => alert.state !== 'cleared_unacked' && alert.shelved_until === null);
  const critical = active.filter((alert) => alert.severity === 'critical').length;
  const machines = new Set(
    active.flatMap((alert) => (alert.machine_id === null ? alert.machine_ids : alert.machine_id)),
  ).size;
  const count = (value: number | undefined) =>
    value === undefined ? <Skeleton width={56} height={32} /> : format.number(value);
  return (
    <section className="card stats" aria-label={t('fleet.whole')}>
      <div className="stat">
        <span className="lab">{t('fleet.total')}</span>
        <span className="num n28">{count(summary?.total)}</span>
        <span className="cap">{summary ? t('fleet.locations', { count: summary.locations.length }) : null}</span>
      </div>
      <div className="stat">
        <span className="lab">{t('fleet.active')}</span>
        <span className="num n28">{count(summary?.by_status.active)}</span>
        <span className="cap">
          {summary && summary.total > 0 ? format.share(summary.by_status.active / summary.total) : null}
        </span>
      </div>
      <div className="stat">
        <span className="lab">{t('fleet.maintenance')}</span>
        <span className="num n28">{count(summary?.by_status.maintenance)}</span>
        <span className="cap">
          {summary && summary.by_status.maintenance > 0 ? (
            <StatusWord condition="maintenance">{t('fleet.silent')}</StatusWord>
          ) : null}
        </span>
      </div>
      <div className="stat">
        <span className="lab">{t('fleet.inactive_stale')}</span>
        <span className="num n28 two">
          {count(summary?.by_status.inactive)}
          <span className="slash">/</span>
          {count(summary?.by_connection.stale)}
        </span>
        <span className="cap">
          {summary && summary.by_connection.never > 0 ? (
            <StatusWord condition="never">{t('fleet.never', { count: summary.by_connection.never })}</StatusWord>
          ) : null}
        </span>
      </div>
      <div className="stat stat-wide">
        <span className="lab">{t('fleet.in_alert')}</span>
        <span className="num n28">{format.number(machines)}</span>
        <span className="cap">
          {critical > 0 ? (
            <StatusWord condition="critical">{t('fleet.critical', { count: critical })}</StatusWord>
          ) : null}
          {active.length > critical ? (
            <StatusWord condition="warning">{t('fleet.warning', { count: active.length - critical })}</StatusWord>
          ) : null}
          {active.length === 0 ? t('fleet.no_alert') : null}
        </span>
      </div>
    </section>
  );
}
