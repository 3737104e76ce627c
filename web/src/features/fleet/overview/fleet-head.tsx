// The head of the fleet: the choice of the view, and actions on the list of machines.

import { Ellipsis, LayoutGrid, Plus, Rows2, Rows3 } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useMay } from '../../../api/use-api.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useText } from '../../../i18n/use-text.ts';
import type { FleetView } from '../filter/machine-search.ts';
import { useMachineSearch } from '../filter/use-machine-search.ts';

// Loaded when its button is pressed.
const FleetMenu = lazy(async () => ({ default: (await import('./fleet-menu.tsx')).FleetMenu }));
const ICON = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;

export function FleetHead({ view }: { view: FleetView | null }) {
  const { t } = useText();
  const { narrow } = useMachineSearch();
  const openDialog = useOpenDialog();
  const mayAdd = useMay('write:machines');
  return (
    <div className="page-head">
      <h1>{t('app.fleet')}</h1>
      <span className="flex-1" />
      <Segments
        label={t('fleet.density')}
        value={view}
        onChoose={(next) => narrow({ view: next })}
        choices={[
          {
            value: 'heat',
            label: (
              <>
                <LayoutGrid {...ICON} />
                {t('fleet.heat')}
              </>
            ),
          },
          {
            value: 'cards',
            label: (
              <>
                <Rows2 {...ICON} />
                {t('fleet.cards')}
              </>
            ),
          },
          {
            value: 'table',
            label: (
              <>
                <Rows3 {...ICON} />
                {t('fleet.table')}
              </>
            ),
          },
        ]}
      />
      {mayAdd ? (
        <button
          type="button"
          className="button fleet-add"
          title={t('fleet.add')}
          onClick={() => openDialog({ name: 'add-machine' })}
        >
          <Plus {...ICON} />
          <span className="sr-only tablet:not-sr-only">{t('fleet.add')}</span>
        </button>
      ) : null}
      <Suspense
        fallback={
          <span className="button button-icon">
            <Ellipsis {...ICON} />
          </span>
        }
      >
        <FleetMenu />
      </Suspense>
    </div>
  );
}
