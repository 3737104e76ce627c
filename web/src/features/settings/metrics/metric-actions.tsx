// What can be done with a metric besides describing it: merge, retire or bring back, delete.

import type { MetricDefinition } from '@gonsters/contract';
import { Merge } from 'lucide-react';
import { useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { BacktestLink } from '../../../components/domain/limits/backtest-link.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { useCatalogueChange, useRefreshCatalogue } from '../use-catalogue.ts';
import { MergeDialog } from './merge-dialog.tsx';
import { isNumeric } from './metric-draft.ts';

export function MetricActions({ metric, metrics }: { metric: MetricDefinition; metrics: readonly MetricDefinition[] }) {
  const { t } = useText();
  const api = useApi();
  const mayConfigure = useMay('write:config');
  const refresh = useRefreshCatalogue();
  const { busy, run } = useCatalogueChange();
  const [asking, setAsking] = useState<'merge' | 'delete' | null>(null);
  const { name, label } = metric;
  const backtest = isNumeric(metric.kind) ? <BacktestLink metric={name} label={label} /> : null;
  if (!mayConfigure || metric.is_built_in) return backtest;
  const retired = metric.status === 'retired';
  const turn = async () => {
    const status = retired ? 'active' : 'retired';
    if (await run(() => api.updateMetric(name, { status }))) {
      toast.success(t(retired ? 'metrics.brought_back' : 'metrics.retired', { label }));
    }
  };
  const remove = async () => {
    const { metric: left } = await api.deleteMetric(name);
    await refresh();
    toast.success(t(left === null ? 'metrics.deleted' : 'metrics.retired_instead', { label }));
  };
  return (
    <>
      {backtest}
      <button type="button" className="button button-quiet" disabled={busy} onClick={() => setAsking('merge')}>
        <Merge size={16} strokeWidth={1.5} aria-hidden="true" />
        {t('metrics.merge')}
      </button>
      <button type="button" className="button button-quiet" disabled={busy} onClick={() => void turn()}>
        {t(retired ? 'metrics.bring_back' : 'metrics.retire')}
      </button>
      <button type="button" className="button button-quiet" disabled={busy} onClick={() => setAsking('delete')}>
        {t('metrics.delete')}
      </button>
      {asking === 'merge' ? <MergeDialog metric={metric} metrics={metrics} onClose={() => setAsking(null)} /> : null}
      {asking === 'delete' ? (
        <ConfirmDialog
          title={t('metrics.delete.title', { label })}
          confirm={t('metrics.delete')}
          run={remove}
          onClose={() => setAsking(null)}
        >
          <p>{t('metrics.delete.hint')}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
