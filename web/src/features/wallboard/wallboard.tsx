// The plant on a wall screen: no menus, large type, rotating pages, and a large notice when no new values arrive.

import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, type ReactNode, useEffect } from 'react';
import { useApi } from '../../api/use-api.ts';
import { StatusWord } from '../../components/domain/machines/status-mark.tsx';
import { NewestDataAge } from '../../components/domain/values/newest-data-age.tsx';
import { Logo } from '../../components/ui/logo.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useConnection, useNow, useOpenAlerts, useOverview } from '../../live/use-live.ts';
import { useSilence } from '../../live/use-silence.ts';
import '../../styles/wallboard.css';
import { ConnectionNotice } from './connection-notice.tsx';
import { useAwakeScreen } from './use-awake-screen.ts';
import { useIdlePointer } from './use-idle-pointer.ts';
import { isWallPage, useRotation, WALL_PAGES, type WallPage } from './use-rotation.ts';
import { WallAlarms } from './wall-alarms.tsx';
import { isMeasured, wallAlerts } from './wall-alerts.ts';
import { WallHeat } from './wall-heat.tsx';
import { WallTrends } from './wall-trends.tsx';

const REFETCH_MS = 60_000;

/** `page` fixes one of the pages; null, or one that does not exist, lets them follow each other. */
export function Wallboard({ page }: { page: string | null }) {
  const { t } = useText();
  const { alerts } = useOpenAlerts();
  // Charts of what is abnormal only where there is something abnormal.
  const pages = WALL_PAGES.filter((name) => name !== 'worst' || wallAlerts(alerts).lasting.some(isMeasured));
  const rotation = useRotation(pages, page !== null && isWallPage(page) ? page : null);
  const idle = useIdlePointer();
  useOverview();
  useAwakeScreen();
  useEffect(() => {
    document.documentElement.dataset.density = 'wall';
    return () => {
      delete document.documentElement.dataset.density;
    };
  }, []);
  return (
    <main className={idle ? 'wall is-idle' : 'wall'}>
      <title>{`${t('wall.title')} · GONSTERS`}</title>
      <ConnectionNotice />
      <WallTop page={rotation.page} />
      <div className="wall-page">
        {rotation.page === 'overview' ? (
          <div className="wall-split">
            <WallAlarms />
            <WallHeat />
          </div>
        ) : rotation.page === 'worst' ? (
          <WallTrends />
        ) : (
          <WallHeat />
        )}
      </div>
      <footer className="wall-foot">
        <Logo />
        <WallDots {...rotation} pages={pages} />
        <WallLive />
      </footer>
    </main>
  );
}

function WallTop({ page }: { page: WallPage }) {
  const { t, format } = useText();
  const api = useApi();
  const now = useNow();
  const { data: summary } = useQuery({
    queryKey: ['machines', 'summary'],
    queryFn: () => api.machineSummary(),
    refetchInterval: REFETCH_MS,
  });
  const count = (value: number | undefined) => (value === undefined ? '—' : format.number(value));
  return (
    <header className="wall-top">
      <h1>{t(`wall.page.${page}`)}</h1>
      <dl>
        <WallStat label={t('fleet.active')}>
          {count(summary?.by_status.active)}
          <span className="unit">{summary ? t('wall.of', { total: summary.total }) : null}</span>
        </WallStat>
        <WallStat label={<StatusWord condition="maintenance">{t('status.maintenance')}</StatusWord>}>
          {count(summary?.by_status.maintenance)}
        </WallStat>
        <WallStat label={<StatusWord condition="stale">{t('status.stale')}</StatusWord>}>
          {count(summary?.by_connection.stale)}
        </WallStat>
      </dl>
      <time className="number" dateTime={new Date(now).toISOString()}>
        {format.minute(now)}
        <span className="unit">{format.zone(now)}</span>
      </time>
    </header>
  );
}

function WallStat({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt className="label">{label}</dt>
      <dd className="number">{children}</dd>
    </div>
  );
}

function WallDots({ page, pages, share }: { page: WallPage; pages: readonly WallPage[]; share: number }) {
  const { t } = useText();
  if (pages.length < 2) return <span />;
  const label = t('wall.page_of', { page: pages.indexOf(page) + 1, count: pages.length });
  return (
    <span className="wall-dots" role="img" aria-label={label} style={{ '--share': `${share * 100}%` } as CSSProperties}>
      {pages.map((name) => (
        <i key={name} className={name === page ? 'is-on' : ''} />
      ))}
    </span>
  );
}

function WallLive() {
  const { t } = useText();
  const { phase, degraded } = useConnection();
  const silentMs = useSilence();
  if (phase !== 'live' || silentMs !== null) {
    return (
      <span className="live">
        <i className="live-ring" />
        {t(phase === 'live' ? 'wall.silent_short' : phase === 'offline' ? 'live.offline' : 'live.connecting')}
      </span>
    );
  }
  return (
    <span className="live">
      <i className="live-dot" />
      {t(degraded ? 'live.degraded' : 'live.live')}
      <NewestDataAge />
    </span>
  );
}
