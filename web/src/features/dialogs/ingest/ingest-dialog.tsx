// The dialog that stores readings by hand: one of one machine, or a batch as a gateway sends it.

import type { Machine } from '@gonsters/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../../api/use-api.ts';
import type { OpenDialog } from '../../../components/domain/dialogs.ts';
import { useMachineMetrics } from '../../../components/domain/metrics/use-machine-metrics.ts';
import { Dialog, DialogCancel } from '../../../components/ui/dialog/dialog.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { useText } from '../../../i18n/use-text.ts';
import '../../../styles/dialogs.css';
import { BatchField } from './batch-field.tsx';
import { IngestResult } from './ingest-result.tsx';
import { readBatch } from './place-of-fault.ts';
import { EMPTY_READING, type TypedReading } from './reading-check.ts';
import { ReadingFields } from './reading-fields.tsx';
import { useReadingCheck } from './use-reading-check.ts';

export function IngestDialog({
  dialog,
  onClose,
}: {
  dialog: Extract<OpenDialog, { name: 'ingest' }>;
  onClose: () => void;
}) {
  const { t } = useText();
  const api = useApi();
  const [mode, setMode] = useState<'one' | 'batch'>('one');
  const [reading, setReading] = useState<TypedReading>(EMPTY_READING);
  const [machine, setMachine] = useState<Machine | null>(null);
  const [text, setText] = useState('');
  const [checked, setChecked] = useState(false);
  const all = useMachineMetrics(machine?.machine_id ?? null);
  const [added, setAdded] = useState<readonly string[]>(dialog.metric === undefined ? [] : [dialog.metric]);
  const first = dialog.metric === undefined ? (all?.headline ?? []) : [];
  const metrics = (all?.metrics ?? []).filter((metric) => first.includes(metric) || added.includes(metric.name));
  const others = (all?.metrics ?? []).filter((metric) => !metrics.includes(metric));
  const check = useReadingCheck(machine, reading, metrics);
  const batch = readBatch(text);
  const send = useMutation({ mutationFn: (body: unknown) => api.ingestBatch(body) });
  const body = mode === 'one' ? check.body : batch.ok ? batch.body : undefined;
  const submit = () => {
    setChecked(true);
    if (body === undefined) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.dialog [aria-invalid="true"]')?.focus());
      return;
    }
    // A time of its own for each: the second one stored now is not the first one again.
    send.mutate(typeof body === 'function' ? body() : body, { onSuccess: () => setChecked(false) });
  };
  const edit = <Value,>(set: (value: Value) => void) => {
    return (value: Value) => {
      // What is said below belongs to what was sent.
      if (!send.isPending) send.reset();
      set(value);
    };
  };
  return (
    <Dialog
      wide={mode === 'batch'}
      title={t('dialog.ingest')}
      lead={t('ingest.lead')}
      busy={send.isPending}
      unsaved={mode === 'batch' && text.length > 80 && !send.isSuccess}
      onSubmit={submit}
      onClose={onClose}
      actions={
        <>
          <DialogCancel>{send.isSuccess ? t('app.close') : undefined}</DialogCancel>
          <button type="submit" className="button button-primary" disabled={send.isPending}>
            {t(send.isPending ? 'ingest.busy' : 'ingest.submit')}
          </button>
        </>
      }
    >
      <span>
        <Segments
          label={t('ingest.mode')}
          value={mode}
          choices={[
            { value: 'one', label: t('ingest.one') },
            { value: 'batch', label: t('ingest.batch') },
          ]}
          onChoose={edit(setMode)}
        />
      </span>
      {mode === 'one' ? (
        <ReadingFields
          machineId={dialog.machineId ?? null}
          machine={machine}
          reading={reading}
          metrics={metrics}
          others={machine === null ? [] : others}
          onMetric={(name) => setAdded([...added, name])}
          faults={checked ? check.faults : {}}
          onMachine={edit(setMachine)}
          onReading={edit(setReading)}
        />
      ) : (
        <BatchField
          text={text}
          machine={machine}
          fault={checked && !batch.ok ? batch.reason : null}
          onText={edit(setText)}
        />
      )}
      <IngestResult sent={send.variables} reply={send.data} error={send.error} onClose={onClose} />
    </Dialog>
  );
}
