// The panel of open alerts beside every screen.

import { Link } from '@tanstack/react-router';
import { Maximize2 } from 'lucide-react';
import { useRef } from 'react';
import { keepPanelFilters } from '../../components/domain/links.ts';
import { ClosePanel } from '../../components/ui/close-panel.tsx';
import { useText } from '../../i18n/use-text.ts';
import { isShelved } from '../../live/live-alerts.ts';
import { useOpenAlerts } from '../../live/use-live.ts';
import { AlertFilterChips } from './filter/alert-filters.tsx';
import { AlertList } from './list/alert-list.tsx';
import { SoundFoot } from './sound/sound-foot.tsx';

export function AlertsDock({ onClose }: { onClose?: () => void }) {
  const { t, format } = useText();
  const { alerts } = useOpenAlerts();
  const list = useRef<HTMLDivElement>(null);
  return (
    <aside className="dock dock-right glass" aria-label={t('app.alerts')}>
      <div className="dock-head">
        <h2>{t('app.alerts')}</h2>
        <span className="caption flex-1">{format.number(alerts.filter((alert) => !isShelved(alert)).length)}</span>
        <Link
          to="/alerts"
          search={keepPanelFilters}
          className="button button-quiet button-icon"
          aria-label={t('alerts.open_page')}
          title={t('alerts.open_page')}
        >
          <Maximize2 size={16} strokeWidth={1.5} />
        </Link>
        {onClose ? <ClosePanel side="right" onClose={onClose} /> : null}
      </div>
      <div className="dock-tools">
        <AlertFilterChips />
      </div>
      <div ref={list} className="dock-list">
        <AlertList scroll={list} />
      </div>
      <SoundFoot />
    </aside>
  );
}
