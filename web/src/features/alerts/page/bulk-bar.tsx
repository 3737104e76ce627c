// The bar with actions on the selected alerts, shown while there are any.

import { Check, Download, X } from 'lucide-react';
import { useMay } from '../../../api/use-api.ts';
import { useOpenDialog } from '../../../components/domain/dialogs.ts';
import { opensDialog } from '../../../components/ui/activation/guarded-control.ts';
import { useText } from '../../../i18n/use-text.ts';
import { isUnacknowledged } from '../../../live/live-alerts.ts';
import { ShelfIcon } from '../shelf-icon.tsx';
import { MAX_EXPORTED_IDS, useAlertExport } from './use-alert-export.ts';
import type { AlertSelection } from './use-selection.ts';

export function BulkBar({ selection }: { selection: AlertSelection }) {
  const { t } = useText();
  const openDialog = useOpenDialog();
  const mayAcknowledge = useMay('ack:alerts');
  const mayShelve = useMay('shelve:alerts');
  const { busy, exportNamed } = useAlertExport();
  const { alerts, hidden, drop, clear } = selection;
  if (alerts.length === 0) return null;
  return (
    <section className="bulk glass" aria-label={t('alerts.selection')}>
      <b role="status">
        {t('alerts.selected', { count: alerts.length })}
        {hidden === 0 ? null : <span className="caption"> {t('alerts.selected_hidden', { count: hidden })}</span>}
      </b>
      {mayAcknowledge && alerts.some(isUnacknowledged) ? (
        <button
          type="button"
          className="button button-primary"
          {...opensDialog('acknowledge')}
          onClick={() => openDialog({ name: 'acknowledge', alerts, onDone: drop })}
        >
          <Check size={16} strokeWidth={1.5} aria-hidden="true" />
          <span className="hidden tablet:inline">{t('alerts.acknowledge_with_note')}</span>
          <span className="tablet:hidden">{t('alerts.acknowledge')}</span>
        </button>
      ) : null}
      {mayShelve ? (
        <button
          type="button"
          className="button button-quiet"
          {...opensDialog('shelve')}
          aria-label={t('alerts.shelve')}
          onClick={() => openDialog({ name: 'shelve', alerts, onDone: drop })}
        >
          <ShelfIcon />
          <span className="hidden tablet:inline">{t('alerts.shelve')}</span>
        </button>
      ) : null}
      <button
        type="button"
        className="button button-quiet"
        aria-label={t('alerts.export')}
        disabled={busy || alerts.length > MAX_EXPORTED_IDS}
        title={alerts.length > MAX_EXPORTED_IDS ? t('alerts.export.many', { count: MAX_EXPORTED_IDS }) : undefined}
        onClick={() => exportNamed(alerts)}
      >
        <Download size={16} strokeWidth={1.5} aria-hidden="true" />
        <span className="hidden tablet:inline">{t('alerts.export')}</span>
      </button>
      <button
        type="button"
        className="button button-quiet button-icon"
        aria-label={t('alerts.clear_selection')}
        onClick={clear}
      >
        <X size={16} strokeWidth={1.5} />
      </button>
    </section>
  );
}
