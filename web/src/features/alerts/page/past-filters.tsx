// The filters of past alerts: time range, state, severity, machine and metric.

import { ALERT_METRICS, SEVERITIES } from '@gonsters/contract';
import { subjectText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { SelectChip } from '../../../components/ui/form/select-chip.tsx';
import { PAST_STATES } from '../filter/alert-search.ts';
import { useAlertsAddress } from '../filter/use-alert-filter.ts';
import { MachineChoice } from './machine-choice.tsx';
import { PastRangeChoice } from './past-range-choice.tsx';

export function PastFilters() {
  const texts = useAlertTexts();
  const { t, fleet } = texts;
  const { search, change } = useAlertsAddress();
  const { state, severity, machine, metric } = search;
  const known = fleet.ofType('').all.map(({ name }) => name);
  const narrowed = [state, severity, machine, metric].some((value) => value !== undefined);
  return (
    <div className="alerts-head grid gap-2 p-3">
      <PastRangeChoice />
      <fieldset className="chips" aria-label={t('alerts.filter')}>
        <SelectChip
          label={t('alerts.column.state')}
          any={t('machines.filter.any')}
          value={state ?? ''}
          choices={PAST_STATES.map((value) => ({ value, label: t(`alerts.past.state.${value}`) }))}
          onChoose={(value) => change({ state: PAST_STATES.find((one) => one === value) })}
        />
        <SelectChip
          label={t('alerts.column.severity')}
          any={t('machines.filter.any')}
          value={severity ?? ''}
          choices={SEVERITIES.map((value) => ({ value, label: t(`status.${value}`) }))}
          onChoose={(value) => change({ severity: SEVERITIES.find((one) => one === value) })}
        />
        <SelectChip
          label={t('alerts.column.condition')}
          any={t('machines.filter.any')}
          value={metric ?? ''}
          choices={[...new Set([...ALERT_METRICS, ...known, ...(metric === undefined ? [] : [metric])])].map(
            (value) => ({
              value,
              label: subjectText(texts, { metric: value }),
            }),
          )}
          onChoose={(value) => change({ metric: value === '' ? undefined : value })}
        />
        <MachineChoice machineId={machine ?? null} onChoose={(id) => change({ machine: id ?? undefined })} />
        {narrowed ? (
          <button
            type="button"
            className="button button-quiet button-small"
            onClick={() => change({ state: undefined, severity: undefined, machine: undefined, metric: undefined })}
          >
            {t('machines.clear')}
          </button>
        ) : null}
      </fieldset>
    </div>
  );
}
