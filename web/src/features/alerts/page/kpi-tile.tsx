// One figure compared with its target: an arrow and a word, and a bar with the target as a mark.

import type { AlertKpi } from '@gonsters/contract';
import { ArrowUp, Check } from 'lucide-react';
import { useText } from '../../../i18n/use-text.ts';
import { figureOf } from '../figures/kpi-figure.ts';

export function KpiTile({ kpi }: { kpi: AlertKpi }) {
  const { t, format } = useText();
  const [number, unit] = figureOf(kpi, kpi.value, format);
  const { filled, mark } = barOf(kpi);
  return (
    <div className="kpi">
      <dt className="label ellipsis" title={t(`alerts.kpi.${kpi.name}`)}>
        {t(`alerts.kpi.${kpi.name}`)}
      </dt>
      <dd className="number number-medium">
        {number}
        {unit === '' ? null : <span className="unit">{unit}</span>}
      </dd>
      <dd className="kpi-bar" aria-hidden="true">
        <i style={{ width: `${filled}%` }} />
        {mark === null ? null : <s style={{ left: `${mark}%` }} />}
      </dd>
      <dd className="kpi-verdict">
        <span>{targetText()}</span>
        <b>
          {kpi.verdict === 'met' ? (
            <>
              <Check size={14} strokeWidth={1.5} aria-hidden="true" />
              {t('alerts.kpi.within')}
            </>
          ) : kpi.verdict === 'missed' ? (
            <>
              <ArrowUp size={14} strokeWidth={1.5} aria-hidden="true" />
              {t('alerts.kpi.above')}
            </>
          ) : null}
        </b>
      </dd>
    </div>
  );

  function targetText(): string {
    if (kpi.target === null) return t('alerts.kpi.no_target');
    const [target, targetUnit] = figureOf(kpi, kpi.target, format);
    const value = targetUnit === '' ? target : `${target} ${targetUnit}`;
    return kpi.target === 0 ? t('alerts.kpi.target_zero') : t('alerts.kpi.target', { value });
  }
}

/** The target stands in the middle, unless the value is so far beyond that both would not fit. */
function barOf({ value, target }: AlertKpi): { filled: number; mark: number | null } {
  if (value === null || target === null) return { filled: 0, mark: null };
  const span = Math.max(target * 2, value / 0.7, Number.MIN_VALUE);
  return { filled: Math.min(100, (value / span) * 100), mark: Math.max(1, (target / span) * 100) };
}
