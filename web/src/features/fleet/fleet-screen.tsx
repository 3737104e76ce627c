// Home: the whole fleet in numbers, what is abnormal now, and every machine as a heat grid, as cards or as a table.

import { useText } from '../../i18n/use-text.ts';
import { useOverview } from '../../live/use-live.ts';
import { AbnormalNow } from './abnormal-now.tsx';
import { FleetHead } from './fleet-head.tsx';
import { FleetHeat } from './fleet-heat.tsx';
import { FleetStats } from './fleet-stats.tsx';
import { MachineFilters } from './machine-filters.tsx';
import { useMachineSearch } from './use-machine-search.ts';
import { useSummary } from './use-summary.ts';

/** More machines than this are a grid, unless somebody asked otherwise. */
const MOST_CARDS = 60;

export function FleetScreen() {
  const { t } = useText();
  const { search } = useMachineSearch();
  const total = useSummary().data?.total;
  const view = search.view ?? (total !== undefined && total <= MOST_CARDS ? 'cards' : 'heat');
  useOverview();
  return (
    <>
      <title>{`${t('app.fleet')} · GONSTERS`}</title>
      <FleetHead view={view} />
      <FleetStats />
      <AbnormalNow />
      {/* Where there is room for it, the list beside the screen has the filters. */}
      <div className="laptop:hidden">
        <MachineFilters />
      </div>
      <FleetHeat />
    </>
  );
}
