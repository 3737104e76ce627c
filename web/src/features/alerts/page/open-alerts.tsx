// The table of open alerts: filtered, grouped, with a selection for actions on several.

import type { Alert } from '@gonsters/contract';
import { useMemo, useState } from 'react';
import { SelectChip } from '../../../components/ui/form/select-chip.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useOpenAlerts, useOverview } from '../../../live/use-live.ts';
import { AlertFilterSegments } from '../filter/alert-filters.tsx';
import { ALERT_GROUPS, type AlertGrouping, matchesFilter } from '../filter/alert-search.ts';
import { useAlertFilter, useAlertsAddress } from '../filter/use-alert-filter.ts';
import { AlertListState } from '../list/alert-list-state.tsx';
import { AlertTable } from '../list/alert-table.tsx';
import { tableRows } from '../list/alert-table-rows.ts';
import { AlertKpis } from './alert-kpis.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { useSelection } from './use-selection.ts';

export function OpenAlerts() {
  const texts = useText();
  const { t } = texts;
  const { alerts } = useOpenAlerts();
  useOverview();
  const shown = useShownAlerts();
  const { filter } = useAlertFilter();
  const { search, change } = useAlertsAddress();
  const by = search.group ?? 'location';
  const selection = useSelection(alerts, shown);
  const [picking, setPicking] = useState(selection.alerts.length > 0);
  const rows = useMemo(() => tableRows(texts, shown, by), [texts, shown, by]);
  const group = (value: string) => {
    const chosen = ALERT_GROUPS.find((one) => one === value) ?? 'location';
    change({ group: chosen === 'location' ? undefined : (chosen satisfies AlertGrouping) });
  };
  return (
    <>
      <AlertKpis />
      <section className="card overflow-hidden first-on-phone" aria-label={t('alerts.tab.open')}>
        <div className="card-head alerts-head">
          <div className="scroll-x">
            <AlertFilterSegments />
          </div>
          <span className="flex-1" />
          <button
            type="button"
            className="chip tablet:hidden"
            aria-pressed={picking}
            onClick={() => {
              if (picking) selection.clear();
              setPicking(!picking);
            }}
          >
            {t('alerts.pick')}
          </button>
          <SelectChip
            label={t('alerts.group')}
            any={t('alerts.group.location')}
            value={search.group ?? ''}
            choices={ALERT_GROUPS.slice(1).map((value) => ({ value, label: t(`alerts.group.${value}`) }))}
            onChoose={group}
          />
        </div>
        {filter === 'shelved' && shown.length > 0 ? <p className="hint">{t('alerts.shelved.hint')}</p> : null}
        <AlertListState shown={shown.length}>
          <AlertTable
            label={t('alerts.tab.open')}
            rows={rows}
            withLocation={by !== 'location'}
            selection={selection}
            picking={picking}
          />
        </AlertListState>
      </section>
      <BulkBar selection={selection} />
    </>
  );
}

export function useShownAlerts(): readonly Alert[] {
  const { alerts } = useOpenAlerts();
  const { filter } = useAlertFilter();
  return useMemo(() => alerts.filter((alert) => matchesFilter(filter, alert)), [alerts, filter]);
}
