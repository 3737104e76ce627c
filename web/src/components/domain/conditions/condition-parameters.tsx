// The parameters of a condition by its kind, in the unit that is shown, and its delays.

import { useConditionText } from '../../../i18n/conditions/use-condition-text.ts';
import { Field } from '../../ui/form/field.tsx';
import { NumberInput } from '../../ui/form/number-input.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import type { MetricView } from '../metrics/metric-view.ts';
import { shownDifference, storedDifference } from '../metrics/shown-difference.ts';
import type { ConditionDraft, DraftFault, DraftField } from './condition-draft.ts';
import { statesOf, useStateMetrics } from './only-while-fields.tsx';

interface ParameterProps {
  draft: ConditionDraft;
  view: MetricView | null;
  faults: Partial<Record<DraftField, DraftFault>>;
  onChange: (change: Partial<ConditionDraft>) => void;
}
type NumberName = 'rate' | 'window' | 'duration' | 'epsilon' | 'onDelay' | 'offDelay' | 'deadband';

const isAmount = (field: NumberName) => field === 'rate' || field === 'epsilon' || field === 'deadband';

export function ConditionParameters(props: ParameterProps & { machineId: string | null }) {
  const { say, format } = useConditionText();
  const { draft, view, faults, onChange, machineId } = props;
  const unit = view?.unit ?? '';
  switch (draft.kind) {
    case 'rate_of_change':
      return (
        <>
          <Field label={say('conditions.direction')}>
            {() => (
              <Segments
                label={say('conditions.direction')}
                value={draft.direction}
                choices={(['rise', 'fall', 'either'] as const).map((value) => ({
                  value,
                  label: say(`conditions.direction.${value}`),
                }))}
                onChoose={(direction) => onChange({ direction })}
              />
            )}
          </Field>
          <Amount
            {...props}
            field="rate"
            label={say('conditions.rate')}
            suffix={say('conditions.per_minute', { unit })}
          />
          <Amount
            {...props}
            field="window"
            label={say('conditions.window')}
            hint={say('conditions.window.hint')}
            suffix={format.units.s}
          />
        </>
      );
    case 'stuck':
      return (
        <>
          <Amount {...props} field="duration" label={say('conditions.duration')} suffix={format.units.s} />
          <Amount {...props} field="epsilon" label={say('conditions.epsilon')} suffix={unit} />
        </>
      );
    case 'state':
      return (
        <>
          <States draft={draft} machineId={machineId} view={view} fault={faults.values} onChange={onChange} />
          <Amount {...props} field="duration" label={say('conditions.duration')} suffix={format.units.s} />
        </>
      );
    case 'no_count':
      return <Amount {...props} field="duration" label={say('conditions.duration')} suffix={format.units.s} />;
    default:
      return null;
  }
}

ConditionParameters.Delays = (props: ParameterProps) => {
  const { say, format } = useConditionText();
  return (
    <>
      <Amount
        {...props}
        field="onDelay"
        label={say('conditions.on_delay')}
        hint={say('conditions.on_delay.hint')}
        suffix={format.units.s}
      />
      <Amount
        {...props}
        field="offDelay"
        label={say('conditions.off_delay')}
        hint={say('conditions.off_delay.hint')}
        suffix={format.units.s}
      />
      {props.draft.kind === 'rate_of_change' ? (
        <Amount
          {...props}
          field="deadband"
          label={say('conditions.deadband')}
          hint={say('conditions.deadband.hint')}
          suffix={say('conditions.per_minute', { unit: props.view?.unit ?? '' })}
        />
      ) : null}
    </>
  );
};

function Amount({
  draft,
  view,
  faults,
  field,
  label,
  hint,
  suffix,
  onChange,
}: ParameterProps & { field: NumberName; label: string; hint?: string; suffix: string }) {
  const { say } = useConditionText();
  const stored = draft[field];
  const converts = isAmount(field) && view !== null;
  const shown = stored === null || Number.isNaN(stored) || !converts ? stored : shownDifference(view, stored);
  const fault = faults[field];
  return (
    <Field
      label={label}
      hint={hint}
      fault={
        fault === undefined ? '' : say(fault === 'positive' ? 'conditions.fault.positive' : 'conditions.fault.number')
      }
    >
      {({ id }) => (
        <NumberInput
          id={id}
          value={shown}
          suffix={suffix}
          onChange={(value) =>
            onChange({
              [field]: value === null || Number.isNaN(value) || !converts ? value : storedDifference(view, value),
            })
          }
        />
      )}
    </Field>
  );
}

/** The states that the catalogue knows, and any other. */
function States({
  draft,
  machineId,
  view,
  fault,
  onChange,
}: {
  draft: ConditionDraft;
  machineId: string | null;
  view: MetricView | null;
  fault: DraftFault | undefined;
  onChange: (change: Partial<ConditionDraft>) => void;
}) {
  const { say } = useConditionText();
  const own = useStateMetrics(machineId).find(({ name }) => name === draft.metric);
  const states =
    view?.kind === 'boolean' ? ['true', 'false'] : [...new Set([...statesOf(own), ...(view?.states ?? [])])];
  return (
    <Field
      label={say('conditions.values')}
      hint={states.length === 0 ? say('conditions.values.hint') : undefined}
      fault={fault === undefined ? '' : say('conditions.fault.values')}
    >
      {(props) =>
        states.length === 0 ? (
          <textarea
            {...props}
            className="input"
            rows={3}
            value={draft.values.join('\n')}
            onChange={(event) =>
              onChange({ values: event.target.value.split('\n').filter((line) => line.trim() !== '') })
            }
          />
        ) : (
          <fieldset className="state-chips" aria-label={say('conditions.values')}>
            {[...new Set([...states, ...draft.values])].map((state) => (
              <button
                key={state}
                type="button"
                className="chip"
                aria-pressed={draft.values.includes(state)}
                onClick={() =>
                  onChange({
                    values: draft.values.includes(state)
                      ? draft.values.filter((each) => each !== state)
                      : [...draft.values, state],
                  })
                }
              >
                {state}
              </button>
            ))}
          </fieldset>
        )
      }
    </Field>
  );
}
