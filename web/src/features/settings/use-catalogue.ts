// The catalogue of metrics and machine types, and changes of it with their failure in words.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { toast } from '../../components/ui/toast.ts';
import { useText } from '../../i18n/use-text.ts';
import { managementFaultText } from './management-fault.ts';

/** The newest values of found metrics are not pushed. */
const REFETCH_MS = 10_000;

export function useMetricCatalogue() {
  const api = useApi();
  return useQuery({
    queryKey: ['metrics', 'all'],
    queryFn: ({ signal }) => api.metricCatalogue(signal),
    refetchInterval: ({ state }) => (state.data?.some(({ newest }) => newest !== null) ? REFETCH_MS : false),
  });
}

export function useMachineTypes() {
  const api = useApi();
  return useQuery({ queryKey: ['machine-types'], queryFn: ({ signal }) => api.machineTypes(signal) });
}

/** What depends on the catalogue is asked for again; resolves when metrics and machine types are there. */
export function useRefreshCatalogue(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    void queries.invalidateQueries({ queryKey: ['limits'] });
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['metrics'] }),
      queries.invalidateQueries({ queryKey: ['machine-types'] }),
    ]);
  };
}

/** Changes that are one click: one at a time, and what went wrong is said in a toast. */
export function useCatalogueChange() {
  const { t } = useText();
  const refresh = useRefreshCatalogue();
  const [busy, setBusy] = useState(false);
  /** Resolves to whether the change was made. */
  const run = async (change: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await change();
      await refresh();
      return true;
    } catch (error) {
      toast.error(managementFaultText(t, error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
