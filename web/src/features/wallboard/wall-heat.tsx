// Every machine of the plant as one cell, as large as the screen allows.

import { Boxes, RotateCcw } from 'lucide-react';
import { NO_FILTER } from '../../api/machines-api.ts';
import { HeatGrid } from '../../components/domain/heat/heat-grid.tsx';
import { useFleet } from '../../components/domain/heat/use-fleet.ts';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { useText } from '../../i18n/use-text.ts';

const SKELETON_ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
/** Nobody at a wall wants to leave it by a touch. */
const STAY = () => {};

export function WallHeat() {
  const { t } = useText();
  const fleet = useFleet(NO_FILTER);
  return (
    <section className="card wall-heat" aria-label={t('fleet.all_machines')} aria-busy={fleet.phase === 'loading'}>
      {fleet.machines.length > 0 ? (
        <HeatGrid machines={fleet.machines} fit onOpen={STAY} />
      ) : fleet.phase === 'loading' ? (
        <div className="heat-skeleton">
          {SKELETON_ROWS.map((row) => (
            <span key={row}>
              <Skeleton width="70%" height={16} />
              <Skeleton width="100%" height={44} />
            </span>
          ))}
        </div>
      ) : fleet.phase === 'failed' ? (
        <StateMessage icon={RotateCcw} title={t('machines.failed')}>
          {t('wall.unknown.hint')}
        </StateMessage>
      ) : (
        <StateMessage icon={Boxes} title={t('machines.empty')} />
      )}
    </section>
  );
}
