// Unshelves an alert before its shelving ends.

import type { Alert } from '@gonsters/contract';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../api/use-api.ts';
import { alertNames } from '../../components/domain/alerts/alert-text.ts';
import { useAlertTexts } from '../../components/domain/alerts/use-alert-texts.ts';
import { toast } from '../../components/ui/toast.ts';
import { errorText } from '../../i18n/error-text.ts';
import { useLive } from '../../live/use-live.ts';

export function useUnshelve(): { busy: boolean; run: (alert: Alert) => void } {
  const api = useApi();
  const { alerts } = useLive();
  const texts = useAlertTexts();
  const { t } = texts;
  const { isPending, mutate } = useMutation({
    mutationFn: (alert: Alert) => api.unshelve(alert.id),
    onSuccess: (changed) => {
      alerts.apply([changed]);
      toast(t('alerts.done.unshelved', { alerts: alertNames(texts, [changed]) }));
    },
    onError: (error) => toast.error(t('alerts.unshelve_failed', { reason: errorText(t, error) })),
  });
  return { busy: isPending, run: mutate };
}
