// One machine as a card with all its values.

import { type Machine, METRICS } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { memo, useRef } from 'react';
import { keepDocks } from '../../components/keep-docks.ts';
import { isOff, useMachineCondition } from '../../components/machine-condition.ts';
import { MetricValue } from '../../components/metric-value.tsx';
import { valueTone } from '../../components/shown-metric.ts';
import { StatusWord } from '../../components/status-mark.tsx';
import { useOnScreen } from '../../components/use-on-screen.ts';
import { useText } from '../../i18n/use-text.ts';
import { useLive, useMachineValues, useNow } from '../../live/use-live.ts';

export const MachineCard = memo(function MachineCard({ machine }: { machine: Machine }) {
  const { t, format, metricLabel } = useText();
  const ref = useRef<HTMLAnchorElement>(null);
  const visible = useOnScreen(ref);
  const { readings } = useLive();
  const { condition, connection, alarm } = useMachineCondition(machine);
  const now = useNow(visible && condition === 'stale');
  useMachineValues(visible ? machine.machine_id : null);
  const newestMs = readings.newestMs(machine.machine_id);
  const age = Number.isNaN(newestMs) ? '' : ` ${format.age(now - newestMs)}`;
  const classes = ['card mcard', condition === 'critical' ? 'is-crit' : '', isOff(connection) ? 'is-off' : ''];
  return (
    <Link
      ref={ref}
      to="/machines/$machineId"
      params={{ machineId: machine.machine_id }}
      search={keepDocks}
      className={classes.join(' ')}
    >
      <span className="mcard-head">
        <span className="el">
          <b className="el id">{machine.name}</b>
          <span className="cap el block">{machine.location}</span>
        </span>
        <StatusWord condition={condition}>
          {condition === 'normal' ? (
            <span className="sr-only">{t('status.normal')}</span>
          ) : condition === 'stale' ? (
            t('status.stale') + age
          ) : condition.endsWith('_acked') ? (
            t('alerts.acknowledged')
          ) : undefined}
        </StatusWord>
      </span>
      <dl>
        {METRICS.map((metric, index) => (
          <div key={metric.name}>
            <dt className="el">{metricLabel(index)}</dt>
            <dd className={isOff(connection) ? '' : valueTone(alarm, index)}>
              <MetricValue metric={index} value={readings.value(machine.machine_id, index)} />
            </dd>
          </div>
        ))}
      </dl>
    </Link>
  );
});
