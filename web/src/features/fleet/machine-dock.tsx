// The machine list beside every screen, from tablets in landscape upwards.

import { ClosePanel } from '../../components/close-panel.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useOverview } from '../../live/use-live.ts';
import { MachineFilters } from './machine-filters.tsx';
import { MachineList } from './machine-list.tsx';
import { useMachineList } from './use-machine-list.ts';
import { useMachineSearch } from './use-machine-search.ts';

export function MachineDock({ onClose }: { onClose?: () => void }) {
  const { t, format } = useText();
  const { search } = useMachineSearch();
  const list = useMachineList(search);
  useOverview();
  return (
    <aside className="dock dock-left glass" aria-label={t('app.machines')}>
      <div className="dock-head">
        <h2>{t('app.machines')}</h2>
        <span className="cap">{list.phase === 'ready' ? format.number(list.total) : null}</span>
        {onClose ? <ClosePanel side="left" onClose={onClose} /> : null}
      </div>
      <MachineFilters />
      <div className="dock-list">
        <MachineList list={list} />
      </div>
      <div className="dock-foot">
        <span>{t('machines.by_name')}</span>
        <span className="flex-1" />
        <span>{t('machines.shown', { shown: list.machines.length, total: list.total })}</span>
      </div>
    </aside>
  );
}
