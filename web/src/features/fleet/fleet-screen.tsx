// Home: the whole fleet in numbers, what is abnormal now, and every machine as a heat grid, as cards or as a table.

import { lazy, Suspense } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useOverview } from '../../live/use-live.ts';
import { AbnormalNow } from './abnormal-now.tsx';
import { FleetCards } from './fleet-cards.tsx';
import { FleetHead } from './fleet-head.tsx';
import { FleetHeat } from './fleet-heat.tsx';
import { FleetStats } from './fleet-stats.tsx';
import { MachineFilters } from './machine-filters.tsx';
import type { FleetView } from './machine-search.ts';
import { useMachineSearch } from './use-machine-search.ts';
import { useSummary } from './use-summary.ts';

/** More machines than this are a grid, unless somebody asked otherwise. */
const MOST_CARDS = 60;
const FleetTable = lazy(async () => ({ default: (await import('./fleet-table.tsx')).FleetTable }));

export function FleetScreen() {
  const { t } = useText();
  const { search } = useMachineSearch();
  const { data: summary, isError } = useSummary();
  const chosen = search.view ?? (summary ? (summary.total > MOST_CARDS ? 'heat' : 'cards') : null);
  // Without knowing how many there are, the list itself says what is wrong.
  const view = chosen ?? (isError ? 'cards' : null);
  useOverview();
  return (
    <>
      <title>{`${t('app.fleet')} · GONSTERS`}</title>
      <FleetHead view={view} />
      <FleetStats />
      {/* Cards and rows say what is abnormal themselves, and stand worst first. */}
      {view === 'heat' ? <AbnormalNow /> : null}
      {/* Where the panel beside the screen is shown, it has the filters. */}
      <div className="fleet-filters">
        <MachineFilters />
      </div>
      {view === null ? null : <Machines view={view} />}
    </>
  );
}

function Machines({ view }: { view: FleetView }) {
  switch (view) {
    case 'heat':
      return <FleetHeat />;
    case 'cards':
      return <FleetCards />;
    case 'table':
      return (
        <Suspense>
          <FleetTable />
        </Suspense>
      );
  }
}
