// One machine as a card: all its values, and a sparkline of its most important metric.

import type { EffectiveLimits, Machine } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { memo, useRef } from 'react';
import { useFleetLimits } from '../../../components/domain/limits/use-fleet-limits.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import {
  type Condition,
  isOff,
  TONES,
  useMachineCondition,
} from '../../../components/domain/machines/machine-condition.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { useFleetMetrics } from '../../../components/domain/metrics/use-type-metrics.ts';
import { BadMark, ViewValue } from '../../../components/domain/metrics/view-value.tsx';
import { mainMetric, valueTone } from '../../../components/domain/values/main-metric.ts';
import { Sparkline } from '../../../components/domain/values/sparkline.tsx';
import { useOlderAge } from '../../../components/domain/values/value-age.tsx';
import { useOnScreen } from '../../../components/ui/use-on-screen.ts';
import { useText } from '../../../i18n/use-text.ts';
import { BAD } from '../../../live/readings/metric-series.ts';
import { useLive, useMachineValues, useNow } from '../../../live/use-live.ts';

export const MachineCard = memo(function MachineCard({ machine }: { machine: Machine }) {
  const ref = useRef<HTMLAnchorElement>(null);
  const visible = useOnScreen(ref);
  const { readings } = useLive();
  const limitsOf = useFleetLimits();
  const { machine_id: id } = machine;
  const { condition, connection, alarm } = useMachineCondition(machine);
  useMachineValues(visible ? id : null);
  const fleet = useFleetMetrics();
  const metric = mainMetric(readings, machine, alarm, fleet);
  const limits = limitsOf(id) as Partial<Record<string, EffectiveLimits>> | null;
  const tone = TONES[condition];
  const off = isOff(connection);
  const classes = ['card machine-card', condition === 'critical' ? 'is-crit' : '', off ? 'is-off' : ''];
  return (
    <Link
      ref={ref}
      to="/machines/$machineId"
      params={{ machineId: id }}
      search={keepPanelFilters}
      className={classes.join(' ')}
    >
      <span className="machine-card-head">
        <span className="ellipsis">
          <b className="ellipsis id">{machine.name}</b>
          <span className="caption ellipsis block">{machine.location}</span>
        </span>
        <CardCondition machineId={id} condition={condition} visible={visible} />
      </span>
      <span className="machine-card-spark">
        {visible ? (
          <Sparkline
            machineId={id}
            metric={metric.number}
            limits={limits?.[metric.name] ?? null}
            tone={alarm && (tone === 'crit' || tone === 'warn') ? tone : ''}
          />
        ) : null}
      </span>
      <dl>
        {fleet.ofType(machine.sensor_type).headline.map((each) => (
          <CardValue key={each.name} machineId={id} metric={each} tone={off ? '' : valueTone(alarm, each.name)} />
        ))}
      </dl>
    </Link>
  );
});

function CardValue({ machineId, metric, tone }: { machineId: string; metric: MetricView; tone: string }) {
  const { readings } = useLive();
  const { value, quality } = readings.newest(machineId, metric.number);
  const age = useOlderAge(machineId, metric.number);
  return (
    <div>
      <dt className="ellipsis" title={metric.label}>
        {metric.label}
      </dt>
      <dd className={tone}>
        {quality === BAD ? <BadMark /> : null}
        <ViewValue metric={metric} value={value} quality={quality} />
        {age === null ? null : <small className="value-age">{age}</small>}
      </dd>
    </div>
  );
}

function CardCondition({
  machineId,
  condition,
  visible,
}: {
  machineId: string;
  condition: Condition;
  visible: boolean;
}) {
  const { t, format } = useText();
  const { readings } = useLive();
  const now = useNow(visible && condition === 'stale');
  const newestMs = readings.newestMs(machineId);
  const age = Number.isNaN(newestMs) || now === 0 ? '' : ` ${format.age(now - newestMs)}`;
  return (
    <StatusWord condition={condition}>
      {condition === 'normal' ? (
        <span className="sr-only">{t('status.normal')}</span>
      ) : condition === 'stale' ? (
        t('status.stale') + age
      ) : condition.endsWith('_acked') ? (
        t('alerts.acknowledged')
      ) : undefined}
    </StatusWord>
  );
}
