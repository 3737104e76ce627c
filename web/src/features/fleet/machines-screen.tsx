// The machine list as a screen of its own, for the phone.

import { useText } from '../../i18n/use-text.ts';
import { useOverview } from '../../live/use-live.ts';
import { MachineFilters } from './machine-filters.tsx';
import { MachineList } from './machine-list.tsx';
import { useMachineList } from './use-machine-list.ts';
import { useMachineSearch } from './use-machine-search.ts';

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
        <span className="cap">{t('machines.shown', { shown: list.machines.length, total: list.total })}</span>
      </div>
      <section className="card pt-3" aria-label={t('app.machines')}>
        <MachineFilters />
        <MachineList list={list} />
      </section>
    </>
  );
}
