// Exports alerts as a CSV file: selected ones, or those that a filter finds in the past.

import type { Alert } from '@gonsters/contract';
import { useMutation } from '@tanstack/react-query';
import { type AlertFilter, alertQuery } from '../../../api/alerts-api.ts';
import { useApi } from '../../../api/use-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useText } from '../../../i18n/use-text.ts';

/** As many as the server takes by name. */
export const MAX_EXPORTED_IDS = 200;

export interface AlertExport {
  busy: boolean;
  exportNamed: (alerts: readonly Alert[]) => void;
  exportFilter: (filter: AlertFilter) => void;
}

export function useAlertExport(): AlertExport {
  const api = useApi();
  const { t } = useText();
  const { isPending, mutate } = useMutation({
    mutationFn: (query: Record<string, string | undefined>) => {
      const given = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
      const day = new Date().toISOString().slice(0, 10);
      return api.downloadFile('/alerts/export', Object.fromEntries(given), `alerts-${day}.csv`);
    },
    onError: (error) => toast.error(t('alerts.export.failed', { reason: errorText(t, error) })),
  });
  return {
    busy: isPending,
    exportNamed: (alerts) => mutate({ ids: alerts.map(({ id }) => id).join(',') }),
    exportFilter: (filter) => mutate(alertQuery(filter)),
  };
}
