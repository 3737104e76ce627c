// Adds a calibration offset: of which metric, how much, and from when.

import type { MachineMetric } from '@gonsters/contract';
import { useState } from 'react';
import { Field } from '../../../components/ui/form/field.tsx';
import { NumberInput } from '../../../components/ui/form/number-input.tsx';
import { SelectField, TextField } from '../../../components/ui/form/text-field.tsx';
import { useText } from '../../../i18n/use-text.ts';

const MINUTE_MS = 60_000;

/** As an input of local times has it. */
const localText = (ms: number) =>
  new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);

export function CalibrationForm({
  metrics,
  onAdd,
}: {
  metrics: readonly MachineMetric[];
  /** @returns whether it was added */
  onAdd: (metric: MachineMetric, added: { from: string; offset: number }) => Promise<boolean>;
}) {
  const { t } = useText();
  const [name, setName] = useState('');
  const [offset, setOffset] = useState<number | null>(null);
  const [from, setFrom] = useState(() => localText(Date.now()));
  const [busy, setBusy] = useState(false);
  const metric = metrics.find((each) => each.name === name) ?? metrics[0];
  const fromMs = Date.parse(from);
  const isComplete = metric !== undefined && offset !== null && Number.isFinite(offset) && Number.isFinite(fromMs);
  const add = async () => {
    if (!isComplete || busy) return;
    setBusy(true);
    if (await onAdd(metric, { from: new Date(fromMs).toISOString(), offset })) setOffset(null);
    setBusy(false);
  };
  return (
    <form
      className="flex flex-wrap items-end gap-3 px-4 pb-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <SelectField
        label={t('calibration.metric')}
        value={metric?.name ?? ''}
        choices={metrics.map(({ name: value, label }) => ({ value, label }))}
        onChange={setName}
      />
      <Field label={t('calibration.offset')}>
        {({ id }) => <NumberInput id={id} value={offset} suffix={metric?.unit ?? ''} onChange={setOffset} />}
      </Field>
      <TextField type="datetime-local" label={t('calibration.from')} value={from} onChange={setFrom} />
      <button type="submit" className="button" disabled={!isComplete || busy}>
        {t('calibration.add')}
      </button>
    </form>
  );
}
