// One machine as a row of the list.

import type { Machine } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { isOff, useMachineCondition } from '../../../components/domain/machines/machine-condition.ts';
import { StatusMark } from '../../../components/domain/machines/status-mark.tsx';
import { useFleetMetrics } from '../../../components/domain/metrics/use-type-metrics.ts';
import { BadMark, ViewValue } from '../../../components/domain/metrics/view-value.tsx';
import { mainMetric, valueTone } from '../../../components/domain/values/main-metric.ts';
import { useText } from '../../../i18n/use-text.ts';
import { BAD } from '../../../live/readings/metric-series.ts';
import { useAge, useLive, useMachineValues } from '../../../live/use-live.ts';

export const MachineRow = memo(function MachineRow({ machine }: { machine: Machine }) {
  const { t, format } = useText();
  const { readings } = useLive();
  const { machine_id: id } = machine;
  const { condition, connection, alarm } = useMachineCondition(machine);
  useMachineValues(id);
  const metric = mainMetric(readings, machine, alarm, useFleetMetrics());
  const newest = readings.newest(id, metric.number);
  // Of the value that is shown, which need not be the newest.
  const valueMs = newest.timeMs;
  const timeMs = Number.isNaN(valueMs) ? readings.newestMs(id) : valueMs;
  const ageMs = useAge(timeMs);
  return (
    <Link
      to="/machines/$machineId"
      params={{ machineId: id }}
      search={keepPanelFilters}
      className="machine-row"
      activeProps={{ 'aria-current': 'page' }}
      activeOptions={{ includeSearch: false }}
    >
      <StatusMark condition={condition} />
      <span className="ellipsis">
        <b className="ellipsis id">{machine.name}</b>
        <small className="ellipsis">
          {condition === 'maintenance' && machine.status_until !== null
            ? `${t('machine.status_until', { time: format.recent(Date.parse(machine.status_until), Date.now()) })} · `
            : null}
          {machine.location}
        </small>
      </span>
      <span className={`row-value ${isOff(connection) ? 'text-text-3' : valueTone(alarm, metric.name)}`}>
        {newest.quality === BAD ? <BadMark /> : null}
        <ViewValue metric={metric} value={newest.value} quality={newest.quality} />
        <small>{Number.isNaN(timeMs) ? t('status.never') : format.age(ageMs)}</small>
        <span className="sr-only">{t(`status.${condition}`)}</span>
      </span>
    </Link>
  );
});
