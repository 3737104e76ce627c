// How a value is read as a metric: which one, its unit, how numbers are written, and what values mean.

import { METRIC_KINDS, type MetricDefinition, type ProfileValueRule } from '@gonsters/contract';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../../../api/use-api.ts';
import { Combobox } from '../../../../components/ui/form/combobox.tsx';
import { Field } from '../../../../components/ui/form/field.tsx';
import { NumberInput } from '../../../../components/ui/form/number-input.tsx';
import { SelectField, SwitchField, TextField } from '../../../../components/ui/form/text-field.tsx';
import { nameOf } from '../../metrics/metric-draft.ts';
import { UnitField } from '../../metrics/unit-field.tsx';
import { metricCalled, metricProposals } from '../model/metric-proposals.ts';
import type { ProfileEdit } from '../model/profile-draft.ts';
import { asMetric, type Meaning, type MessageValue } from '../model/rule-edit.ts';
import type { SeenValues } from '../model/seen-values.ts';
import { useIncomingText } from '../use-incoming-text.ts';
import { StateFields } from './state-fields.tsx';

export function MetricForm({
  chosen,
  edit,
  meaning,
  called,
  seen,
  metrics,
  onChange,
}: {
  chosen: MessageValue;
  edit: ProfileEdit;
  meaning: Meaning & { is: 'metric' };
  called: string;
  seen: SeenValues;
  metrics: readonly MetricDefinition[];
  onChange: (change: Partial<ProfileEdit>) => void;
}) {
  const { t, say, format } = useIncomingText();
  const mayAdd = useMay('write:config');
  const name = meaning.metric ?? meaning.name;
  const metric = metricCalled(metrics, name);
  const added = edit.metrics[name];
  const [typed, setTyped] = useState<string | null>(null);
  const set = (change: Partial<ProfileValueRule>) => onChange({ rule: asMetric(edit.rule, chosen, change) });
  const text = typed ?? metric?.label ?? added?.label ?? name;
  const newName = nameOf(text);
  const proposals = metricProposals(metrics, called, typed ?? '');
  const options = [
    ...proposals.map((each) => ({
      ...{ value: each.name, label: each.label, isNew: false },
      detail: each.unit ?? (each.kind === 'gauge' ? '' : t(`metrics.kind.${each.kind}`)),
    })),
    ...(newName === '' || proposals.some((each) => each.name === newName)
      ? []
      : [{ value: newName, label: say('metric.new', { label: text.trim() }), detail: newName, isNew: true }]),
  ];
  const pick = (picked: { value: string; isNew: boolean }) => {
    setTyped(null);
    const rule = asMetric(edit.rule, chosen, { metric: picked.value });
    const made = { label: text.trim(), kind: 'gauge' as const };
    onChange({ rule, ...(picked.isNew ? { metrics: { ...edit.metrics, [picked.value]: made } } : {}) });
  };
  const kind = metric?.kind ?? added?.kind ?? 'gauge';
  const unit = meaning.value.unit && 'constant' in meaning.value.unit ? meaning.value.unit.constant : '';
  const isNumeric = kind === 'gauge' || kind === 'counter';
  // How a list of names and values is read is the same for all of them.
  const isListed = meaning.value.name !== undefined;
  const writesText = typeof chosen.value === 'string' || meaning.value.decimal_text !== undefined;
  return (
    <>
      <Field label={say('metric')} hint={metricHint()}>
        {(field) => (
          <Combobox
            field={field}
            text={text}
            options={options}
            note={say('metric.none')}
            onType={setTyped}
            onPick={pick}
          />
        )}
      </Field>
      <div className="two-fields">
        {isNumeric && !isListed ? (
          <UnitField
            label={say('metric.unit')}
            value={unit}
            fault={undefined}
            onChange={(next) => set({ unit: next.trim() === '' ? undefined : { constant: next.trim() } })}
          />
        ) : null}
        {metric === null && mayAdd ? (
          <SelectField
            label={say('metric.kind')}
            value={kind}
            choices={METRIC_KINDS.map((value) => ({ value, label: t(`metrics.kind.${value}`) }))}
            onChange={(next) =>
              onChange({ metrics: { ...edit.metrics, [name]: { label: added?.label ?? text, kind: next } } })
            }
          />
        ) : null}
      </div>
      {writesText && isNumeric ? (
        <SwitchField
          label={say('metric.comma')}
          hint={say('metric.comma.seen', { commas: seen.commas, count: seen.count })}
          checked={meaning.value.decimal_text === 'comma' || meaning.value.decimal_text === 'either'}
          onChange={(on) => set({ decimal_text: on ? 'comma' : 'point' })}
        />
      ) : null}
      {isNumeric || isListed ? null : (
        <StateFields
          states={meaning.value.states ?? {}}
          known={metric?.states ?? []}
          different={seen.different}
          onChange={(states) => set({ states })}
        />
      )}
      {isListed ? null : <Further value={meaning.value} isNumeric={isNumeric} onChange={set} />}
    </>
  );

  function metricHint(): string {
    if (metric === null) return added && mayAdd ? say('metric.is_new') : say('metric.is_found', { name });
    const machines = say('metric.on_machines', { count: metric.machines });
    if (metric.min === null || metric.max === null || metric.machines === 0) return machines;
    const range = { min: format.number(metric.min), max: format.number(metric.max), unit: metric.unit ?? '' };
    return `${machines} ${say('metric.plausible', range)}`;
  }
}

/** What is needed seldom. */
function Further({
  value,
  isNumeric,
  onChange,
}: {
  value: ProfileValueRule;
  isNumeric: boolean;
  onChange: (change: Partial<ProfileValueRule>) => void;
}) {
  const { say } = useIncomingText();
  const [scale, setScale] = useState<number | null>(value.scale ?? null);
  const [offset, setOffset] = useState<number | null>(value.offset ?? null);
  const [sentinels, setSentinels] = useState((value.sentinels ?? []).join('; '));
  const isUsed = value.scale !== undefined || value.offset !== undefined || (value.sentinels?.length ?? 0) > 0;
  const given = (number: number | null) => (number === null || Number.isNaN(number) ? undefined : number);
  return (
    <details className="further" open={isUsed || undefined}>
      <summary>
        <ChevronRight size={14} strokeWidth={1.5} aria-hidden="true" />
        {say('metric.further')}
      </summary>
      <div className="further-fields">
        {isNumeric ? (
          <div className="two-fields">
            <Field label={say('metric.scale')}>
              {({ id }) => (
                <NumberInput
                  id={id}
                  value={scale}
                  placeholder="1"
                  onChange={(next) => {
                    setScale(next);
                    onChange({ scale: given(next) });
                  }}
                />
              )}
            </Field>
            <Field label={say('metric.offset')}>
              {({ id }) => (
                <NumberInput
                  id={id}
                  value={offset}
                  placeholder="0"
                  onChange={(next) => {
                    setOffset(next);
                    onChange({ offset: given(next) });
                  }}
                />
              )}
            </Field>
          </div>
        ) : null}
        <TextField
          label={say('metric.sentinels')}
          hint={say('metric.sentinels.hint')}
          value={sentinels}
          onChange={(text) => {
            setSentinels(text);
            const values = sentinelsOf(text);
            onChange({ sentinels: values.length === 0 ? undefined : values });
          }}
        />
      </div>
    </details>
  );
}

/** `32767; -127; n/a`: numbers where they are, else texts. */
const sentinelsOf = (text: string): (number | string)[] =>
  text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (/^[-+]?\d+([.,]\d+)?$/.test(part) ? Number(part.replace(',', '.')) : part));
