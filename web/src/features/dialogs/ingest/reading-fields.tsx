// The fields of one reading: machine, time and values.

import type { Machine } from '@gonsters/contract';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { FaultText, Field } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import { AddMetric } from './add-metric.tsx';
import { MachineField } from './machine-field.tsx';
import type { ReadingFaults, TypedReading } from './reading-check.ts';
import { ValueField } from './value-field.tsx';

export function ReadingFields({
  machineId,
  machine,
  reading,
  metrics,
  others,
  faults,
  onMetric,
  onMachine,
  onReading,
}: {
  /** Chosen at first, where one is already meant. */
  machineId: string | null;
  machine: Machine | null;
  reading: TypedReading;
  /** Those with a field. */
  metrics: readonly MetricView[];
  /** Those that can be added. */
  others: readonly MetricView[];
  faults: ReadingFaults;
  onMetric: (name: string) => void;
  onMachine: (machine: Machine | null) => void;
  onReading: (reading: TypedReading) => void;
}) {
  const { t } = useText();
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
        {metrics.map((metric) => (
          <ValueField
            key={metric.name}
            metric={metric}
            fault={faults.values?.[metric.name]}
            text={reading.values[metric.name] ?? ''}
            onText={(text) => onReading({ ...reading, values: { ...reading.values, [metric.name]: text } })}
          />
        ))}
      </div>
      {others.length > 0 ? <AddMetric metrics={others} onAdd={onMetric} /> : null}
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
