// Merges one metric into another one, with an undo in the message that says so.

import type { MetricDefinition } from '@gonsters/contract';
import { useApi } from '../../../api/use-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useCatalogueChange } from '../use-catalogue.ts';

type Named = Pick<MetricDefinition, 'name' | 'label'>;
const UNDO_MS = 10_000;

export function useMerge(): { busy: boolean; merge: (from: Named, into: Named) => Promise<boolean> } {
  const { t } = useText();
  const api = useApi();
  const { busy, run } = useCatalogueChange();
  const merge = async (from: Named, into: Named) => {
    const merged = await run(() => api.mergeMetrics(from.name, into.name));
    if (merged) {
      toast.success(t('metrics.merged_now', { from: from.label, into: into.label }), {
        duration: UNDO_MS,
        action: {
          label: t('metrics.undo'),
          onClick: () => void run(() => api.unmergeMetric(from.name)),
        },
      });
    }
    return merged;
  };
  return { busy, merge };
}
