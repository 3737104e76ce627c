// Nothing to call out. Said only while the page knows it: not before the alerts are there, and not without a connection.

import { CircleCheck, Hourglass } from 'lucide-react';
import { StateMessage } from '../../components/ui/state-message.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useConnection, useOpenAlerts } from '../../live/use-live.ts';

export function NoAlarms() {
  const { t } = useText();
  const { phase: alerts } = useOpenAlerts();
  const { phase: connection } = useConnection();
  return alerts === 'ready' && connection === 'live' ? (
    <StateMessage icon={CircleCheck} title={t('wall.calm')}>
      {t('wall.calm.hint')}
    </StateMessage>
  ) : (
    <StateMessage icon={Hourglass} title={t('wall.unknown')}>
      {t('wall.unknown.hint')}
    </StateMessage>
  );
}
