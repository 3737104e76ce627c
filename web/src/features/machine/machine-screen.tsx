// The screen of one machine: its header above the tabs.

import type { Machine } from '@gonsters/contract';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { CircleSlash, RotateCcw } from 'lucide-react';
import { ApiError } from '../../api/http/send.ts';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { useMachineCondition } from '../../components/domain/machines/machine-condition.ts';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { errorText } from '../../i18n/error-text.ts';
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
  if (machine.isPending || (machine.data && !missing)) {
    return (
      <>
        {machine.data ? <MachineHead key={machineId} machine={machine.data} /> : <HeadSkeleton />}
        {/* Each tab loads what it needs beside the machine, not after it. */}
        <Outlet />
      </>
    );
  }
  return (
    <section className="card">
      {missing ? (
        <StateMessage
          icon={CircleSlash}
          title={t('machine.not_found')}
          actions={
            <Link to="/" search={keepPanelFilters} className="button">
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
            <button type="button" className="button" onClick={() => void machine.refetch()}>
              {t('app.retry')}
            </button>
          }
        >
          {errorText(t, machine.error)}
        </StateMessage>
      )}
    </section>
  );
}

function MachineHead({ machine }: { machine: Machine }) {
  const state = useMachineCondition(machine);
  // Where no panel beside it takes part in it: silence must be seen here too.
  useOverview();
  useMachineValues(machine.machine_id);
  return (
    <>
      <title>{`${machine.name} · GONSTERS`}</title>
      <MachineHeader machine={machine} state={state} />
      <MachineTabs machine={machine} connection={state.connection} />
    </>
  );
}

function HeadSkeleton() {
  const { t } = useText();
  return (
    <>
      <span className="sr-only" role="status">
        {t('app.loading')}
      </span>
      <div className="page-head machine-head" aria-busy="true">
        <Skeleton width={180} height={32} />
      </div>
      <div className="machine-tabs" aria-busy="true">
        <Skeleton width={240} height={28} />
      </div>
    </>
  );
}
