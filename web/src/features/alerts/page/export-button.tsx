// Exports the listed alerts as a CSV file.

import { Download } from 'lucide-react';
import type { AlertFilter as AlertQuery } from '../../../api/alerts-api.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import type { AlertFilter } from '../filter/alert-search.ts';
import { useAlertFilter, useAlertsAddress } from '../filter/use-alert-filter.ts';
import { useShownAlerts } from './open-alerts.tsx';
import { pastFilter } from './past-alerts.tsx';
import { MAX_EXPORTED_IDS, useAlertExport } from './use-alert-export.ts';

export function ExportButton() {
  const { t } = useText();
  const live = useLive();
  const shown = useShownAlerts();
  const { filter } = useAlertFilter();
  const { search } = useAlertsAddress();
  const { busy, exportNamed, exportFilter } = useAlertExport();
  const past = search.tab === 'history';
  const run = () => {
    if (past) exportFilter(pastFilter(search, live.now()));
    else if (shown.length <= MAX_EXPORTED_IDS) exportNamed(shown);
    else exportFilter({ ...OPEN_FILTERS[filter], machineId: '', metric: '', fromMs: oldest(shown), toMs: null });
  };
  return (
    <button
      type="button"
      className="button"
      disabled={busy || (!past && shown.length === 0)}
      aria-label={t('alerts.export')}
      onClick={run}
    >
      <Download size={16} strokeWidth={1.5} aria-hidden="true" />
      <span className="hidden tablet:inline">{t('alerts.export')}</span>
    </button>
  );
}

/** The filters of the open alerts as the server knows them. */
const OPEN_FILTERS: Record<AlertFilter, Pick<AlertQuery, 'state' | 'severity'>> = {
  all: { state: 'open', severity: '' },
  critical: { state: 'open', severity: 'critical' },
  warning: { state: 'open', severity: 'warning' },
  unacknowledged: { state: 'unacknowledged', severity: '' },
  shelved: { state: 'shelved', severity: '' },
};

const oldest = (alerts: readonly { raised_at: string }[]) =>
  Math.min(...alerts.map((alert) => Date.parse(alert.raised_at)));
