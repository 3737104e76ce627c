// The full story of one alert over the screen one is on, with an address of its own: notifications and shifts link to it.

import { CircleSlash, X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { ApiError } from '../../../api/http/send.ts';
import { machineText } from '../../../components/domain/alerts/alert-text.ts';
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
    <Radix.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="scrim scrim-drawer">
          <Radix.Content className="drawer glass" aria-describedby={undefined}>
            <div className="grab" />
            <div className="dialog-head">
              <Radix.Title className={alert ? 'id el' : ''}>
                {alert ? machineText(texts, alert) : t('alerts.story')}
              </Radix.Title>
              <Radix.Close className="btn btn-quiet btn-icon" aria-label={t('app.close')}>
                <X size={16} strokeWidth={1.5} />
              </Radix.Close>
            </div>
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
              <StateMessage icon={CircleSlash} title={t('alerts.story.missing')}>
                {t('alerts.story.missing.hint')}
              </StateMessage>
            ) : (
              <LoadFailed title={t('alerts.story.failed')} error={error} onRetry={refetch} />
            )}
          </Radix.Content>
        </Radix.Overlay>
      </Radix.Portal>
    </Radix.Root>
  );
}
