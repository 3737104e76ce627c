// Closes the side panel that it stands in.

import { PanelLeft, PanelRight } from 'lucide-react';
import { useText } from '../i18n/use-text.ts';

export function CollapseButton({ side, onCollapse }: { side: 'left' | 'right'; onCollapse: () => void }) {
  const { t } = useText();
  const Icon = side === 'left' ? PanelLeft : PanelRight;
  return (
    <button
      type="button"
      className="btn btn-quiet btn-sm btn-icon ml-auto"
      aria-label={t('app.panel.close')}
      title={t('app.panel.close')}
      onClick={onCollapse}
    >
      <Icon size={16} strokeWidth={1.5} />
    </button>
  );
}
