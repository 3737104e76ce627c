// What else is known of a metric: its names elsewhere, its states, who has limits of their own, and merges with their undo.

import type { MachineType, MetricDefinition } from '@gonsters/contract';
import { Link } from '@tanstack/react-router';
import { Undo2 } from 'lucide-react';
import { useApi, useMay } from '../../../api/use-api.ts';
import { keepPanelFilters } from '../../../components/domain/links.ts';
import { toast } from '../../../components/ui/toast.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useCatalogueChange } from '../use-catalogue.ts';

export function MetricFacts({ metric, types }: { metric: MetricDefinition; types: readonly MachineType[] }) {
  const { t, format } = useText();
  const withLimits = types.filter((type) => Object.keys(type.limits?.[metric.name] ?? {}).length > 0);
  // Which of its values mean running, idle, stopped or a fault is said there.
  const meanings = types.filter(({ state }) => state?.metric === metric.name);
  return (
    <div className="describe-facts">
      <p className="caption">
        {[
          t('metrics.sent_by', { count: metric.machines }),
          metric.aliases.length > 0 ? t('metrics.called', { names: metric.aliases.join(', ') }) : null,
          metric.updated_by === null
            ? null
            : t('settings.last_changed', {
                time: format.moment(Date.parse(metric.updated_at)),
                by: metric.updated_by,
              }),
        ]
          .filter((text) => text !== null)
          .join(' ')}
      </p>
      {metric.kind === 'gauge' || metric.kind === 'counter' ? (
        <p className="caption">
          {t(withLimits.length === 0 ? 'metrics.limits_for_all' : 'metrics.limits_but_for')}{' '}
          <TypeLinks types={withLimits} />
        </p>
      ) : null}
      {metric.is_free_text ? <p className="caption">{t('metrics.free_text')}</p> : null}
      {metric.states === null || metric.states.length === 0 ? null : (
        <div className="metric-states">
          <span className="caption">{t('metrics.states', { count: metric.states.length })}</span>
          <ul>
            {metric.states.map((state) => (
              <li key={state} className="chip">
                {state}
              </li>
            ))}
          </ul>
        </div>
      )}
      {metric.kind === 'state' || metric.kind === 'boolean' ? (
        <p className="caption">
          {t(meanings.length === 0 ? 'metrics.meaning.none' : 'metrics.meaning')} <TypeLinks types={meanings} />
        </p>
      ) : null}
      {metric.merged.map((name) => (
        <Merged key={name} name={name} into={metric.label} />
      ))}
    </div>
  );
}

function TypeLinks({ types }: { types: readonly MachineType[] }) {
  return types.map(({ name, label }, place) => (
    <span key={name}>
      {place === 0 ? null : ', '}
      <Link
        to="/settings/{-$section}"
        params={{ section: 'types' }}
        search={(search) => ({ ...keepPanelFilters(search), sensor: name })}
        className="link"
      >
        {label ?? name}
      </Link>
    </span>
  ));
}

function Merged({ name, into }: { name: string; into: string }) {
  const { t } = useText();
  const api = useApi();
  const mayConfigure = useMay('write:config');
  const { busy, run } = useCatalogueChange();
  const undo = async () => {
    if (await run(() => api.unmergeMetric(name))) toast.success(t('metrics.unmerged', { name, into }));
  };
  return (
    <p className="caption merged">
      {t('metrics.merged', { name })}
      {mayConfigure ? (
        <button type="button" className="button button-small button-quiet" disabled={busy} onClick={() => void undo()}>
          <Undo2 size={14} strokeWidth={1.5} aria-hidden="true" />
          {t('metrics.unmerge')}
        </button>
      ) : null}
    </p>
  );
}
