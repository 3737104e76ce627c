// The panel with the machine list beside every screen.

import { Plus } from 'lucide-react';
import { useMay } from '../../../api/use-api.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { ClosePanel } from '../../../components/ui/close-panel.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useOverview } from '../../../live/use-live.ts';
import { MachineFilters } from '../filter/machine-filters.tsx';
import { useMachineSearch } from '../filter/use-machine-search.ts';
import { useSummary } from '../overview/use-summary.ts';
import { MachineListInBox } from './machine-list.tsx';
import { useMachineList } from './use-machine-list.ts';

const ICON = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** Without `onClose` there is no button to close it. */
export function MachineDock({ onClose }: { onClose?: () => void }) {
  const { t, format } = useText();
  const { search } = useMachineSearch();
  const list = useMachineList(search);
  const summary = useSummary().data;
  const openDialog = useOpenDialog();
  const mayAdd = useMay('write:machines');
  useOverview();
  return (
    <aside className="dock dock-left glass" aria-label={t('app.machines')}>
      <div className="dock-head">
        <h2>{t('app.machines')}</h2>
        <span className="caption flex-1">{summary ? format.number(summary.total) : null}</span>
        {mayAdd ? (
          <button
            type="button"
            className="button button-quiet button-small button-icon"
            aria-label={t('fleet.add')}
            title={t('fleet.add')}
            onClick={() => openDialog({ name: 'add-machine' })}
          >
            <Plus {...ICON} />
          </button>
        ) : null}
        {onClose ? <ClosePanel side="left" onClose={onClose} /> : null}
      </div>
      <MachineFilters />
      <MachineListInBox list={list} />
    </aside>
  );
}
