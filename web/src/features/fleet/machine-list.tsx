// The list of machines with every state it can be in.

import { Boxes, ListFilter, RotateCcw } from 'lucide-react';
import { InfiniteEnd } from '../../components/infinite-end.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { StateMessage } from '../../components/state-message.tsx';
import { faultText } from '../../i18n/fault-text.ts';
import { useText } from '../../i18n/use-text.ts';
import { MachineRow } from './machine-row.tsx';
import { isFiltered } from './machine-search.ts';
import type { MachineList as Machines } from './use-machine-list.ts';
import { useMachineSearch } from './use-machine-search.ts';

const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

export function MachineList({ list }: { list: Machines }) {
  if (list.phase === 'loading') return <RowSkeletons />;
  if (list.machines.length === 0) return <NoMachines list={list} />;
  return (
    <>
      <ul className="py-1.5" aria-busy={list.busy}>
        {list.machines.map((machine) => (
          <MachineRow key={machine.machine_id} machine={machine} />
        ))}
      </ul>
      {list.hasMore ? (
        <InfiniteEnd left={list.total - list.machines.length} busy={list.busy} onReached={list.loadMore} />
      ) : null}
    </>
  );
}

/** Failed, none at all, or none that matches. */
export function NoMachines({ list }: { list: Pick<Machines, 'phase' | 'error' | 'retry'> }) {
  const { t } = useText();
  const { search, clear } = useMachineSearch();
  if (list.phase === 'failed') {
    return (
      <StateMessage
        alert
        icon={RotateCcw}
        title={t('machines.failed')}
        actions={
          <button type="button" className="btn" onClick={list.retry}>
            {t('app.retry')}
          </button>
        }
      >
        {faultText(t, list.error)}
      </StateMessage>
    );
  }
  if (!isFiltered(search)) {
    return (
      <StateMessage icon={Boxes} title={t('machines.empty')}>
        {t('machines.empty.hint')}
      </StateMessage>
    );
  }
  return (
    <StateMessage
      icon={ListFilter}
      title={t('machines.none_match')}
      actions={
        <button type="button" className="btn" onClick={clear}>
          {t('machines.clear')}
        </button>
      }
    >
      {t('machines.none_match.hint')}
    </StateMessage>
  );
}

function RowSkeletons() {
  const { t } = useText();
  return (
    <ul className="py-1.5" aria-busy="true" aria-label={t('app.loading')}>
      {SKELETON_ROWS.map((row) => (
        <li key={row} className="mrow">
          <Skeleton width={12} height={12} />
          <span className="grid gap-1.5">
            <Skeleton width="60%" height={12} />
            <Skeleton width="40%" height={10} />
          </span>
          <Skeleton width={44} height={12} />
        </li>
      ))}
    </ul>
  );
}
