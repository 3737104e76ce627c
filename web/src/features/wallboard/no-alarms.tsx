// Shown where there is nothing to report, and only while alerts are loaded and the connection is live.

import { CircleCheck, Hourglass } from 'lucide-react';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useConnection, useOpenAlerts } from '../../live/use-live.ts';

export function NoAlarms() {
  const { t } = useText();
  const { phase: alerts } = useOpenAlerts();
  const { phase: connection } = useConnection();
  return alerts === 'ready' && connection === 'live' ? (
    <StateMessage icon={CircleCheck} title={t('wall.no_alerts')}>
      {t('wall.no_alerts.hint')}
    </StateMessage>
  ) : (
    <StateMessage icon={Hourglass} title={t('wall.unknown')}>
      {t('wall.unknown.hint')}
    </StateMessage>
  );
}
