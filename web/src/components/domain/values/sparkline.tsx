// The last half hour of one metric, filled from history and then from live data. Drawn without React.

import type { EffectiveLimits } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Api } from '../../../api/api.ts';
import { useApi } from '../../../api/use-api.ts';
import { NO_LIMITS } from '../../../charts/limit-zones.ts';
import { SPARK_BOX, type SparkPoint, sparkPaths } from '../../../charts/sparkline-path.ts';
import { useLive } from '../../../live/use-live.ts';
import { SPARK_SPAN_MS, SparkHistory } from './spark-history.ts';

const STALE_MS = 20_000;
/** Live values closer together than this are one point. */
const LIVE_STEP_MS = 15_000;
/** Clocks differ; a value a little ahead is still the newest. */
const AHEAD_MS = 60_000;
const NONE: readonly SparkPoint[] = [];

const histories = new WeakMap<Api, SparkHistory>();
function historyOf(api: Api): SparkHistory {
  const known = histories.get(api) ?? new SparkHistory(api.compareReadings);
  histories.set(api, known);
  return known;
}

/** `tone` colours what is past the limit; without one all of it is neutral, and the limit need not be in the picture. */
export function Sparkline({
  machineId,
  metric,
  limits,
  tone,
}: {
  machineId: string;
  /** Its number in `LiveMetrics`. */
  metric: number;
  limits: EffectiveLimits | null;
  tone: 'crit' | 'warn' | '';
}) {
  const api = useApi();
  const { readings, metrics, now } = useLive();
  const name = metrics.nameOf(metric);
  const svg = useRef<SVGSVGElement>(null);
  const { data: past = NONE } = useQuery({
    queryKey: ['machines', 'spark', machineId, metric],
    queryFn: () => historyOf(api).load(machineId, name, now()),
    staleTime: STALE_MS,
    structuralSharing: false,
  });
  useEffect(() => {
    const recent: SparkPoint[] = [];
    const draw = () => {
      if (!svg.current) return;
      addLive(recent, { timeMs: readings.timeMs(machineId, metric), value: readings.value(machineId, metric) });
      const toMs = Math.max(now(), Math.min(recent.at(-1)?.timeMs ?? 0, now() + AHEAD_MS));
      const fromMs = toMs - SPARK_SPAN_MS;
      const knownUntilMs = past.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
      const points = [...past, ...recent.filter(({ timeMs }) => timeMs > knownUntilMs)];
      show(svg.current, sparkPaths(points, [fromMs, toMs], limits ?? NO_LIMITS, tone !== ''));
    };
    draw();
    return readings.watch(machineId, draw);
  }, [readings, now, machineId, metric, past, limits, tone]);
  return (
    <svg
      ref={svg}
      className={tone === '' ? 'spark' : `spark is-${tone}`}
      viewBox={`0 0 ${SPARK_BOX} ${SPARK_BOX}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="spark-limit" />
      <path className="spark-line" />
      <path className="spark-hot" />
      <path className="spark-end" />
    </svg>
  );
}

/** The newest point moves along until it is a step away from the one before it. */
function addLive(points: SparkPoint[], point: SparkPoint): void {
  if (Number.isNaN(point.value)) return;
  const newest = points.at(-1);
  if (newest && point.timeMs <= newest.timeMs) return;
  const before = points.at(-2);
  if (newest && before && newest.timeMs - before.timeMs < LIVE_STEP_MS) points[points.length - 1] = point;
  else points.push(point);
  if (points.length > (2 * SPARK_SPAN_MS) / LIVE_STEP_MS) points.shift();
}

function show(svg: SVGSVGElement, { calm, hot, last, limitY }: ReturnType<typeof sparkPaths>): void {
  const paths = [
    limitY === null ? '' : `M0 ${limitY}H${SPARK_BOX}`,
    calm,
    hot,
    // A line of no length with round ends: a dot that stays round in a box that is stretched.
    last === null ? '' : `M${last.x} ${last.y}h0.01`,
  ];
  for (const [i, d] of paths.entries()) svg.children[i]?.setAttribute('d', d);
}
