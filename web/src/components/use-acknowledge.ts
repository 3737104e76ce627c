// Acknowledging an alert: at once in every list, and said when it did not work.

import type { Alert } from '@gonsters/contract';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../api/use-api.ts';
import { faultText } from '../i18n/fault-text.ts';
import { useText } from '../i18n/use-text.ts';
import { useLive } from '../live/use-live.ts';
import { toast } from './toast.ts';

export interface Acknowledge {
  busy: boolean;
  /** Resolves to whether it worked. */
  run: (alert: Alert, note?: string) => Promise<boolean>;
}

export function useAcknowledge(): Acknowledge {
  const api = useApi();
  const { alerts } = useLive();
  const { t } = useText();
  const { isPending, mutateAsync } = useMutation({
    mutationFn: ({ alert, note }: { alert: Alert; note: string }) => api.acknowledge(alert.id, note),
    onSuccess: (changed) => alerts.apply([changed]),
    onError: (error) => toast.error(t('alerts.acknowledge_failed', { reason: faultText(t, error) })),
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
