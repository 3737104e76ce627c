// One metric of a type: the limits in force with their origin, and in its open row every field that may differ from the plant's.

import { ASCENDING_LIMITS, type LimitKind, limitSources, type MetricDefinition } from '@gonsters/contract';
import { ChevronDown, GripVertical, Undo2 } from 'lucide-react';
import type { useReorder } from '../../../components/ui/form/use-reorder.ts';
import { useText } from '../../../i18n/use-text.ts';
import { Cell } from '../labelled-cell.tsx';
import { isNumeric } from '../metrics/metric-draft.ts';
import { inShownUnit, plainNumber, shownUnit } from '../metrics/metric-text.ts';
import { ownFields, type TypeDraft, withoutOverrides } from './type-draft.ts';
import { TypeMetricFields } from './type-metric-fields.tsx';

export function TypeMetricRow({
  sensorType,
  metric,
  place,
  draft,
  readOnly,
  open,
  reorder,
  onOpen,
  onChange,
}: {
  sensorType: string;
  metric: MetricDefinition;
  place: number;
  draft: TypeDraft;
  readOnly: boolean;
  open: boolean;
  reorder: ReturnType<typeof useReorder>;
  onOpen: () => void;
  onChange: (draft: TypeDraft) => void;
}) {
  const { t, format } = useText();
  const { fields, limits } = ownFields(draft, metric.name);
  const label = fields.label ?? metric.label;
  const isOwn = Object.keys(fields).length + Object.keys(limits).length > 0;
  const sources = limitSources([limits, metric.limits], metric.is_built_in);
  const limit = (kind: LimitKind) => {
    const source = isNumeric(metric.kind) ? sources[kind] : null;
    return (
      <Cell key={kind} label={t(`metrics.limit.${kind}`)} className={source?.rule === 0 ? 'limit' : 'limit inherited'}>
        {source === null ? '–' : plainNumber(format, inShownUnit(metric, source.value))}
      </Cell>
    );
  };
  return (
    <li className={open ? 'is-open' : ''} {...reorder.row(place)}>
      <div className="list-row type-metric">
        {readOnly ? (
          <span />
        ) : (
          <button
            type="button"
            className="grip"
            aria-label={t('types.move', { label, place: place + 1, count: draft.metrics.length })}
            {...reorder.handle(place)}
          >
            <GripVertical size={16} strokeWidth={1.5} aria-hidden="true" />
          </button>
        )}
        <div className="cell cell-main">
          <b>{label}</b>
          <span className="caption">{metric.name}</span>
        </div>
        <Cell label={t('metrics.unit')}>{shownUnit(metric) || '–'}</Cell>
        {ASCENDING_LIMITS.map(limit)}
        <Cell label={t('types.origin')}>
          <span className={isOwn ? 'tag tag-own' : 'tag tag-plant'}>{t(isOwn ? 'types.this' : 'types.plant')}</span>
        </Cell>
        <div className="cell-buttons">
          {isOwn && !readOnly ? (
            <button
              type="button"
              className="button button-quiet button-icon button-small"
              aria-label={t('types.back_to_plant', { label })}
              title={t('types.back_to_plant', { label })}
              onClick={() => onChange(withoutOverrides(draft, metric.name))}
            >
              <Undo2 size={16} strokeWidth={1.5} />
            </button>
          ) : null}
          <button
            type="button"
            className="button button-quiet button-icon button-small fold-button"
            aria-expanded={open}
            aria-label={t('metrics.open', { label })}
            onClick={onOpen}
          >
            <ChevronDown size={16} strokeWidth={1.5} />
          </button>
        </div>
      </div>
      {open ? (
        <TypeMetricFields
          sensorType={sensorType}
          metric={metric}
          draft={draft}
          readOnly={readOnly}
          onChange={onChange}
        />
      ) : null}
    </li>
  );
}
