// The field of one value: a number with its unit, yes or no, or the name of a state.

import type { ValueFault } from '@gonsters/contract';
import { useId } from 'react';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { Field } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';

export function ValueField({
  metric,
  fault,
  text,
  onText,
}: {
  metric: MetricView;
  fault: ValueFault | undefined;
  text: string;
  onText: (text: string) => void;
}) {
  const { t, format } = useText();
  const { metrics } = useLive();
  const states = useId();
  const { kind, label, unit, min, max } = metric;
  if (kind === 'boolean') {
    return (
      <div className="field">
        <span className="label" aria-hidden="true">
          {label}
        </span>
        <span>
          <Segments
            label={label}
            value={text}
            choices={[
              { value: '', label: '—' },
              { value: 'true', label: t('metric.true') },
              { value: 'false', label: t('metric.false') },
            ]}
            onChoose={onText}
          />
        </span>
      </div>
    );
  }
  const isState = kind === 'state';
  const range = (value: number) => format.number(value, Number.isInteger(value) ? 0 : 2);
  const hint =
    isState || min === null || max === null ? undefined : t('ingest.range', { min: range(min), max: range(max) });
  const said =
    fault === 'not_a_number'
      ? t('field.not_a_number')
      : fault && t('field.out_of_range', { min: bound(min, range), max: bound(max, range), unit });
  const known = new Set([...metric.states, ...metrics.statesOf(metric.number)]);
  return (
    <Field label={unit === '' ? label : t('ingest.value', { metric: label, unit })} hint={hint} fault={said}>
      {(field) => (
        <span className={`input number ${field['aria-invalid'] ? 'input-invalid' : ''}`}>
          <input
            {...field}
            inputMode={isState ? 'text' : 'decimal'}
            autoComplete="off"
            {...(isState ? { list: states, maxLength: 64 } : {})}
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
          {isState ? (
            <datalist id={states}>
              {[...known].map((state) => (
                <option key={state} value={state} />
              ))}
            </datalist>
          ) : (
            <span className="text-text-3" aria-hidden="true">
              {unit}
            </span>
          )}
        </span>
      )}
    </Field>
  );
}

const bound = (value: number | null, text: (value: number) => string) => (value === null ? '—' : text(value));
