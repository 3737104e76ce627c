// The close button of a side panel.

import { PanelLeft, PanelRight } from 'lucide-react';
import { useText } from '../../i18n/use-text.ts';

export function ClosePanel({ side, onClose }: { side: 'left' | 'right'; onClose: () => void }) {
  const { t } = useText();
  const Icon = side === 'left' ? PanelLeft : PanelRight;
  return (
    <button
      type="button"
      className="button button-quiet button-small button-icon ml-auto"
      aria-label={t('app.panel.close')}
      title={t('app.panel.close')}
      onClick={onClose}
    >
      <Icon size={16} strokeWidth={1.5} />
    </button>
  );
}
