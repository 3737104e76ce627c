// The values of a machine that matter most, side by side.

import type { Machine } from '@gonsters/contract';
import { isOff, useMachineCondition } from '../../../components/domain/machines/machine-condition.ts';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import type { MachineFeed } from '../../../live/readings/machine-feeds.ts';
import { useMachineValues } from '../../../live/use-live.ts';
import { MetricTile } from './metric-tile.tsx';

/** Apart from the charts: this renders with every second value, they do not. */
export function Tiles({
  machine,
  metrics,
  feed,
  className = 'tiles',
}: {
  machine: Machine;
  metrics: readonly MetricView[];
  feed: MachineFeed | null;
  className?: string;
}) {
  const { alarm, connection } = useMachineCondition(machine);
  useMachineValues(machine.machine_id);
  return (
    <div className={className}>
      {metrics.map((metric) => (
        <MetricTile
          key={metric.name}
          machineId={machine.machine_id}
          feed={feed}
          metric={metric}
          alarm={alarm}
          off={isOff(connection)}
        />
      ))}
    </div>
  );
}
