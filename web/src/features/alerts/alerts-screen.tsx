// The alerts screen: open and past alerts.

import { Link } from '@tanstack/react-router';
import { ClipboardList } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { useSiren } from '../../components/domain/signals/use-signals.ts';
import { Segments } from '../../components/ui/form/segments.tsx';
import { useFiguresText } from '../../i18n/figures/use-figures-text.ts';
import { useText } from '../../i18n/use-text.ts';
import { useOpenAlerts } from '../../live/use-live.ts';
import { countByFilter } from './filter/alert-search.ts';
import { useAlertsAddress } from './filter/use-alert-filter.ts';
import { ExportButton } from './page/export-button.tsx';
import { OpenAlerts } from './page/open-alerts.tsx';
import { PastAlerts } from './page/past-alerts.tsx';
import { SignalMenu } from './sound/signal-menu.tsx';
import { UnlockSound } from './sound/unlock-sound.tsx';

const AlertFigures = lazy(async () => ({ default: (await import('./figures/alert-figures.tsx')).AlertFigures }));
const TABS = ['open', 'history', 'figures'] as const;

export function AlertsScreen() {
  const { t, say } = useFiguresText();
  const { search, change } = useAlertsAddress();
  const { sound } = useSiren();
  const tab = search.tab ?? 'open';
  return (
    <>
      <title>{`${t('app.alerts')} · GONSTERS`}</title>
      <div className="page-head">
        <h1>{t('app.alerts')}</h1>
        <div className="alerts-tabs">
          <Segments
            label={t('alerts.tabs')}
            value={tab}
            choices={TABS.map((value) => ({
              value,
              label: value === 'figures' ? say('figures.tab') : t(`alerts.tab.${value}`),
            }))}
            onChoose={(value) => change({ tab: value === 'open' ? undefined : value }, true)}
          />
        </div>
        <span className="caption ellipsis hidden tablet:inline">
          <Counts />
        </span>
        <span className="flex-1" />
        <Link to="/shift" search={keepPanelFilters} className="button button-quiet shift-link">
          <ClipboardList size={16} strokeWidth={1.5} aria-hidden="true" />
          <span className="sr-only tablet:not-sr-only">{say('figures.shift_report')}</span>
        </Link>
        {tab === 'figures' ? null : <ExportButton />}
        <SignalMenu label={t(`alerts.sound.is_${sound}`)} sound={sound} />
      </div>
      {sound === 'blocked' ? (
        <div className="card sound-notice tablet:hidden">
          <UnlockSound />
        </div>
      ) : null}
      {tab === 'open' ? (
        <OpenAlerts />
      ) : tab === 'history' ? (
        <PastAlerts />
      ) : (
        <Suspense>
          <AlertFigures />
        </Suspense>
      )}
    </>
  );
}

/** Over all that are open, whatever the filter. */
function Counts() {
  const { t } = useText();
  const { alerts, phase } = useOpenAlerts();
  if (phase !== 'ready') return null;
  const counts = countByFilter(alerts);
  return t('alerts.counts', { count: counts.all, unacknowledged: counts.unacknowledged, shelved: counts.shelved });
}
