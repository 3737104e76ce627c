// The tooltip of a cell: machine, condition, value and age.

import type { Machine } from '@gonsters/contract';
import { useText } from '../../../i18n/use-text.ts';
import { useAge, useLive, useMachineValues } from '../../../live/use-live.ts';
import { isOff, useMachineCondition } from '../machines/machine-condition.ts';
import { StatusWord } from '../machines/status-mark.tsx';
import { valueText } from '../metrics/metric-view.ts';
import { useFleetMetrics } from '../metrics/use-type-metrics.ts';
import { ViewValue } from '../metrics/view-value.tsx';
import { mainMetric, valueTone } from '../values/main-metric.ts';

/** Kept this far from the edges, so that it is not cut off. */
const HALF_WIDTH_PX = 110;

export function CellTip({
  machine,
  place,
  width,
}: {
  machine: Machine;
  place: { x: number; y: number; size: number };
  width: number;
}) {
  const { t, format } = useText();
  const { readings } = useLive();
  const fleet = useFleetMetrics();
  const { condition, connection, alarm } = useMachineCondition(machine);
  useMachineValues(machine.machine_id);
  const metric = mainMetric(readings, machine, alarm, fleet);
  const { value, timeMs: valueMs, quality } = readings.newest(machine.machine_id, metric.number);
  const ageMs = useAge(valueMs);
  const middle = place.x + place.size / 2;
  const left = Math.max(HALF_WIDTH_PX, Math.min(width - HALF_WIDTH_PX, middle));
  return (
    <div className="heat-tip" style={{ left, top: place.y }} aria-hidden="true">
      <b className="ellipsis id">{machine.name}</b>
      <StatusWord condition={condition} />
      {Number.isNaN(valueMs) ? null : (
        <span>
          {metric.label}{' '}
          <b className={isOff(connection) ? '' : valueTone(alarm, metric.name)}>
            <ViewValue metric={metric} value={value} quality={quality} />
          </b>{' '}
          · {t('heat.age', { age: format.age(ageMs) })}
        </span>
      )}
    </div>
  );
}

/** The same as one sentence, for screen readers, as of the moment in which the cell was focused. */
export function useReadout(machine: Machine): string {
  const { t, format } = useText();
  const { readings, metrics } = useLive();
  const fleet = useFleetMetrics();
  const { condition, alarm } = useMachineCondition(machine);
  const metric = mainMetric(readings, machine, alarm, fleet);
  const value = readings.value(machine.machine_id, metric.number);
  const parts = [machine.name, machine.location, t(`status.${condition}`)];
  if (!Number.isNaN(value))
    parts.push(`${metric.label} ${valueText({ t, format, metrics }, metric, value)} ${metric.unit}`.trim());
  return parts.join(', ');
}
