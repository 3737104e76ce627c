// The open alerts as a screen of its own.

import { useText } from '../../i18n/use-text.ts';
import { isUnacknowledged } from '../../live/live-alerts.ts';
import { useOpenAlerts, useOverview } from '../../live/use-live.ts';
import { AlertFilters } from './alert-filters.tsx';
import { AlertList } from './alert-list.tsx';

export function AlertsScreen() {
  const { t } = useText();
  const { alerts, phase } = useOpenAlerts();
  useOverview();
  return (
    <>
      <title>{`${t('app.alerts')} · GONSTERS`}</title>
      <div className="page-head">
        <h1>{t('app.alerts')}</h1>
        <span className="cap">
          {phase === 'ready'
            ? t('alerts.summary', { count: alerts.length, unacknowledged: alerts.filter(isUnacknowledged).length })
            : null}
        </span>
      </div>
      <section className="card overflow-hidden" aria-label={t('app.alerts')}>
        <div className="p-3">
          <AlertFilters />
        </div>
        <AlertList />
      </section>
    </>
  );
}
