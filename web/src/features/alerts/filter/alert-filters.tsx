// The filter of the open alerts, with the number of alerts of each choice.

import { useMemo } from 'react';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useOpenAlerts } from '../../../live/use-live.ts';
import { ALERT_FILTERS, type AlertFilter, countByFilter } from './alert-search.ts';
import { useAlertFilter } from './use-alert-filter.ts';

function useFilterCounts(): Record<AlertFilter, number> {
  const { alerts } = useOpenAlerts();
  return useMemo(() => countByFilter(alerts), [alerts]);
}

export function AlertFilterChips() {
  const { t, format } = useText();
  const counts = useFilterCounts();
  const { filter, choose } = useAlertFilter();
  return (
    <fieldset className="chips" aria-label={t('alerts.filter')}>
      {ALERT_FILTERS.map((name) => (
        <button key={name} type="button" className="chip" aria-pressed={filter === name} onClick={() => choose(name)}>
          {t(`alerts.filter.${name}`)} {format.number(counts[name])}
        </button>
      ))}
    </fieldset>
  );
}

export function AlertFilterSegments() {
  const { t, format } = useText();
  const counts = useFilterCounts();
  const { filter, choose } = useAlertFilter();
  return (
    <Segments
      label={t('alerts.filter')}
      value={filter}
      onChoose={choose}
      choices={ALERT_FILTERS.map((name) => ({
        value: name,
        label: (
          <>
            {t(`alerts.filter.${name}`)} <span className="count">{format.number(counts[name])}</span>
          </>
        ),
      }))}
    />
  );
}
