// One machine as a row of the list.

import type { Machine } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { memo, useRef } from 'react';
import { keepDocks } from '../../components/keep-docks.ts';
import { isOff, useMachineCondition } from '../../components/machine-condition.ts';
import { MetricValue } from '../../components/metric-value.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { useOnScreen } from '../../components/use-on-screen.ts';
import { useText } from '../../i18n/use-text.ts';
import { useAge, useLive, useMachineValues } from '../../live/use-live.ts';
import { shownMetric, valueTone } from './shown-metric.ts';

export const MachineRow = memo(function MachineRow({ machine }: { machine: Machine }) {
  const ref = useRef<HTMLLIElement>(null);
  const visible = useOnScreen(ref);
  return (
    <li ref={ref}>
      <Link
        to="/machines/$machineId"
        params={{ machineId: machine.machine_id }}
        search={keepDocks}
        className="mrow"
        activeProps={{ 'aria-current': 'page' }}
        activeOptions={{ includeSearch: false }}
      >
        {visible ? <LiveRow machine={machine} /> : <RowName machine={machine} />}
      </Link>
    </li>
  );
});

function RowName({ machine }: { machine: Machine }) {
  return (
    <span className="el col-start-2">
      <b className="el id">{machine.name}</b>
      <small className="el">{machine.location}</small>
    </span>
  );
}

function LiveRow({ machine }: { machine: Machine }) {
  const { t, format } = useText();
  const { readings } = useLive();
  const { condition, connection, alarm } = useMachineCondition(machine);
  useMachineValues(machine.machine_id);
  const metric = shownMetric(readings, machine.machine_id, alarm);
  const timeMs = readings.newestMs(machine.machine_id);
  const ageMs = useAge(timeMs);
  return (
    <>
      <StatusMark condition={condition} />
      <RowName machine={machine} />
      <span className={`row-value ${isOff(connection) ? 'text-text-3' : valueTone(alarm, metric)}`}>
        <MetricValue metric={metric} value={readings.value(machine.machine_id, metric)} />
        <small>{Number.isNaN(timeMs) ? t('status.never') : format.age(ageMs)}</small>
        <span className="sr-only">{t(`status.${condition}`)}</span>
      </span>
    </>
  );
}
