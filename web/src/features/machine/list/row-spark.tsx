// The spark of one metric in the list: minutes from history, then what arrived live.

import { SPARK_BOX, type SparkPoint, sparkPaths } from '../../../charts/sparkline-path.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { BAD, type MetricSeries } from '../../../live/readings/metric-series.ts';
import { SPARK_SPAN_MS } from './use-sparks.ts';

/** Live values closer together than this are one point. */
const STEP_MS = 15_000;

export function RowSpark({
  metric,
  past,
  series,
  nowMs,
  tone,
}: {
  metric: MetricView;
  past: readonly SparkPoint[];
  /** null before there is one. */
  series: MetricSeries | null;
  nowMs: number;
  tone: 'crit' | 'warn' | '';
}) {
  if (metric.kind !== 'gauge' && metric.kind !== 'counter') return <span className="spark" />;
  // The points of a counter are its increases; live values are its state, and the newest minute is not over.
  const isCounter = metric.kind === 'counter';
  const live = series === null || isCounter ? [] : recent(series, past.at(-1)?.timeMs ?? 0);
  const points = [...(isCounter ? past.slice(0, -1) : past), ...live].map(({ timeMs, value }) => ({
    timeMs,
    value: metric.toShown(value),
  }));
  const toMs = Math.max(nowMs, points.at(-1)?.timeMs ?? 0);
  const paths = sparkPaths(points, [toMs - SPARK_SPAN_MS, toMs], metric.limits, tone !== '');
  return (
    <svg
      className={tone === '' ? 'spark' : `spark is-${tone}`}
      viewBox={`0 0 ${SPARK_BOX} ${SPARK_BOX}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="spark-limit" d={paths.limitY === null ? '' : `M0 ${paths.limitY}H${SPARK_BOX}`} />
      <path className="spark-line" d={paths.calm} />
      <path className="spark-hot" d={paths.hot} />
      <path className="spark-end" d={paths.last === null ? '' : `M${paths.last.x} ${paths.last.y}h0.01`} />
    </svg>
  );
}

/** From the newest back, so that a long series costs no more than a short one. */
function recent({ timesMs, values, qualities }: MetricSeries, afterMs: number): SparkPoint[] {
  const points: SparkPoint[] = [];
  for (let row = timesMs.length - 1; row >= 0 && (timesMs[row] as number) > afterMs; row--) {
    const timeMs = timesMs[row] as number;
    if (qualities[row] === BAD) continue;
    const after = points.at(-1);
    if (after === undefined || after.timeMs - timeMs >= STEP_MS) points.push({ timeMs, value: values[row] as number });
  }
  return points.reverse();
}
