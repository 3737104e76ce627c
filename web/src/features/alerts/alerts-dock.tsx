// The open alerts beside every screen, on wide ones.

import { CollapseButton } from '../../components/collapse-button.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useOpenAlerts } from '../../live/use-live.ts';
import { AlertFilters } from './alert-filters.tsx';
import { AlertList } from './alert-list.tsx';

export function AlertsDock({ onCollapse }: { onCollapse?: () => void }) {
  const { t, format } = useText();
  const { alerts } = useOpenAlerts();
  return (
    <aside className="dock dock-right glass" aria-label={t('app.alerts')}>
      <div className="dock-head">
        <h2>{t('app.alerts')}</h2>
        <span className="cap">{format.number(alerts.length)}</span>
        {onCollapse ? <CollapseButton side="right" onCollapse={onCollapse} /> : null}
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
