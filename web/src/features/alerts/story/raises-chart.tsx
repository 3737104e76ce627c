// The values around the raises of an alert, each raise marked with the limit in force then.

import type { Alert, AlertRaise } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useApi } from '../../../api/use-api.ts';
import { NO_LIMITS } from '../../../charts/limit-zones.ts';
import { useAlertTexts } from '../../../components/domain/alerts/use-alert-texts.ts';
import { LimitPlot } from '../../../components/domain/limit-plot/limit-plot.tsx';
import { plotValues } from '../../../components/domain/limit-plot/plot-values.ts';
import { isNumeric, shownText } from '../../../components/domain/metrics/metric-view.ts';
import { useMachineMetrics } from '../../../components/domain/metrics/use-machine-metrics.ts';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useStoryText } from '../../../i18n/story/use-story-text.ts';
import { isActive } from '../../../live/live-alerts.ts';
import { useLive } from '../../../live/use-live.ts';
import { raisesSpan } from './raises-span.ts';

/** Half an hour of seconds, each of them a point. */
const POINTS = 2_000;
const HEIGHT = 268;
const REFRESH_MS = 15_000;

export function RaisesChart({
  alert,
  machineId,
  raises,
}: {
  alert: Alert;
  machineId: string;
  /** Newest first. */
  raises: readonly AlertRaise[];
}) {
  const { say, format } = useStoryText();
  const { metricNamed } = useAlertTexts();
  const api = useApi();
  const { now } = useLive();
  const machine = useMachineMetrics(machineId);
  const view = machine?.metrics.find(({ name }) => name === alert.metric) ?? metricNamed(alert.metric);
  const active = isActive(alert);
  const values = useQuery({
    queryKey: ['alerts', 'values', alert.id, alert.raises, alert.cleared_at],
    queryFn: async ({ signal }) => {
      const span = raisesSpan(alert, raises, now());
      const reply = await api.compareReadings([machineId], alert.metric, span, 'auto', POINTS, signal);
      return { reply, span };
    },
    refetchInterval: active ? REFRESH_MS : false,
    placeholderData: (before) => before,
    enabled: isNumeric(view),
  });
  const plot = useMemo(() => (values.data ? plotValues(values.data.reply, view.toShown) : null), [values.data, view]);
  if (!isNumeric(view)) return null;
  if (values.data === undefined || plot === null) {
    return values.isError ? (
      <p className="hint">{say('story.raises.no_values')}</p>
    ) : (
      <div className="px-4">
        <Skeleton width="100%" height={HEIGHT} />
      </div>
    );
  }
  if (plot.points.xs.length === 0) return <p className="hint">{say('story.raises.no_values')}</p>;
  const { span } = values.data;
  const numberText = (value: number) => format.number(value, view.decimals);
  const shown = raises.filter((raise) => raise.cleared_at === null || Date.parse(raise.cleared_at) >= span.fromMs);
  return (
    <LimitPlot
      label={say('story.raises.chart', { metric: view.label, machine: alert.machine_name, count: shown.length })}
      points={plot.points}
      gaps={plot.gaps}
      span={span}
      limits={machine === null ? NO_LIMITS : view.limits}
      color={view.color}
      height={HEIGHT}
      raises={shown.map((raise) => {
        const worst = raise.escalation ?? raise;
        return {
          key: String(raise.number),
          severity: worst.severity,
          fromMs: Date.parse(raise.raised_at),
          toMs: raise.cleared_at === null ? span.toMs : Date.parse(raise.cleared_at),
          limit: worst.threshold === null ? null : view.toShown(worst.threshold),
        };
      })}
      numberText={numberText}
      pointText={(timeMs, value) => `${format.stamp(timeMs, Date.now())} · ${shownText(format, view, value)}`}
    />
  );
}
