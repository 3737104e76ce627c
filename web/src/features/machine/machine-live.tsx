// The tab with the current values of a machine and charts of the last minutes.

import type { Machine } from '@gonsters/contract';
import { METRICS } from '@gonsters/contract';
import { useParams } from '@tanstack/react-router';
import { Fragment } from 'react';
import { NO_LIMITS } from '../../charts/limit-zones.ts';
import { isOff, useMachineCondition } from '../../components/domain/machines/machine-condition.ts';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import type { MachineFeed } from '../../live/readings/machine-feeds.ts';
import { useMachineFeed, useMachineValues } from '../../live/use-live.ts';
import { LivePanel } from './charts/live-panel.tsx';
import { MetricTile } from './charts/metric-tile.tsx';
import { TREND_SPAN_MS } from './charts/trend.ts';
import { type MachineLimitsInForce, useMachine } from './use-machine.ts';
import { useMachineView } from './use-machine-view.ts';

export function MachineLive() {
  const { machineId } = useParams({ from: '/machines/$machineId' });
  const { machine, limits } = useMachine(machineId);
  const { windowMs } = useMachineView();
  // Asked for together with the machine, not after it.
  const feed = useMachineFeed(machineId, Math.max(windowMs, TREND_SPAN_MS));
  if (!machine.data) return <LiveSkeleton />;
  return (
    <Fragment key={machineId}>
      <Tiles machine={machine.data} feed={feed} limits={limits} />
      {feed ? <LivePanel machineId={machineId} feed={feed} limits={limits} /> : <div className="card plots-loading" />}
    </Fragment>
  );
}

function LiveSkeleton() {
  return (
    <>
      <div className="tiles" aria-busy="true">
        {METRICS.map((metric) => (
          <div key={metric.name} className="card tile h-[172px]">
            <Skeleton width="50%" height={16} />
            <Skeleton width="70%" height={44} />
          </div>
        ))}
      </div>
      <div className="card plots-loading" />
    </>
  );
}

/** Apart from the charts: this renders with every second value, they do not. */
function Tiles({
  machine,
  feed,
  limits,
}: {
  machine: Machine;
  feed: MachineFeed | null;
  limits: MachineLimitsInForce | null;
}) {
  const { alarm, connection } = useMachineCondition(machine);
  useMachineValues(machine.machine_id);
  return (
    <div className="tiles">
      {METRICS.map((metric, index) => (
        <MetricTile
          key={metric.name}
          machineId={machine.machine_id}
          feed={feed}
          metric={index}
          limits={limits?.[metric.name] ?? NO_LIMITS}
          alarm={alarm}
          off={isOff(connection)}
        />
      ))}
    </div>
  );
}
