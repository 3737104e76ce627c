// The open alerts beside every screen, on wide ones.

import { ClosePanel } from '../../components/close-panel.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useOpenAlerts } from '../../live/use-live.ts';
import { AlertFilters } from './alert-filters.tsx';
import { AlertList } from './alert-list.tsx';

export function AlertsDock({ onClose }: { onClose?: () => void }) {
  const { t, format } = useText();
  const { alerts } = useOpenAlerts();
  return (
    <aside className="dock dock-right glass" aria-label={t('app.alerts')}>
      <div className="dock-head">
        <h2>{t('app.alerts')}</h2>
        <span className="cap">{format.number(alerts.length)}</span>
        {onClose ? <ClosePanel side="right" onClose={onClose} /> : null}
      </div>
      <div className="dock-tools">
        <AlertFilters />
      </div>
      <div className="dock-list">
        <AlertList />
      </div>
    </aside>
  );
}
