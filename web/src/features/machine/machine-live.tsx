// The tab with the current values of a machine and charts of the last minutes. A machine that has more than the metrics of every
// machine also has the list of all its metrics.

import { type Machine, METRICS } from '@gonsters/contract';
import { useParams } from '@tanstack/react-router';
import { Fragment, lazy, Suspense, useState } from 'react';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { levelOf } from '../../components/domain/metrics/state-level.ts';
import { type MachineMetricViews, useMachineMetrics } from '../../components/domain/metrics/use-machine-metrics.ts';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { useMachineFeed } from '../../live/use-live.ts';
import { LivePanel } from './charts/live-panel.tsx';
import { Tiles } from './charts/tiles.tsx';
import { TREND_SPAN_MS } from './charts/trend.ts';
import { MachineMany } from './machine-many.tsx';
import { useMachine } from './use-machine.ts';
import { useMachineView } from './use-machine-view.ts';

const NeverReported = lazy(() => import('./never-reported.tsx').then((module) => ({ default: module.NeverReported })));

export function MachineLive() {
  const { machineId } = useParams({ from: '/machines/$machineId' });
  const { machine } = useMachine(machineId);
  // Asked for together with the machine, not after it.
  const views = useMachineMetrics(machineId);
  if (!machine.data || views === null) return <LiveSkeleton />;
  return (
    <Fragment key={machineId}>
      <UntilReported machine={machine.data} />
      {views.metrics.every(isInEveryMachine) ? (
        <MachineFew machine={machine.data} views={views} />
      ) : (
        <MachineMany machine={machine.data} views={views} />
      )}
    </Fragment>
  );
}

/** Stays when its first message comes, which it shows. */
function UntilReported({ machine }: { machine: Machine }) {
  const [isNew] = useState(machine.last_seen === null);
  return isNew ? (
    <Suspense>
      <NeverReported machine={machine} />
    </Suspense>
  ) : null;
}

const isInEveryMachine = ({ name }: MetricView) => METRICS.some((metric) => metric.name === name);

function MachineFew({ machine, views }: { machine: Machine; views: MachineMetricViews }) {
  const { machine_id: machineId } = machine;
  const { windowMs } = useMachineView();
  const feed = useMachineFeed(
    machineId,
    Math.max(windowMs, TREND_SPAN_MS),
    views.metrics.map(({ number }) => number),
  );
  const states = {
    timeoutMs: views.timeoutMs,
    levelOf: (metric: MetricView, state: string) => levelOf(views.state, metric.name, state),
  };
  return (
    <>
      <Tiles machine={machine} metrics={views.metrics} feed={feed} />
      {feed ? (
        <LivePanel machineId={machineId} feed={feed} charts={views.metrics} states={states} pins={null} />
      ) : (
        <div className="card plots-loading" />
      )}
    </>
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
