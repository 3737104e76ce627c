// Adds a field for one more metric of the machine, found by its name, group or unit.

import { useState } from 'react';
import type { MetricView } from '../../../components/domain/metrics/metric-view.ts';
import { Combobox } from '../../../components/ui/form/combobox.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';

const SHOWN = 50;

export function AddMetric({ metrics, onAdd }: { metrics: readonly MetricView[]; onAdd: (name: string) => void }) {
  const { t } = useText();
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = metrics.filter(({ label, name, group, unit }) => {
    const searched = [label, name, group ?? '', unit].join(' ').toLowerCase();
    return words.every((word) => searched.includes(word));
  });
  return (
    <Field label={t('ingest.add_metric')}>
      {(field) => (
        <Combobox
          field={field}
          text={text}
          placeholder={t('machine.search_metrics.hint')}
          options={found.slice(0, SHOWN).map(({ name, label, group, unit }) => ({
            value: name,
            label,
            detail: [group, unit].filter(Boolean).join(' · '),
          }))}
          note={t('machine.no_metric_found')}
          onType={setText}
          onPick={({ value }) => {
            setText('');
            onAdd(value);
          }}
        />
      )}
    </Field>
  );
}
