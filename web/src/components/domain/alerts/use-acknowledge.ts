// Acknowledges one alert: the lists change at once, and a toast names the alert or the reason of a failure.

import type { Alert } from '@gonsters/contract';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { toast } from '../../ui/toast.ts';
import { alertNames } from './alert-text.ts';
import { useAlertTexts } from './use-alert-texts.ts';

export interface Acknowledge {
  busy: boolean;
  /** Resolves to whether it worked. */
  run: (alert: Alert, note?: string) => Promise<boolean>;
}

export function useAcknowledge(): Acknowledge {
  const api = useApi();
  const { alerts } = useLive();
  const texts = useAlertTexts();
  const { t } = texts;
  const { isPending, mutateAsync } = useMutation({
    mutationFn: ({ alert, note }: { alert: Alert; note: string }) => api.acknowledge(alert.id, note),
    onSuccess: (changed) => {
      alerts.apply([changed]);
      toast(t('alerts.done.acknowledged', { count: 1, alerts: alertNames(texts, [changed]) }));
    },
    onError: (error) => toast.error(t('alerts.acknowledge_failed', { reason: errorText(t, error) })),
  });
  return {
    busy: isPending,
    run: (alert, note = '') =>
      mutateAsync({ alert, note }).then(
        () => true,
        () => false,
      ),
  };
}
