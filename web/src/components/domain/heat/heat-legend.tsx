// The legend of the heat grid.

import { useText } from '../../../i18n/use-text.ts';
import type { Condition } from '../machines/machine-condition.ts';
import { StatusMark } from '../machines/status-mark.tsx';

const SHOWN: readonly Condition[] = ['warning', 'critical', 'error', 'maintenance', 'stale', 'inactive', 'never'];

export function HeatLegend() {
  const { t } = useText();
  return (
    <ul className="heat-legend" aria-label={t('heat.legend')}>
      <li className="status">
        <span className="heat-ramp" aria-hidden="true">
          <i />
          <i />
          <i />
          <i />
        </span>
        {t('heat.normal')}
      </li>
      {SHOWN.map((condition) => (
        <li key={condition} className="status">
          <StatusMark condition={condition} />
          {t(condition === 'never' ? 'heat.never' : `status.${condition}`)}
        </li>
      ))}
    </ul>
  );
}
