// The metrics of a type in their order and groups, and adding others.

import type { MetricDefinition } from '@gonsters/contract';
import { useState } from 'react';
import { Combobox } from '../../../components/ui/form/combobox.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { useReorder } from '../../../components/ui/form/use-reorder.ts';
import { useText } from '../../../i18n/use-text.ts';
import { ColumnHeads } from '../labelled-cell.tsx';
import { listed, moved, ownFields, type TypeDraft } from './type-draft.ts';
import { TypeMetricRow } from './type-metric-row.tsx';

const MOST_PROPOSED = 40;

export function TypeMetrics({
  sensorType,
  draft,
  metrics,
  readOnly,
  onChange,
}: {
  sensorType: string;
  draft: TypeDraft;
  metrics: readonly MetricDefinition[];
  readOnly: boolean;
  onChange: (draft: TypeDraft) => void;
}) {
  const { t } = useText();
  const [open, setOpen] = useState<string | null>(null);
  const reorder = useReorder((from, to) => {
    if (to >= 0 && to < draft.metrics.length) onChange({ ...draft, metrics: moved(draft.metrics, from, to) });
  });
  const known = new Map(metrics.map((metric) => [metric.name, metric]));
  const groupOf = (name: string) => ownFields(draft, name).fields.group ?? known.get(name)?.group ?? null;
  let group: string | null = null;
  return (
    <section className="type-metrics" aria-label={t('types.metrics')}>
      {draft.metrics.length === 0 ? <p className="card-note caption">{t('types.metrics.none')}</p> : null}
      {draft.metrics.length === 0 ? null : (
        <ColumnHeads
          className="type-metric"
          labels={[
            ...['', t('metrics.metric'), t('metrics.unit')],
            ...(['low_low', 'low', 'high', 'high_high'] as const).map((kind) => t(`metrics.limit.${kind}`)),
            t('types.origin'),
          ]}
        />
      )}
      <ul data-reorder>
        {draft.metrics.map(({ name }, place) => {
          const metric = known.get(name);
          if (metric === undefined) return null;
          const own = groupOf(name);
          const isFirst = own !== group;
          group = own;
          return [
            isFirst && own !== null ? (
              <li key={`${name} group`} className="list-group" {...reorder.row(place)}>
                {own}
              </li>
            ) : null,
            <TypeMetricRow
              sensorType={sensorType}
              key={name}
              metric={metric}
              place={place}
              draft={draft}
              readOnly={readOnly}
              open={open === name}
              reorder={reorder}
              onOpen={() => setOpen(open === name ? null : name)}
              onChange={onChange}
            />,
          ];
        })}
      </ul>
      {draft.metrics.length === 0 ? null : (
        <p className="caption legend">
          <span>
            <b>82</b> {t('types.legend.own')}
          </span>
          <span>50 {t('types.legend.plant')}</span>
        </p>
      )}
      <UnlistedLimits draft={draft} known={known} readOnly={readOnly} onChange={onChange} />
      {readOnly ? null : <AddMetric draft={draft} metrics={metrics} onChange={onChange} />}
    </section>
  );
}

/** The type may limit a metric that it does not list. */
function UnlistedLimits({
  draft,
  known,
  readOnly,
  onChange,
}: {
  draft: TypeDraft;
  known: ReadonlyMap<string, MetricDefinition>;
  readOnly: boolean;
  onChange: (draft: TypeDraft) => void;
}) {
  const { t } = useText();
  const names = Object.keys(draft.limits ?? {}).filter((name) => !draft.metrics.some((metric) => metric.name === name));
  if (names.length === 0) return null;
  return (
    <div className="unlisted">
      <span>{t('types.unlisted_limits')}</span>
      {names.map((name) => {
        const label = known.get(name)?.label ?? name;
        return readOnly ? (
          <b key={name}>{label}</b>
        ) : (
          <button
            key={name}
            type="button"
            className="button button-small"
            onClick={() => onChange(listed(draft, name))}
          >
            {t('types.list_it', { label })}
          </button>
        );
      })}
    </div>
  );
}

function AddMetric({
  draft,
  metrics,
  onChange,
}: {
  draft: TypeDraft;
  metrics: readonly MetricDefinition[];
  onChange: (draft: TypeDraft) => void;
}) {
  const { t } = useText();
  const [text, setText] = useState('');
  const words = text.trim().toLowerCase();
  const others = metrics.filter(
    ({ name, label, group, status }) =>
      status !== 'retired' &&
      !draft.metrics.some((metric) => metric.name === name) &&
      [name, label, group ?? ''].some((each) => each.toLowerCase().includes(words)),
  );
  return (
    <div className="add-metric">
      <Field label={t('types.add_metric')}>
        {(field) => (
          <Combobox
            field={field}
            text={text}
            placeholder={t('metrics.search')}
            note={t('metrics.none_match')}
            options={others.slice(0, MOST_PROPOSED).map(({ name, label, unit }) => ({
              ...{ value: name, label },
              detail: unit === null ? name : `${name}, ${unit}`,
            }))}
            onType={setText}
            onPick={({ value }) => {
              setText('');
              onChange(listed(draft, value));
            }}
          />
        )}
      </Field>
    </div>
  );
}
