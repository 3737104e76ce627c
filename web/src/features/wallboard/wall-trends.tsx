// The worst machines, each with its abnormal metric as a large live line.

import type { Alert } from '@gonsters/contract';
import { useEffect, useRef } from 'react';
import { alertCondition, alertText } from '../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../components/domain/alerts/use-alert-texts.ts';
import { TONES } from '../../components/domain/machines/machine-condition.ts';
import { StatusMark } from '../../components/domain/machines/status-mark.tsx';
import { liveValue, type MetricView } from '../../components/domain/metrics/metric-view.ts';
import { ViewValue } from '../../components/domain/metrics/view-value.tsx';
import { watchTheme } from '../../components/ui/theme/design-tokens.ts';
import { useText } from '../../i18n/use-text.ts';
import { isUnacknowledged } from '../../live/live-alerts.ts';
import { GOOD } from '../../live/readings/metric-series.ts';
import { selectWindow } from '../../live/readings/series-window.ts';
import { useLive, useMachineFeed, useMachineValues, useNow, useOpenAlerts } from '../../live/use-live.ts';
import { drawTrend } from './draw-trend.ts';
import { NoAlarms } from './no-alarms.tsx';
import { isMeasured, wallAlerts } from './wall-alerts.ts';

const SHOWN = 4;
const WINDOW_MIN = 15;
const WINDOW_MS = WINDOW_MIN * 60_000;
const DRAW_HZ = 2;
const STEP_MS = 1000;

export function WallTrends() {
  const { t } = useText();
  const { alerts } = useOpenAlerts();
  const shown = wallAlerts(alerts).lasting.filter(isMeasured).slice(0, SHOWN);
  if (shown.length === 0) return <NoAlarms />;
  return (
    <section className="wall-trends" data-count={shown.length} aria-label={t('wall.page.worst')}>
      {shown.map((alert) => (
        <WallTrend key={alert.id} alert={alert} machineId={alert.machine_id ?? ''} />
      ))}
    </section>
  );
}

function WallTrend({ alert, machineId }: { alert: Alert; machineId: string }) {
  const texts = useAlertTexts();
  const { t, format, fleet, metrics } = texts;
  const { readings } = useLive();
  const now = useNow();
  useMachineValues(machineId);
  const metric = fleet.named(alert.metric);
  const condition = alertCondition(alert);
  const unacknowledged = isUnacknowledged(alert);
  const live = readings.value(machineId, metric.number);
  return (
    <article className={`card wall-trend ${unacknowledged ? `is-${TONES[condition]}` : ''}`}>
      <StatusMark condition={condition} />
      <div className="min-w-0">
        <b className="ellipsis id">{alert.machine_name}</b>
        <span className="ellipsis">
          {alert.location} · {alertText(texts, alert)}
        </span>
      </div>
      <div className="wall-value">
        <span className="number">
          <ViewValue
            metric={metric}
            value={Number.isNaN(live) ? liveValue(metrics, metric, alert.value) : live}
            quality={GOOD}
          />
        </span>
        <span className="ellipsis">
          {unacknowledged ? format.age(now - Date.parse(alert.raised_at)) : alert.acknowledged_by}
        </span>
      </div>
      <Trend alert={alert} machineId={machineId} metric={metric} />
      <span className="wall-span">{t('wall.last_minutes', { count: WINDOW_MIN })}</span>
    </article>
  );
}

function Trend({ alert, machineId, metric }: { alert: Alert; machineId: string; metric: MetricView }) {
  const { format } = useText();
  const { scheduler, now } = useLive();
  const feed = useMachineFeed(machineId, WINDOW_MS, [metric.number]);
  const ref = useRef<HTMLCanvasElement>(null);
  const { threshold, severity } = alert;
  const low = alert.limit_kind === 'low' || alert.limit_kind === 'low_low';
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas || !feed) return;
    const drawing = scheduler.add(() => {
      const { newestMs } = feed.series;
      const toMs = Number.isNaN(newestMs) ? now() : Math.max(now(), newestMs);
      const fromMs = toMs - WINDOW_MS;
      drawTrend(canvas, {
        window: selectWindow(feed.series.of(metric.number), { fromMs, toMs, widthPx: canvas.clientWidth }),
        fromMs,
        toMs,
        threshold,
        critical: severity === 'critical',
        low,
        limitText: threshold === null ? '' : format.number(metric.toShown(threshold), metric.decimals),
      });
    }, DRAW_HZ);
    const timer = setInterval(drawing.mark, STEP_MS);
    const sizes = new ResizeObserver(drawing.mark);
    sizes.observe(canvas);
    const ends = [feed.data.subscribe(drawing.mark), watchTheme(drawing.mark)];
    return () => {
      for (const end of ends) end();
      sizes.disconnect();
      clearInterval(timer);
      drawing.remove();
    };
  }, [feed, metric, threshold, severity, low, format, scheduler, now]);
  return <canvas ref={ref} role="img" aria-label={`${alert.machine_name}, ${metric.label}`} />;
}
