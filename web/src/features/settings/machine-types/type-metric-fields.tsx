// What a type may set of one metric. An empty field is the plant's, which stands in it in grey; what is set has a way back.

import { ASCENDING_LIMITS, limitSources, type MetricDefinition } from '@gonsters/contract';
import { Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { BacktestLink } from '../../../components/domain/limits/backtest-link.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { NumberInput } from '../../../components/ui/form/number-input.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { isNumeric } from '../metrics/metric-draft.ts';
import { plainNumber } from '../metrics/metric-text.ts';
import { limited, type Override, overridden, ownFields, type TypeDraft, unlisted } from './type-draft.ts';

export function TypeMetricFields({
  sensorType,
  metric,
  draft,
  readOnly,
  onChange,
}: {
  sensorType: string;
  metric: MetricDefinition;
  draft: TypeDraft;
  readOnly: boolean;
  onChange: (draft: TypeDraft) => void;
}) {
  const { t, format } = useText();
  const { name } = metric;
  const { fields, limits } = ownFields(draft, name);
  const set = (change: Override) => onChange(overridden(draft, name, change));
  const numeric = isNumeric(metric.kind);
  const plant = limitSources([metric.limits], metric.is_built_in);
  const shown = (value: number | null | undefined) => (value == null ? t('settings.none') : plainNumber(format, value));
  const text = (field: 'label' | 'group', label: string) => (
    <OwnField label={label} isOwn={fields[field] != null} readOnly={readOnly} onBack={() => set({ [field]: null })}>
      {(id) => (
        <span className="input">
          <input
            id={id}
            maxLength={field === 'label' ? 100 : 50}
            autoComplete="off"
            disabled={readOnly}
            placeholder={metric[field] ?? t('settings.none')}
            value={fields[field] ?? ''}
            onChange={(event) => set({ [field]: event.target.value || null })}
          />
        </span>
      )}
    </OwnField>
  );
  const number = (field: 'decimals' | 'min' | 'max') => (
    <OwnField
      label={t(`metrics.${field}`)}
      isOwn={fields[field] != null}
      readOnly={readOnly}
      onBack={() => set({ [field]: null })}
    >
      {(id) => (
        <NumberInput
          id={id}
          disabled={readOnly}
          value={fields[field] ?? null}
          placeholder={shown(metric[field])}
          suffix={field === 'decimals' ? '' : (metric.unit ?? '')}
          onChange={(value) => set({ [field]: value })}
        />
      )}
    </OwnField>
  );
  return (
    <div className="describe">
      {numeric ? <BacktestLink metric={name} label={metric.label} sensorType={sensorType} /> : null}
      <div className="metric-fields">
        {text('label', t('metrics.label'))}
        {text('group', t('metrics.group'))}
        {numeric ? (
          <>
            {number('decimals')}
            {number('min')}
            {number('max')}
            {ASCENDING_LIMITS.map((kind) => (
              <OwnField
                key={kind}
                label={t(`metrics.limit.${kind}`)}
                isOwn={limits[kind] != null}
                readOnly={readOnly}
                onBack={() => onChange(limited(draft, name, kind, null))}
              >
                {(id) => (
                  <NumberInput
                    id={id}
                    disabled={readOnly}
                    value={limits[kind] ?? null}
                    placeholder={shown(plant[kind]?.value)}
                    suffix={metric.unit ?? ''}
                    onChange={(value) => onChange(limited(draft, name, kind, value))}
                  />
                )}
              </OwnField>
            ))}
          </>
        ) : null}
      </div>
      {readOnly ? null : (
        <div className="describe-foot">
          <span className="caption">{t('types.empty_is_plant')}</span>
          <span className="flex-1" />
          <button type="button" className="button button-quiet" onClick={() => onChange(unlisted(draft, name))}>
            {t('types.unlist')}
          </button>
        </div>
      )}
    </div>
  );
}

function OwnField({
  label,
  isOwn,
  readOnly,
  onBack,
  children,
}: {
  label: string;
  isOwn: boolean;
  readOnly: boolean;
  onBack: () => void;
  children: (id: string) => ReactNode;
}) {
  const { t } = useText();
  return (
    <Field
      label={
        <>
          {label} <span className="caption">{t(isOwn ? 'types.this' : 'types.plant')}</span>
        </>
      }
    >
      {({ id }) => (
        <span className="own-field">
          {children(id)}
          {isOwn && !readOnly ? (
            <button
              type="button"
              className="button button-quiet button-icon button-small"
              aria-label={t('types.back_to_plant', { label })}
              title={t('types.back_to_plant', { label })}
              onClick={onBack}
            >
              <Undo2 size={14} strokeWidth={1.5} />
            </button>
          ) : null}
        </span>
      )}
    </Field>
  );
}
