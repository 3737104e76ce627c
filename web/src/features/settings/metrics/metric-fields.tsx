// The fields that describe a metric. Those that need write:config are texts for others.

import { ASCENDING_LIMITS, METRIC_KINDS, type MetricDefinition, UNITS } from '@gonsters/contract';
import { type ReactNode, useId } from 'react';
import { Field } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { SelectField, TextField } from '../../../components/ui/form/text-field.tsx';
import { parseNumber } from '../../../i18n/parse-number.ts';
import { useText } from '../../../i18n/use-text.ts';
import { derivedHighHigh, isNumeric, type MetricDraft, quantityOfUnit } from './metric-draft.ts';
import { inShownUnit, plainNumber, shownUnit } from './metric-text.ts';
import { UnitField } from './unit-field.tsx';

export interface MetricFieldsProps {
  /** null: a new one. */
  metric: MetricDefinition | null;
  draft: MetricDraft;
  faults: Readonly<Record<string, string>>;
  /** Known groups, as proposals. */
  groups: readonly string[];
  mayConfigure: boolean;
  onChange: (change: Partial<MetricDraft>) => void;
}

export function MetricFields({ metric, draft, faults, groups, mayConfigure, onChange }: MetricFieldsProps) {
  const { t } = useText();
  const id = useId();
  const numeric = isNumeric(draft.kind);
  const builtIn = metric?.is_built_in === true;
  const text = (field: keyof MetricDraft, label: string, extra: { hint?: ReactNode; list?: string } = {}) => (
    <TextField
      label={label}
      value={draft[field]}
      fault={faults[field]}
      onChange={(value) => onChange({ [field]: value })}
      {...extra}
    />
  );
  const lines = (field: 'states' | 'aliases', label: 'metrics.states.add' | 'metrics.aliases') => (
    <Field label={t(label)} hint={t(`${label}.hint`)} fault={faults[field]}>
      {(props) => (
        <textarea
          {...props}
          className={`input ${faults[field] ? 'input-invalid' : ''}`}
          rows={2}
          autoCapitalize="none"
          spellCheck={false}
          value={draft[field]}
          onChange={(event) => onChange({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="metric-fields">
      <datalist id={`${id}-groups`}>
        {groups.map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
      {text('label', t('metrics.label'))}
      {metric === null ? text('name', t('metrics.name'), { hint: t('metrics.name.hint') }) : null}
      {text('group', t('metrics.group'), { list: `${id}-groups` })}
      {mayConfigure && !builtIn ? (
        <Field label={t('metrics.kind')} fault={faults.kind}>
          {() => (
            <Segments
              label={t('metrics.kind')}
              value={draft.kind}
              choices={METRIC_KINDS.map((kind) => ({ value: kind, label: t(`metrics.kind.${kind}`) }))}
              onChoose={(kind) => onChange({ kind })}
            />
          )}
        </Field>
      ) : null}
      {numeric && mayConfigure && !builtIn ? (
        <UnitField
          label={t('metrics.unit')}
          value={draft.unit}
          fault={faults.unit ?? faults.unit_code}
          onChange={(unit) => onChange({ unit })}
        />
      ) : null}
      {numeric && mayConfigure ? (
        <DisplayUnit metric={metric} draft={draft} faults={faults} onChange={onChange} />
      ) : null}
      {numeric ? text('decimals', t('metrics.decimals')) : null}
      {numeric && mayConfigure ? (
        <>
          <NumberField {...{ metric, draft, faults, onChange }} field="min" label={t('metrics.min')} />
          <NumberField {...{ metric, draft, faults, onChange }} field="max" label={t('metrics.max')} />
          {ASCENDING_LIMITS.map((kind) => (
            <NumberField
              key={kind}
              {...{ metric, draft, faults, onChange }}
              field={kind}
              label={t(`metrics.limit.${kind}`)}
            />
          ))}
        </>
      ) : null}
      {mayConfigure && draft.kind === 'state' ? lines('states', 'metrics.states.add') : null}
      {mayConfigure ? lines('aliases', 'metrics.aliases') : null}
      <div className="metric-field-wide">{text('description', t('metrics.description'))}</div>
    </div>
  );
}

function DisplayUnit({
  metric,
  draft,
  faults,
  onChange,
}: Pick<MetricFieldsProps, 'metric' | 'draft' | 'faults' | 'onChange'>) {
  const { t } = useText();
  const quantity = quantityOfUnit(draft.unit, metric);
  if (quantity === null) return null;
  const choices = UNITS.filter((unit) => unit.quantity === quantity && unit.symbol !== draft.unit.trim());
  return (
    <SelectField
      label={t('metrics.display_unit')}
      fault={faults.display_unit}
      value={draft.display_unit}
      choices={[
        { value: '', label: t('metrics.display_unit.stored', { unit: draft.unit }) },
        ...choices.map(({ code, symbol }) => ({ value: code, label: symbol })),
      ]}
      onChange={(code) => onChange({ display_unit: code })}
    />
  );
}

/** In the unit in which values are stored, with what it is in the one in which they are shown. */
function NumberField({
  metric,
  draft,
  faults,
  field,
  label,
  onChange,
}: Pick<MetricFieldsProps, 'metric' | 'draft' | 'faults' | 'onChange'> & {
  field: 'min' | 'max' | (typeof ASCENDING_LIMITS)[number];
  label: string;
}) {
  const { t, format, language } = useText();
  const value = parseNumber(draft[field], language);
  const other = draft.display_unit !== '' && metric !== null && value !== null && !Number.isNaN(value);
  const shown = other ? { ...metric, display_unit: draft.display_unit } : null;
  const derived = field === 'high_high' && value === null ? derivedHighHigh(draft, language) : null;
  const hint =
    derived !== null
      ? t('metrics.derived', { value: `${plainNumber(format, derived)}\u00a0${draft.unit}` })
      : shown === null || value === null
        ? undefined
        : `= ${plainNumber(format, inShownUnit(shown, value))}\u00a0${shownUnit(shown)}`;
  return (
    <Field label={label} fault={faults[field] ?? faults[`limits.${field}`]} hint={hint}>
      {(props) => (
        <span className={`input ${props['aria-invalid'] ? 'input-invalid' : ''}`}>
          <input
            {...props}
            inputMode="decimal"
            autoComplete="off"
            placeholder={t('settings.none')}
            value={draft[field]}
            onChange={(event) => onChange({ [field]: event.target.value })}
          />
          <span className="suffix" aria-hidden="true">
            {draft.unit}
          </span>
        </span>
      )}
    </Field>
  );
}
