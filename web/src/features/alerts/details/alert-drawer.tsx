// A drawer with the details of one alert. It has an address of its own, which notifications link to.

import { CircleSlash } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { ApiError } from '../../../api/http/send.ts';
import { machineText } from '../../../components/domain/alerts/alert-text.ts';
import { DialogHead, Modal } from '../../../components/ui/dialog/modal.tsx';
import { LoadFailed } from '../../../components/ui/load-failed.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { AlertDetails } from './alert-details.tsx';
import '../../../styles/alerts.css';
import { useAlertsAddress } from '../filter/use-alert-filter.ts';
import { useAlert } from './use-alert.ts';

export function AlertDrawer() {
  const { search, change } = useAlertsAddress();
  const { alert: alertId } = search;
  if (alertId === undefined) return null;
  return <OpenDrawer key={alertId} alertId={alertId} onClose={() => change({ alert: undefined })} />;
}

function OpenDrawer({ alertId, onClose }: { alertId: string; onClose: () => void }) {
  const texts = useText();
  const { t } = texts;
  const { alert, error, refetch } = useAlert(alertId);
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 400);
  return (
    <Modal className="drawer glass" scrim="scrim-drawer" onClose={onClose}>
      <div className="grab" />
      <DialogHead>
        <Radix.Title className={alert ? 'id ellipsis' : ''}>
          {alert ? machineText(texts, alert) : t('alerts.details')}
        </Radix.Title>
      </DialogHead>
      {alert ? (
        <AlertDetails alert={alert} />
      ) : error === null ? (
        <div className="dialog-body" aria-busy="true">
          <Skeleton width="100%" height={98} />
          <Skeleton width="70%" height={14} />
          <Skeleton width="80%" height={14} />
          <Skeleton width="60%" height={14} />
        </div>
      ) : missing ? (
        <StateMessage icon={CircleSlash} title={t('alerts.details.missing')}>
          {t('alerts.details.missing.hint')}
        </StateMessage>
      ) : (
        <LoadFailed title={t('alerts.details.failed')} error={error} onRetry={refetch} />
      )}
    </Modal>
  );
}
