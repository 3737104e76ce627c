// The home screen: the fleet in numbers, what is abnormal now, and every machine as heat grid, cards or table.

import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense, useEffect, useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useOpenAlerts, useOverview } from '../../live/use-live.ts';
import { MachineFilters } from './filter/machine-filters.tsx';
import type { FleetView } from './filter/machine-search.ts';
import { useMachineSearch } from './filter/use-machine-search.ts';
import { FleetHead } from './overview/fleet-head.tsx';
import { FleetStats } from './overview/fleet-stats.tsx';
import { useSummary } from './overview/use-summary.ts';

/** More machines than this are shown as a grid, unless the user chose another view. */
const MOST_CARDS = 60;
const AbnormalNow = lazyRouteComponent(() => import('./overview/abnormal-now.tsx'), 'AbnormalNow');
const VIEWS = {
  heat: lazyRouteComponent(() => import('./overview/fleet-heat.tsx'), 'FleetHeat'),
  cards: lazyRouteComponent(() => import('./overview/fleet-cards.tsx'), 'FleetCards'),
  table: lazyRouteComponent(() => import('./list/fleet-table.tsx'), 'FleetTable'),
} satisfies Record<FleetView, unknown>;

export function FleetScreen() {
  const { t } = useText();
  const { search } = useMachineSearch();
  const { data: summary, isError } = useSummary();
  const chosen = search.view ?? (summary ? (summary.total > MOST_CARDS ? 'heat' : 'cards') : null);
  // Without knowing how many there are, the list itself says what is wrong.
  const view = chosen ?? (isError ? 'cards' : null);
  const Machines = view === null ? null : VIEWS[view];
  const { phase } = useOpenAlerts();
  const [alertsKnown, setAlertsKnown] = useState(false);
  if (!alertsKnown && phase !== 'loading') setAlertsKnown(true);
  useOverview();
  // One of them is needed: it comes while the numbers are asked for, and then has nothing to wait for.
  useEffect(() => {
    for (const part of [AbnormalNow, VIEWS.heat, VIEWS.cards]) void part.preload?.();
  }, []);
  return (
    <>
      <title>{`${t('app.fleet')} · GONSTERS`}</title>
      <FleetHead view={view} />
      <FleetStats />
      {/* Together, so that what comes later does not push down what is already there. */}
      {Machines === null || (view === 'heat' && !alertsKnown) ? null : (
        <Suspense>
          {/* Cards and rows say what is abnormal themselves, and stand worst first. */}
          {view === 'heat' ? <AbnormalNow /> : null}
          {/* Where the panel beside the screen is shown, it has the filters. */}
          <div className="fleet-filters">
            <MachineFilters />
          </div>
          <Machines />
        </Suspense>
      )}
    </>
  );
}
