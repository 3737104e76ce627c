// The machine now: every value, and the last minutes of each.

import type { Machine } from '@gonsters/contract';
import { METRICS } from '@gonsters/contract';
import { useParams } from '@tanstack/react-router';
import { NO_LIMITS } from '../../charts/limit-zones.ts';
import { isOff, useMachineCondition } from '../../components/machine-condition.ts';
import { useMachineValues } from '../../live/use-live.ts';
import { LivePanel } from './live-panel.tsx';
import { MetricTile } from './metric-tile.tsx';
import { useMachine } from './use-machine.ts';

export function MachineLive() {
  const { machineId } = useParams({ from: '/machines/$machineId' });
  const { machine } = useMachine(machineId);
  return machine.data ? <LiveTab key={machineId} machine={machine.data} /> : null;
}

function LiveTab({ machine }: { machine: Machine }) {
  const { limits } = useMachine(machine.machine_id);
  const { alarm, connection } = useMachineCondition(machine);
  useMachineValues(machine.machine_id);
  return (
    <>
      <div className="tiles">
        {METRICS.map((metric, index) => (
          <MetricTile
            key={metric.name}
            machineId={machine.machine_id}
            metric={index}
            limits={limits?.[metric.name] ?? NO_LIMITS}
            alarm={alarm}
            off={isOff(connection)}
          />
        ))}
      </div>
      <LivePanel machineId={machine.machine_id} limits={limits} />
    </>
  );
}
