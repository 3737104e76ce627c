// The field of one limit, and below it the limit in force and the rule that it comes from.

import { type LimitKind, type LimitRule, type MachineLimits, METRICS } from '@gonsters/contract';
import type { Format } from '../../../i18n/format.ts';
import { numberInput } from '../../../i18n/parse-number.ts';
import { type Texts, useText } from '../../../i18n/use-text.ts';
import { Field } from '../../ui/form/field.tsx';
import { draftSources, type LimitFault } from './limit-draft.ts';

/** A wider rule, which counts where nothing more specific is set. */
export interface WiderLimits {
  from: 'sensor_type' | 'plant';
  limits: MachineLimits;
}

export function LimitField({
  metric,
  kind,
  draft,
  wider,
  text,
  readOnly,
  fault,
  onChange,
  onTyping,
}: {
  metric: number;
  kind: LimitKind;
  /** The limits of this metric as they would be saved. */
  draft: LimitRule;
  wider: readonly WiderLimits[];
  /** As typed; undefined where it was not edited. */
  text: string | undefined;
  readOnly: boolean;
  fault: LimitFault | undefined;
  onChange: (text: string) => void;
  onTyping: (typing: boolean) => void;
}) {
  const texts = useText();
  const { t, format, language } = texts;
  const definition = METRICS[metric] as (typeof METRICS)[number];
  const rules = wider.map(({ limits }) => limits);
  const own = draft[kind] ?? null;
  const inForce = draftSources(draft, rules, definition.name)[kind];
  // The limit that would apply without the one that is set here.
  const inherited = own === null ? inForce : draftSources({ ...draft, [kind]: null }, rules, definition.name)[kind];
  const number = (value: number) => shownLimit(format, value);
  const words = (source: NonNullable<typeof inForce>) =>
    source.rule === 'high'
      ? t('limits.from_high')
      : source.rule === 0
        ? t('limits.own')
        : t(`limits.from_${wider[source.rule - 1]?.from ?? 'plant'}`);
  const origin =
    inherited === null
      ? own === null
        ? ''
        : t('limits.own')
      : own === null
        ? words(inherited)
        : t('limits.instead', { value: number(inherited.value), source: words(inherited) });
  if (readOnly) {
    return (
      <dl className="field">
        <dt className="label">{t(`limit.${kind}`)}</dt>
        <dd>{inForce === null ? t('limits.none') : `${number(inForce.value)} ${definition.unit}`}</dd>
        {origin === '' ? null : <dd className="caption">{origin}</dd>}
      </dl>
    );
  }
  return (
    <Field
      label={t(`limit.${kind}`)}
      hint={origin}
      fault={fault === undefined ? '' : faultWords(texts, fault, definition.unit)}
    >
      {(field) => (
        <span className={`input ${fault === undefined ? '' : 'input-invalid'}`}>
          <input
            {...field}
            inputMode="decimal"
            autoComplete="off"
            placeholder={inForce === null || own !== null ? t('limits.none') : number(inForce.value)}
            value={text ?? numberInput(own, language)}
            onChange={(event) => onChange(event.target.value)}
            onFocus={() => onTyping(true)}
            onBlur={() => onTyping(false)}
          />
          <span className="unit" aria-hidden="true">
            {definition.unit}
          </span>
        </span>
      )}
    </Field>
  );
}

/** As many digits as it has. */
function shownLimit(format: Format, value: number): string {
  return format.number(value, Math.min(4, String(value).split('.')[1]?.length ?? 0));
}

function faultWords({ t, format }: Texts, fault: LimitFault, unit: string): string {
  switch (fault.fault) {
    case 'number':
      return t('limits.fault.number');
    case 'range':
      return t('limits.fault.range', { min: shownLimit(format, fault.min), max: shownLimit(format, fault.max), unit });
    case 'server':
      return fault.text;
    default:
      return t(`limits.fault.${fault.fault}`, {
        limit: t(`limit.${fault.than}`),
        value: shownLimit(format, fault.value),
      });
  }
}
