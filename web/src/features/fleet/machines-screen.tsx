// The machine list as a screen, for the phone.

import { useText } from '../../i18n/use-text.ts';
import { useOverview } from '../../live/use-live.ts';
import { MachineFilters } from './filter/machine-filters.tsx';
import { OrderChoice } from './filter/order-choice.tsx';
import { useMachineSearch } from './filter/use-machine-search.ts';
import { MachineListInPage } from './list/machine-list.tsx';
import { useMachineList } from './list/use-machine-list.ts';
import { FleetMenu } from './overview/fleet-menu.tsx';

export function MachinesScreen() {
  const { t } = useText();
  const { search } = useMachineSearch();
  const list = useMachineList(search);
  useOverview();
  return (
    <>
      <title>{`${t('app.machines')} · GONSTERS`}</title>
      <div className="page-head">
        <h1>{t('app.machines')}</h1>
        <span className="caption flex-1">
          {list.phase === 'ready' ? t('machines.count', { count: list.total }) : null}
        </span>
        <FleetMenu />
      </div>
      <MachineFilters />
      <div className="fleet-caption">
        <OrderChoice />
      </div>
      <section className="card machine-list" aria-label={t('app.machines')}>
        <MachineListInPage list={list} />
      </section>
    </>
  );
}
