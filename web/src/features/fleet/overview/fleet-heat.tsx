// Every matching machine as a cell of the heat grid.

import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { HeatGrid } from '../../../components/domain/heat/heat-grid.tsx';
import { useFleet } from '../../../components/domain/heat/use-fleet.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { filterOf } from '../filter/machine-search.ts';
import { useMachineSearch } from '../filter/use-machine-search.ts';
import { NoMachines } from '../list/no-machines.tsx';
import { UpdatedAge } from '../list/updated-age.tsx';

/** The height of what is above and below the grid on a desktop; with smaller cells everything can fit on one screen. */
const AROUND_PX = 474;
const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

export function FleetHeat() {
  const { t } = useText();
  const { search } = useMachineSearch();
  const fleet = useFleet(filterOf(search));
  const navigate = useNavigate();
  const open = useCallback(
    (machineId: string) =>
      void navigate({ to: '/machines/$machineId', params: { machineId }, search: keepPanelFilters }),
    [navigate],
  );
  return (
    <section className="card" aria-label={t('fleet.all_machines')} aria-busy={fleet.busy || fleet.phase === 'loading'}>
      <div className="card-head">
        <h2>{t('fleet.all_machines')}</h2>
        <span className="caption hidden tablet:inline">{t('fleet.by_location')}</span>
        <span className="flex-1" />
        <UpdatedAge />
      </div>
      {fleet.phase === 'loading' ? (
        <HeatSkeleton />
      ) : fleet.machines.length === 0 ? (
        <NoMachines list={fleet} />
      ) : (
        <HeatGrid machines={fleet.machines} around={AROUND_PX} onOpen={open} />
      )}
    </section>
  );
}

function HeatSkeleton() {
  return (
    <div className="heat-skeleton">
      {SKELETON_ROWS.map((row) => (
        <span key={row}>
          <Skeleton width="70%" height={12} />
          <Skeleton width="100%" height={32} />
        </span>
      ))}
    </div>
  );
}
