// The head of the fleet: how densely to show it, and what one may do with the list of machines.

import { LayoutGrid, Plus, Rows2, Rows3 } from 'lucide-react';
import { useMay } from '../../api/use-api.ts';
import { useOpenDialog } from '../../components/dialogs.ts';
import { Segments } from '../../components/segments.tsx';
import { useText } from '../../i18n/use-text.ts';
import { FleetMenu } from './fleet-menu.tsx';
import type { FleetView } from './machine-search.ts';
import { useMachineSearch } from './use-machine-search.ts';

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
          className="btn hidden tablet:inline-flex"
          onClick={() => openDialog({ name: 'add-machine' })}
        >
          <Plus {...ICON} />
          {t('fleet.add')}
        </button>
      ) : null}
      <FleetMenu />
    </div>
  );
}
