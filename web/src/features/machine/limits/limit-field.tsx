// The field of one limit, and below it the limit in force and the rule that it comes from.

import type { LimitKind, LimitRule, MachineLimits } from '@gonsters/contract';
import { Undo2 } from 'lucide-react';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { Field } from '../../../components/ui/form/field.tsx';
import type { Format } from '../../../i18n/format.ts';
import { numberInput } from '../../../i18n/parse-number.ts';
import { type Texts, useText } from '../../../i18n/use-text.ts';
import { draftSources, type LimitedMetric, type LimitFault } from './limit-draft.ts';

/** A wider rule, which counts where nothing more specific is set. */
export interface WiderLimits {
  from: 'type' | 'plant';
  limits: MachineLimits;
}

/** Limits are in the stored unit; what is shown and typed is in the unit of the view. */
export function LimitField({
  metric,
  view,
  kind,
  draft,
  wider,
  text,
  readOnly,
  fault,
  onChange,
  onTyping,
}: {
  metric: LimitedMetric;
  view: MetricView;
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
  const { unit } = view;
  const rules = wider.map(({ limits }) => limits);
  const own = draft[kind] ?? null;
  const inForce = draftSources(draft, rules, metric)[kind];
  // The limit that would apply without the one that is set here.
  const inherited = own === null ? inForce : draftSources({ ...draft, [kind]: null }, rules, metric)[kind];
  const number = (value: number) => shownLimit(format, view, value);
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
        <dd>{inForce === null ? t('limits.none') : `${number(inForce.value)} ${unit}`}</dd>
        {origin === '' ? null : <dd className="caption">{origin}</dd>}
      </dl>
    );
  }
  return (
    <Field label={t(`limit.${kind}`)} hint={origin} fault={fault === undefined ? '' : faultWords(texts, fault, view)}>
      {(field) => (
        <span className={`input ${fault === undefined ? '' : 'input-invalid'}`}>
          <input
            {...field}
            inputMode="decimal"
            autoComplete="off"
            placeholder={inForce === null || own !== null ? t('limits.none') : number(inForce.value)}
            value={text ?? numberInput(own === null ? null : plain(view.toShown(own)), language)}
            onChange={(event) => onChange(event.target.value)}
            onFocus={() => onTyping(true)}
            onBlur={() => onTyping(false)}
          />
          {unit === '' ? null : (
            <span className="unit" aria-hidden="true">
              {unit}
            </span>
          )}
          {own === null ? null : (
            <button
              type="button"
              className="button button-quiet button-icon button-small"
              aria-label={t('limits.inherit', { limit: t(`limit.${kind}`), metric: view.label })}
              title={t('limits.inherit', { limit: t(`limit.${kind}`), metric: view.label })}
              onClick={() => onChange('')}
            >
              <Undo2 size={14} strokeWidth={1.5} aria-hidden="true" />
            </button>
          )}
        </span>
      )}
    </Field>
  );
}

/** Without what binary fractions add to a number that was converted. */
const plain = (value: number): number => Number(value.toPrecision(12));

/** As many digits as it has. */
function shownLimit(format: Format, view: MetricView, value: number): string {
  const shown = plain(view.toShown(value));
  return format.number(shown, Math.min(4, String(shown).split('.')[1]?.length ?? 0));
}

function faultWords({ t, format }: Texts, fault: LimitFault, view: MetricView): string {
  switch (fault.fault) {
    case 'number':
      return t('limits.fault.number');
    case 'range': {
      const [min, max] = [fault.min, fault.max].map((bound) => (bound === null ? '' : shownLimit(format, view, bound)));
      const range = fault.max === null ? 'least' : fault.min === null ? 'most' : 'range';
      return t(`limits.fault.${range}`, { min: min ?? '', max: max ?? '', unit: view.unit }).replace(/ \.$/, '.');
    }
    case 'server':
      return fault.text;
    default:
      return t(`limits.fault.${fault.fault}`, {
        limit: t(`limit.${fault.than}`),
        value: shownLimit(format, view, fault.value),
      });
  }
}
