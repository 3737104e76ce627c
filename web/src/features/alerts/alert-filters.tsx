// Which of the open alerts are shown, with how many there are of each.

import { useText } from '../../i18n/use-text.ts';
import { useOpenAlerts } from '../../live/use-live.ts';
import { ALERT_FILTERS, type AlertFilter } from './alert-search.ts';
import { useAlertFilter } from './use-alert-filter.ts';

const FILTERS = Object.keys(ALERT_FILTERS) as AlertFilter[];

export function AlertFilters() {
  const { t, format } = useText();
  const { alerts } = useOpenAlerts();
  const { filter, choose } = useAlertFilter();
  return (
    <fieldset className="chips" aria-label={t('alerts.filter')}>
      {FILTERS.map((name) => (
        <button key={name} type="button" className="chip" aria-pressed={filter === name} onClick={() => choose(name)}>
          {t(`alerts.filter.${name}`)} {format.number(alerts.filter(ALERT_FILTERS[name]).length)}
        </button>
      ))}
    </fieldset>
  );
}
