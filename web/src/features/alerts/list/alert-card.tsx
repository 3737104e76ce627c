// One alert as a card on a phone, with a checkbox while alerts are being selected.

import type { Alert } from '@gonsters/contract';
import { memo } from 'react';
import { alertText, machineText } from '../../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { actsOn } from '../../../components/ui/activation/guarded-control.ts';
import { AlertItem } from './alert-item.tsx';

const NONE: readonly Alert[] = [];
const nothing = () => {};

export const AlertCard = memo(function AlertCard({
  alert,
  selected,
  onToggle,
}: {
  alert: Alert;
  selected: boolean;
  onToggle: ((alert: Alert) => void) | null;
}) {
  const texts = useAlertTexts();
  return (
    <div className={selected ? 'alert-card is-selected' : 'alert-card'}>
      <AlertItem alert={alert} more={NONE} unfolded={false} onFold={nothing} here />
      {onToggle === null ? null : (
        <label className="alert-card-pick">
          <input
            type="checkbox"
            className="checkbox"
            {...actsOn('select', [alert])}
            aria-label={texts.t('alerts.select', {
              machine: machineText(texts, alert),
              condition: alertText(texts, alert),
            })}
            checked={selected}
            onChange={() => onToggle(alert)}
          />
        </label>
      )}
    </div>
  );
});
