// A value of any metric with its unit and its quality: ≈ before one that is uncertain, a dash for one that is bad.

import type { ReactNode } from 'react';
import { useText } from '../../../i18n/use-text.ts';
import { BAD, UNCERTAIN } from '../../../live/readings/metric-series.ts';
import { useLive } from '../../../live/use-live.ts';
import { isNumeric, type MetricView, valueText } from './metric-view.ts';

export function ViewValue({ metric, value, quality }: { metric: MetricView; value: number; quality: number }) {
  const { t, format } = useText();
  const { metrics } = useLive();
  const text = valueText({ t, format, metrics }, metric, value);
  const isNumber = isNumeric(metric);
  const unit = metric.unit === '' && metric.isNew && isNumber ? '?' : metric.unit;
  return (
    <>
      {quality === UNCERTAIN ? <span aria-hidden="true">≈ </span> : null}
      {isNumber ? withPoint(text) : <span className="state-text">{text}</span>}
      {/* The unit goes below where there is no room beside the number, and the place allows it. */}
      <wbr />
      {isNumber && unit !== '' ? <span className="unit">{unit}</span> : null}
    </>
  );
}

/** In large numbers the decimal point is drawn closer. */
function withPoint(text: string): ReactNode {
  return [...text.matchAll(/[.,]|[^.,]+/g)].map(({ 0: part, index }) =>
    part === '.' || part === ',' ? (
      <span key={index} className="point">
        {part}
      </span>
    ) : (
      part
    ),
  );
}

/** A slashed ring for a bad value. The text must be beside it. */
export function BadMark() {
  return (
    <svg className="mark mark-bad" viewBox="0 0 12 12" aria-hidden="true">
      <circle cx="6" cy="6" r="4.4" />
      <path d="m3 9 6-6" />
    </svg>
  );
}

/** Nothing for a good value. */
export function QualityWord({ quality }: { quality: number }) {
  const { t } = useText();
  if (quality === BAD) {
    return (
      <span className="status stale">
        <BadMark />
        {t('metric.bad')}
      </span>
    );
  }
  return quality === UNCERTAIN ? <span className="caption">{t('metric.uncertain')}</span> : null;
}
