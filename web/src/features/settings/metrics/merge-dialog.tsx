// Chooses the metric into which another one is merged, and says what that means.

import type { MetricDefinition } from '@gonsters/contract';
import { useState } from 'react';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { Combobox } from '../../../components/ui/form/combobox.tsx';
import { Field } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useMerge } from './use-merge.ts';

const MOST_SHOWN = 40;

export function MergeDialog({
  metric,
  metrics,
  onClose,
}: {
  metric: MetricDefinition;
  metrics: readonly MetricDefinition[];
  onClose: () => void;
}) {
  const { t } = useText();
  const { busy, merge } = useMerge();
  const [text, setText] = useState('');
  const fitting = metrics.filter(
    (other) =>
      other.name !== metric.name &&
      other.kind === metric.kind &&
      other.status !== 'retired' &&
      (metric.unit === null || metric.unit_code === other.unit_code),
  );
  const words = text.trim().toLowerCase();
  const chosen = fitting.find(({ label, name }) => [label.toLowerCase(), name].includes(words));
  const found = fitting.filter(({ label, name }) => label.toLowerCase().includes(words) || name.includes(words));
  return (
    <FormDialog
      title={t('metrics.merge.title', { label: metric.label })}
      lead={t('metrics.merge.lead')}
      submitLabel={t('metrics.merge')}
      busy={busy}
      canSubmit={chosen !== undefined}
      onSubmit={async () => {
        if (chosen !== undefined && (await merge(metric, chosen))) onClose();
      }}
      onClose={onClose}
    >
      <Field label={t('metrics.merge.into')} hint={t('metrics.merge.hint')}>
        {(field) => (
          <Combobox
            field={field}
            text={text}
            note={t('metrics.merge.none')}
            options={found.slice(0, MOST_SHOWN).map(({ name, label, unit }) => ({
              ...{ value: name, label },
              detail: unit === null ? name : `${name}, ${unit}`,
            }))}
            onType={setText}
            onPick={({ value }) => setText(value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
