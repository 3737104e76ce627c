// One machine as a row of the table.

import type { Machine } from '@gonsters/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { type MouseEvent, memo } from 'react';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { isOff, useMachineCondition } from '../../../components/domain/machines/machine-condition.ts';
import { StatusWord } from '../../../components/domain/machines/status-mark.tsx';
import { type MetricView, valueText } from '../../../components/domain/metrics/metric-view.ts';
import { BadMark } from '../../../components/domain/metrics/view-value.tsx';
import { valueTone } from '../../../components/domain/values/main-metric.ts';
import { useOlderAge } from '../../../components/domain/values/value-age.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { BAD, UNCERTAIN } from '../../../live/readings/metric-series.ts';
import { useAge, useLive, useMachineValues } from '../../../live/use-live.ts';

export const MachineTableRow = memo(function MachineTableRow({
  machine,
  index,
  rowIndex,
  mixed,
  columns,
  width,
}: {
  machine: Machine;
  /** Among the machines, from 0. */
  index: number;
  /** Among all rows of the table, from 1. */
  rowIndex: number;
  /** Whether the head of its group names its type. */
  mixed: boolean;
  columns: readonly MetricView[];
  /** Of the widest type. */
  width: number;
}) {
  const { t, format } = useText();
  const { readings } = useLive();
  const navigate = useNavigate();
  const { machine_id: id } = machine;
  const { condition, connection, alarm } = useMachineCondition(machine);
  useMachineValues(id);
  const off = isOff(connection);
  const newestMs = readings.newestMs(id);
  const ageMs = useAge(newestMs);
  const open = (event: MouseEvent) => {
    // A click on the name is the link's own; marking text is no click.
    if (event.target instanceof Element && event.target.closest('a')) return;
    if (window.getSelection()?.toString() !== '') return;
    void navigate({ to: '/machines/$machineId', params: { machineId: id }, search: keepPanelFilters });
  };
  return (
    <tr
      data-row={index}
      data-key={id}
      aria-rowindex={rowIndex}
      className={condition === 'critical' ? 'is-crit' : ''}
      onClick={open}
    >
      <td>
        <StatusWord condition={condition}>
          {condition.endsWith('_acked') ? (
            <span title={t(`status.${condition}`)}>{t('alerts.acknowledged')}</span>
          ) : undefined}
        </StatusWord>
      </td>
      <th scope="row">
        <Link to="/machines/$machineId" params={{ machineId: id }} search={keepPanelFilters} className="id">
          {machine.name}
        </Link>
      </th>
      <td className="ellipsis">{machine.location}</td>
      {mixed ? null : <td className="ellipsis wide">{machine.sensor_type}</td>}
      {columns.map((metric) => (
        <TableValue
          key={metric.name}
          machineId={id}
          metric={metric}
          tone={off ? 'off' : valueTone(alarm, metric.name)}
        />
      ))}
      {columns.length < width ? <td colSpan={width - columns.length} /> : null}
      <td className="align-right">{Number.isNaN(newestMs) ? t('heat.never') : format.age(ageMs)}</td>
    </tr>
  );
});

function TableValue({ machineId, metric, tone }: { machineId: string; metric: MetricView; tone: string }) {
  const { t, format } = useText();
  const { readings, metrics } = useLive();
  const { value, quality } = readings.newest(machineId, metric.number);
  const age = useOlderAge(machineId, metric.number);
  return (
    <td className={`align-right value ${tone}`}>
      {quality === BAD ? (
        <span className="status stale">
          <BadMark />
          {t('metric.bad')}
        </span>
      ) : (
        `${quality === UNCERTAIN ? '≈ ' : ''}${valueText({ t, format, metrics }, metric, value)}`
      )}
      {age === null ? null : <small className="value-age">{age}</small>}
    </td>
  );
}
