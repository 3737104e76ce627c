// The metrics of the catalogue in their groups, with the plant-wide limits; each is described in its row.

import { ASCENDING_LIMITS, type MetricDefinition } from '@gonsters/contract';
import { ChevronDown, Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { SearchField } from '../../../components/ui/form/search-field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { StateMessage } from '../../../components/ui/state-message.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Cell, ColumnHeads } from '../labelled-cell.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';
import { isNumeric } from './metric-draft.ts';
import { type CatalogueProps, MetricEntry } from './metric-entry.tsx';
import { metricGroups, type Shown } from './metric-groups.ts';
import { plantLimit, shownUnit } from './metric-text.ts';

const FIRST_SHOWN = 100;

export function MetricList(catalogue: CatalogueProps) {
  const { metrics, types } = catalogue;
  const { t } = useText();
  const { search, narrow } = useSettingsSearch();
  const [shown, setShown] = useState<Shown>('active');
  const [most, setMost] = useState(FIRST_SHOWN);
  const find = search.find ?? '';
  const [open, setOpen] = useState(search.metric ?? null);
  const listed = useMemo(() => metricGroups(metrics, find, shown), [metrics, find, shown]);
  const count = listed.reduce((sum, group) => sum + group.metrics.length, 0);
  let left = most;
  return (
    <section className="card" aria-label={t('metrics.catalogue')}>
      <div className="card-head list-head-tools">
        <h2>{t('metrics.catalogue')}</h2>
        <span className="caption">{t('metrics.count', { count })}</span>
        <span className="flex-1" />
        <Segments
          label={t('metrics.status')}
          value={shown}
          choices={(['active', 'retired', 'all'] as const).map((value) => ({
            ...{ value, label: t(`metrics.status.${value}`) },
          }))}
          onChoose={setShown}
        />
        <SearchField label={t('metrics.search')} value={find} onFind={(next) => narrow({ find: next })} />
      </div>
      {count === 0 ? <StateMessage icon={Search} title={t('metrics.none_match')} /> : null}
      {count === 0 ? null : (
        <ColumnHeads
          className="metric-row"
          labels={[
            ...[t('metrics.metric'), t('metrics.unit'), t('metrics.kind')],
            ...ASCENDING_LIMITS.map((kind) => t(`metrics.limit.${kind}`)),
            t('metrics.also'),
          ]}
        />
      )}
      {listed.map((group) => {
        const part = group.metrics.slice(0, Math.max(0, left));
        left -= part.length;
        if (part.length === 0) return null;
        return (
          <section key={group.key} aria-label={group.name ?? t(`metrics.group.${group.key as 'built_in' | 'other'}`)}>
            <h3 className="list-group">
              {group.name ?? t(`metrics.group.${group.key as 'built_in' | 'other'}`)}{' '}
              <span className="caption">{group.metrics.length}</span>
            </h3>
            <ul>
              {part.map((metric) => (
                <MetricEntry
                  key={metric.name}
                  metric={metric}
                  catalogue={catalogue}
                  open={open === metric.name}
                  onClose={() => setOpen(null)}
                >
                  <MetricRow
                    metric={metric}
                    open={open === metric.name}
                    onOpen={() => setOpen(open === metric.name ? null : metric.name)}
                    types={types.filter((type) => Object.keys(type.limits?.[metric.name] ?? {}).length > 0).length}
                  />
                </MetricEntry>
              ))}
            </ul>
          </section>
        );
      })}
      {count > most ? (
        <button type="button" className="button button-quiet card-more" onClick={() => setMost(count)}>
          {t('metrics.more', { count: count - most })}
        </button>
      ) : null}
    </section>
  );
}

function MetricRow({
  metric,
  open,
  types,
  onOpen,
}: {
  metric: MetricDefinition;
  open: boolean;
  /** How many types have limits of their own. */
  types: number;
  onOpen: () => void;
}) {
  const { t, format } = useText();
  const { unit, kind } = metric;
  const numeric = isNumeric(kind);
  const shown = shownUnit(metric);
  return (
    <div className={`list-row metric-row ${metric.status === 'retired' ? 'is-off' : ''}`}>
      <div className="cell cell-main">
        <b>
          {metric.label}
          {metric.status === 'retired' ? <span className="tag">{t('metrics.status.retired')}</span> : null}
        </b>
        <span className="caption">{metric.name}</span>
      </div>
      <Cell label={t('metrics.unit')}>
        {shown || '–'}
        {unit !== null && shown !== unit ? <span className="caption"> {t('metrics.stored_in', { unit })}</span> : null}
      </Cell>
      <Cell label={t('metrics.kind')}>
        {t(`metrics.kind.${kind}`)}
        {metric.states === null ? null : (
          <span className="caption"> {t('metrics.values', { count: metric.states.length })}</span>
        )}
      </Cell>
      {ASCENDING_LIMITS.map((limit) => {
        const { text, derived } = numeric ? plantLimit(format, metric, limit) : { text: '–', derived: true };
        return (
          <Cell key={limit} label={t(`metrics.limit.${limit}`)} className={derived ? 'limit inherited' : 'limit'}>
            {text}
          </Cell>
        );
      })}
      <Cell label={t('metrics.also')} className="caption">
        {types === 0 ? t('metrics.also.none') : t('metrics.also.types', { count: types })}
      </Cell>
      <button
        type="button"
        className="button button-quiet button-icon button-small cell-action fold-button"
        aria-expanded={open}
        aria-label={t('metrics.open', { label: metric.label })}
        onClick={onOpen}
      >
        <ChevronDown size={16} strokeWidth={1.5} aria-hidden="true" />
      </button>
    </div>
  );
}
