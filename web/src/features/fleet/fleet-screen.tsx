// Home: the whole fleet in numbers, what is abnormal now, and every machine with its live values.

import { InfiniteEnd } from '../../components/infinite-end.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useOverview } from '../../live/use-live.ts';
import { AbnormalNow } from './abnormal-now.tsx';
import { FleetStats } from './fleet-stats.tsx';
import { MachineCard } from './machine-card.tsx';
import { MachineFilters } from './machine-filters.tsx';
import { NoMachines } from './machine-list.tsx';
import { useMachineList } from './use-machine-list.ts';
import { useMachineSearch } from './use-machine-search.ts';

const SKELETON_CARDS = ['a', 'b', 'c', 'd', 'e', 'f'];

export function FleetScreen() {
  const { t } = useText();
  const { search } = useMachineSearch();
  const list = useMachineList(search);
  useOverview();
  return (
    <>
      <title>{`${t('app.fleet')} · GONSTERS`}</title>
      <div className="page-head">
        <h1>{t('app.fleet')}</h1>
      </div>
      <FleetStats />
      <AbnormalNow />
      <div className="page-head">
        <span className="lab">{t('fleet.all_machines')}</span>
        <span className="cap">
          {list.phase === 'ready' ? t('machines.shown', { shown: list.machines.length, total: list.total }) : null}
        </span>
      </div>
      {/* Where there is room for it, the list beside the screen has the filters. */}
      <div className="laptop:hidden">
        <MachineFilters />
      </div>
      {list.phase === 'loading' ? (
        <div className="mcards" aria-busy="true">
          {SKELETON_CARDS.map((card) => (
            <div key={card} className="card mcard">
              <Skeleton width="50%" height={36} />
              <Skeleton width="100%" height={36} />
            </div>
          ))}
        </div>
      ) : list.machines.length === 0 ? (
        <section className="card">
          <NoMachines list={list} />
        </section>
      ) : (
        <section className="mcards" aria-label={t('fleet.all_machines')} aria-busy={list.busy}>
          {list.machines.map((machine) => (
            <MachineCard key={machine.machine_id} machine={machine} />
          ))}
        </section>
      )}
      {list.phase === 'ready' && list.hasMore ? (
        <InfiniteEnd left={list.total - list.machines.length} busy={list.busy} onReached={list.loadMore} />
      ) : null}
    </>
  );
}
