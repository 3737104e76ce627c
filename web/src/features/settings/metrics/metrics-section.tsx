// What the plant measures: names found in the data on top, then the catalogue.

import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useMay } from '../../../api/use-api.ts';
import { useText } from '../../../i18n/use-text.ts';
import { FormSkeleton, SectionFailed } from '../section-states.tsx';
import { useMachineTypes, useMetricCatalogue } from '../use-catalogue.ts';
import { AddMetricDialog } from './add-metric-dialog.tsx';
import { FoundMetrics } from './found-metrics.tsx';
import { MetricList } from './metric-list.tsx';
import '../../../styles/catalogue.css';

export function MetricsSection() {
  const { t } = useText();
  const mayConfigure = useMay('write:config');
  const metrics = useMetricCatalogue();
  const types = useMachineTypes();
  const [adding, setAdding] = useState(false);
  const groups = useMemo(
    () => [...new Set(metrics.data?.flatMap(({ group }) => group ?? []))].sort((a, b) => a.localeCompare(b)),
    [metrics.data],
  );
  if (metrics.data === undefined) {
    if (!metrics.isError) return <FormSkeleton />;
    return (
      <section className="card">
        <SectionFailed error={metrics.error} onRetry={metrics.refetch} />
      </section>
    );
  }
  const catalogue = { metrics: metrics.data, types: types.data ?? [], groups };
  return (
    <>
      <div className="section-tools">
        <span className="caption">{t('metrics.lead')}</span>
        <span className="flex-1" />
        {mayConfigure ? (
          <button type="button" className="button" onClick={() => setAdding(true)}>
            <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
            {t('metrics.add')}
          </button>
        ) : null}
      </div>
      <FoundMetrics {...catalogue} />
      <MetricList {...catalogue} />
      {adding ? <AddMetricDialog groups={groups} onClose={() => setAdding(false)} /> : null}
    </>
  );
}
