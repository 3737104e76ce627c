// The fields of one reading: machine, time and values.

import { type Machine, METRICS } from '@gonsters/contract';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { MachineField } from './machine-field.tsx';
import type { ReadingFaults, TypedReading } from './reading-check.ts';

export function ReadingFields({
  machineId,
  machine,
  reading,
  faults,
  onMachine,
  onReading,
}: {
  /** Chosen at first, where one is already meant. */
  machineId: string | null;
  machine: Machine | null;
  reading: TypedReading;
  faults: ReadingFaults;
  onMachine: (machine: Machine | null) => void;
  onReading: (reading: TypedReading) => void;
}) {
  const { t, format, metricLabel } = useText();
  const valueFault = (metric: number) => {
    const fault = faults.values?.[metric];
    const { min, max, unit } = METRICS[metric] as (typeof METRICS)[number];
    if (fault === 'not_a_number') return t('field.not_a_number');
    return fault && t('field.out_of_range', { min: range(min), max: range(max), unit });
  };
  const range = (value: number) => format.number(value, Number.isInteger(value) ? 0 : 2);
  return (
    <>
      <MachineField
        machineId={machineId}
        machine={machine}
        fault={faults.machine && t('ingest.machine.missing')}
        onChoose={onMachine}
      />
      <TimeField reading={reading} fault={faults.at} onReading={onReading} />
      <div className="value-fields">
        {METRICS.map(({ name, unit, min, max }, metric) => (
          <Field
            key={name}
            label={t('ingest.value', { metric: metricLabel(metric), unit })}
            hint={t('ingest.range', { min: range(min), max: range(max) })}
            fault={valueFault(metric)}
          >
            {(field) => (
              <span className={`input number ${field['aria-invalid'] ? 'input-invalid' : ''}`}>
                <input
                  {...field}
                  inputMode="decimal"
                  autoComplete="off"
                  value={reading.values[metric]}
                  onChange={(event) =>
                    onReading({ ...reading, values: reading.values.with(metric, event.target.value) })
                  }
                />
                <span className="text-text-3" aria-hidden="true">
                  {unit}
                </span>
              </span>
            )}
          </Field>
        ))}
      </div>
      {faults.reading ? <FaultText>{t('ingest.no_value')}</FaultText> : null}
    </>
  );
}

function TimeField({
  reading,
  fault,
  onReading,
}: {
  reading: TypedReading;
  fault: ReadingFaults['at'];
  onReading: (reading: TypedReading) => void;
}) {
  const { t, format } = useText();
  const { now } = useLive();
  return (
    <div className="two-fields time-fields">
      <div className="field">
        <span className="label" aria-hidden="true">
          {t('ingest.time')}
        </span>
        <span>
          <Segments
            label={t('ingest.time')}
            value={reading.at === null ? 'now' : 'at'}
            choices={[
              { value: 'now', label: t('ingest.now') },
              { value: 'at', label: t('ingest.at') },
            ]}
            onChoose={(choice) => onReading({ ...reading, at: choice === 'now' ? null : localText(now()) })}
          />
        </span>
      </div>
      {reading.at === null ? null : (
        <Field
          label={t('ingest.at.label', { zone: format.zone(Date.parse(reading.at) || now()) })}
          fault={fault && t(fault === 'missing' ? 'ingest.time.missing' : 'ingest.time.future')}
        >
          {(field) => (
            <span className={`input number ${field['aria-invalid'] ? 'input-invalid' : ''}`}>
              <input
                {...field}
                type="datetime-local"
                step={1}
                value={reading.at ?? ''}
                onChange={(event) => onReading({ ...reading, at: event.target.value })}
              />
            </span>
          )}
        </Field>
      )}
    </div>
  );
}

/** As a date-and-time field has it, to the second. */
function localText(timeMs: number): string {
  const shifted = timeMs - new Date(timeMs).getTimezoneOffset() * 60_000;
  return new Date(shifted).toISOString().slice(0, 19);
}
