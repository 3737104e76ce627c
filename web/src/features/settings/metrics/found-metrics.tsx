// The metrics that were found in the data: newest value, where from, how often; described, merged or accepted in their row.

import type { MetricDefinition } from '@gonsters/contract';
import { Check, Inbox } from 'lucide-react';
import { useState } from 'react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { Cell } from '../labelled-cell.tsx';
import { useCatalogueChange } from '../use-catalogue.ts';
import { DiscoveryChoice } from './discovery-choice.tsx';
import { type CatalogueProps, MetricEntry } from './metric-entry.tsx';
import { newestText, shownUnit } from './metric-text.ts';
import { TwinNote } from './twin-note.tsx';

const FIRST_SHOWN = 8;

export function FoundMetrics(catalogue: CatalogueProps) {
  const { metrics } = catalogue;
  const { t } = useText();
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const found = metrics.filter(({ status }) => status === 'discovered' || status === 'pending');
  const shown = all ? found : found.slice(0, FIRST_SHOWN);
  return (
    <section className="card" aria-label={t('metrics.found')}>
      <div className="card-head list-head-tools">
        <h2>{t('metrics.found')}</h2>
        <span className="caption">{found.length > 0 ? t('metrics.found.count', { count: found.length }) : null}</span>
        <span className="flex-1" />
        <DiscoveryChoice />
      </div>
      {found.length === 0 ? (
        <StateMessage icon={Inbox} title={t('metrics.found.none')}>
          {t('metrics.found.none.hint')}
        </StateMessage>
      ) : null}
      <ul>
        {shown.map((metric) => (
          <MetricEntry
            key={metric.name}
            metric={metric}
            catalogue={catalogue}
            open={open === metric.name}
            onClose={() => setOpen(null)}
          >
            <FoundRow
              metric={metric}
              open={open === metric.name}
              onOpen={() => setOpen(open === metric.name ? null : metric.name)}
            />
            <TwinNote metric={metric} metrics={metrics} />
          </MetricEntry>
        ))}
      </ul>
      {shown.length < found.length ? (
        <button type="button" className="button button-quiet card-more" onClick={() => setAll(true)}>
          {t('metrics.more', { count: found.length - shown.length })}
        </button>
      ) : null}
    </section>
  );
}

function FoundRow({ metric, open, onOpen }: { metric: MetricDefinition; open: boolean; onOpen: () => void }) {
  const { t, format } = useText();
  const api = useApi();
  const mayAccept = useMay('write:machines');
  const { busy, run } = useCatalogueChange();
  const { newest, discovered } = metric;
  const accept = async () => {
    if (await run(() => api.acceptMetric(metric.name))) toast.success(t('metrics.described', { label: metric.label }));
  };
  const gateway = newest?.gateway_name ?? discovered?.gateway_name ?? null;
  const action = t(open ? 'metrics.close' : mayAccept ? 'metrics.describe' : 'metrics.details');
  const machines = t('alerts.machines', { count: metric.machines });
  return (
    <div className="list-row found">
      <div className="cell cell-main">
        <b>
          {metric.label}
          <span className="tag tag-new">{t(metric.status === 'pending' ? 'metrics.pending' : 'metrics.new')}</span>
        </b>
        <span className="caption">
          {t('metrics.called', { names: discovered?.field ?? metric.name })}
          {metric.kind === 'gauge' ? null : ` · ${t(`metrics.kind.${metric.kind}`)}`}
        </span>
      </div>
      <Cell label={t('metrics.newest')} className="found-value">
        {newestText(t, format, metric)}
        {typeof newest?.value !== 'number' ? null : (
          <small className="unit">{`\u00a0${shownUnit(metric) || '?'}`}</small>
        )}
      </Cell>
      <Cell label={t('metrics.from')} className="caption">
        {gateway === null ? machines : `${gateway}, ${machines}`}
      </Cell>
      <Cell label={t('metrics.how_often')} className="caption">
        {newest?.every_seconds == null ? '—' : t('metrics.every', { time: format.age(newest.every_seconds * 1000) })}
      </Cell>
      <div className="cell-buttons">
        {mayAccept && !open ? (
          <button
            type="button"
            className="button button-small button-quiet"
            disabled={busy}
            aria-label={t('metrics.accept_label', { label: metric.label })}
            onClick={() => void accept()}
          >
            <Check size={14} strokeWidth={1.5} aria-hidden="true" />
            {t('metrics.accept')}
          </button>
        ) : null}
        <button
          type="button"
          className="button button-small"
          aria-expanded={open}
          aria-label={`${action}: ${metric.label}`}
          onClick={onOpen}
        >
          {action}
        </button>
      </div>
    </div>
  );
}
