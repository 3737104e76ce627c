// The state that a condition is tied to: the metric, its values, and how long to wait after it began.

import type { MachineMetric, OnlyWhile } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../../api/use-api.ts';
import { useConditionText } from '../../../i18n/conditions/use-condition-text.ts';
import type { Format } from '../../../i18n/format.ts';
import { NumberInput } from '../../ui/form/number-input.tsx';
import { machineMetricsKey } from '../metrics/use-machine-metrics.ts';

const BOOLEANS = ['true', 'false'];

/** `running, 180 s after` */
export const onlyWhileText = (format: Format, { metric, values, startup_seconds: seconds }: OnlyWhile) =>
  `${metric}: ${values.join(', ')}${seconds > 0 ? ` (+ ${format.age(seconds * 1000)})` : ''}`;

/** Metrics that have states. */
export function useStateMetrics(machineId: string | null): readonly MachineMetric[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: machineMetricsKey(machineId ?? ''),
    queryFn: ({ signal }) => api.machineMetrics(machineId ?? '', signal),
    enabled: machineId !== null,
  });
  return (data?.metrics ?? []).filter(
    ({ kind, status }) => (kind === 'state' || kind === 'boolean') && status !== 'retired',
  );
}

export const statesOf = (metric: MachineMetric | undefined): readonly string[] =>
  metric === undefined ? [] : metric.kind === 'boolean' ? BOOLEANS : (metric.states ?? []);

export function OnlyWhileFields({
  machineId,
  value,
  inherited = null,
  onChange,
}: {
  machineId: string | null;
  value: OnlyWhile | null;
  /** What applies while nothing is set here. */
  inherited?: OnlyWhile | null;
  onChange: (value: OnlyWhile | null) => void;
}) {
  const { say, format } = useConditionText();
  const metrics = useStateMetrics(machineId);
  const chosen = metrics.find(({ name }) => name === value?.metric);
  const states = [...new Set([...statesOf(chosen), ...(value?.values ?? [])])];
  const choose = (name: string) => {
    const metric = metrics.find((each) => each.name === name);
    const first = statesOf(metric)[0];
    onChange(
      metric === undefined || first === undefined ? null : { metric: name, values: [first], startup_seconds: 0 },
    );
  };
  const toggle = (state: string) => {
    if (value === null) return;
    const values = value.values.includes(state)
      ? value.values.filter((each) => each !== state)
      : [...value.values, state];
    if (values.length > 0) onChange({ ...value, values });
  };
  return (
    <div className="only-while">
      <select
        className="input input-select"
        aria-label={say('conditions.only_while')}
        value={value?.metric ?? ''}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">
          {inherited === null ? say('conditions.only_while.always') : onlyWhileText(format, inherited)}
        </option>
        {metrics
          .filter((metric) => statesOf(metric).length > 0)
          .map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        {value !== null && chosen === undefined ? <option value={value.metric}>{value.metric}</option> : null}
      </select>
      {value === null ? null : (
        <>
          <fieldset className="state-chips" aria-label={say('conditions.only_while.is')}>
            {states.map((state) => (
              <button
                key={state}
                type="button"
                className="chip"
                aria-pressed={value.values.includes(state)}
                onClick={() => toggle(state)}
              >
                {state}
              </button>
            ))}
          </fieldset>
          <span className="only-while-startup">
            <span className="caption">{say('conditions.startup')}</span>
            <NumberInput
              label={say('conditions.startup')}
              value={value.startup_seconds}
              suffix={format.units.s}
              onChange={(seconds) =>
                onChange({
                  ...value,
                  startup_seconds: seconds === null || Number.isNaN(seconds) ? 0 : Math.max(0, seconds),
                })
              }
            />
          </span>
        </>
      )}
    </div>
  );
}
