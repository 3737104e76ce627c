// One machine: who it is and how it fares, above the tabs.

import { type Machine, METRICS } from '@gonsters/contract';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { CircleSlash, RotateCcw } from 'lucide-react';
import { ApiError } from '../../api/send.ts';
import { keepDocks } from '../../components/keep-docks.ts';
import { useMachineCondition } from '../../components/machine-condition.ts';
import { Skeleton } from '../../components/skeleton.tsx';
import { StateMessage } from '../../components/state-message.tsx';
import { faultText } from '../../i18n/fault-text.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMachineValues, useOverview } from '../../live/use-live.ts';
import { MachineHeader } from './machine-header.tsx';
import { MachineTabs } from './machine-tabs.tsx';
import { useMachine } from './use-machine.ts';
import '../../styles/machine.css';

export function MachineScreen() {
  const { t } = useText();
  const { machineId } = useParams({ from: '/machines/$machineId' });
  const { machine } = useMachine(machineId);
  // Also one that was deleted while it was on screen.
  const missing = machine.error instanceof ApiError && (machine.error.status === 404 || machine.error.status === 400);
  if (machine.data && !missing) return <LoadedMachine key={machineId} machine={machine.data} />;
  if (machine.isPending) return <MachineSkeleton />;
  return (
    <section className="card">
      {missing ? (
        <StateMessage
          icon={CircleSlash}
          title={t('machine.not_found')}
          actions={
            <Link to="/" search={keepDocks} className="btn">
              {t('app.to_fleet')}
            </Link>
          }
        >
          {t('machine.not_found.hint')}
        </StateMessage>
      ) : (
        <StateMessage
          alert
          icon={RotateCcw}
          title={t('machine.failed')}
          actions={
            <button type="button" className="btn" onClick={() => void machine.refetch()}>
              {t('app.retry')}
            </button>
          }
        >
          {faultText(t, machine.error)}
        </StateMessage>
      )}
    </section>
  );
}

function LoadedMachine({ machine }: { machine: Machine }) {
  const state = useMachineCondition(machine);
  // Where no panel beside it takes part in it: silence must be seen here too.
  useOverview();
  useMachineValues(machine.machine_id);
  return (
    <>
      <title>{`${machine.name} · GONSTERS`}</title>
      <MachineHeader machine={machine} state={state} />
      <MachineTabs machine={machine} connection={state.connection} />
      <Outlet />
    </>
  );
}

function MachineSkeleton() {
  const { t } = useText();
  return (
    <div className="col" aria-busy="true">
      <span className="sr-only" role="status">
        {t('app.loading')}
      </span>
      <div className="page-head">
        <Skeleton width={180} height={32} />
      </div>
      <div className="tiles">
        {METRICS.map((metric) => (
          <div key={metric.name} className="card tile h-[172px]">
            <Skeleton width="50%" height={16} />
            <Skeleton width="70%" height={44} />
          </div>
        ))}
      </div>
      <div className="card">
        <div className="card-head">
          <Skeleton width={240} height={28} />
        </div>
        <div className="plots-loading" />
      </div>
    </div>
  );
}
