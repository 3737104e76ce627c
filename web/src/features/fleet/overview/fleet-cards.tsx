// The first machines of the list as cards.

import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { OrderChoice } from '../filter/order-choice.tsx';
import { useMachineSearch } from '../filter/use-machine-search.ts';
import { NoMachines } from '../list/no-machines.tsx';
import { useMachineList } from '../list/use-machine-list.ts';
import { MachineCard } from './machine-card.tsx';

/** More cards than anybody looks at; the rest is a filter, a grid or a table away. */
const MOST = 60;
const SKELETON_CARDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

export function FleetCards() {
  const { t } = useText();
  const { search } = useMachineSearch();
  const list = useMachineList(search);
  const shown = list.machines.slice(0, MOST);
  return (
    <>
      <div className="fleet-caption">
        <OrderChoice />
        <span className="caption">
          {list.phase !== 'ready' || list.total === 0
            ? null
            : list.total > shown.length
              ? t('fleet.cards_of', { shown: shown.length, total: list.total })
              : t('machines.count', { count: list.total })}
        </span>
      </div>
      {list.phase === 'loading' ? (
        <CardSkeletons />
      ) : shown.length === 0 ? (
        <section className="card">
          <NoMachines list={list} />
        </section>
      ) : (
        <section className="machine-cards" aria-label={t('fleet.all_machines')} aria-busy={list.busy}>
          {shown.map((machine) => (
            <MachineCard key={machine.machine_id} machine={machine} />
          ))}
        </section>
      )}
    </>
  );
}

function CardSkeletons() {
  return (
    <div className="machine-cards" aria-busy="true">
      {SKELETON_CARDS.map((card) => (
        <div key={card} className="card machine-card">
          <span className="grid h-9 content-between">
            <Skeleton width="42%" height={14} />
            <Skeleton width="56%" height={11} />
          </span>
          <Skeleton width="100%" height={36} />
          <Skeleton width="100%" height={36} />
        </div>
      ))}
    </div>
  );
}
