// A batch of readings as text, with an example.

import { type Machine, METRICS } from '@gonsters/contract';
import { useMachineLookup } from '../../../components/domain/machines/use-machine-lookup.ts';
import { Field } from '../../../components/ui/form/field.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { useLive } from '../../../live/use-live.ts';
import type { ReadBatch } from './place-of-fault.ts';
import { batchOfReading } from './reading-check.ts';

export function BatchField({
  text,
  machine,
  fault,
  onText,
}: {
  text: string;
  /** Of the other form: the example is about it, or else about any that there is. */
  machine: Machine | null;
  fault: (ReadBatch & { ok: false })['reason'] | null;
  onText: (text: string) => void;
}) {
  const { t } = useText();
  const { now } = useLive();
  const example = useMachineLookup('').machines[0] ?? null;
  const said =
    fault === null
      ? undefined
      : fault === 'empty'
        ? t('field.required')
        : t('import.not_json', { reason: fault.notJson });
  return (
    <Field label={t('ingest.json')} hint={t('ingest.json.hint')} fault={said}>
      {(field) => (
        <>
          <textarea
            {...field}
            className={`input json ${field['aria-invalid'] ? 'input-invalid' : ''}`}
            spellCheck={false}
            autoCapitalize="none"
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
          {text.trim() === '' ? (
            <button
              type="button"
              className="text-link justify-self-start"
              onClick={() => onText(JSON.stringify(exampleBatch(machine ?? example, now()), null, 2))}
            >
              {t('ingest.json.example')}
            </button>
          ) : null}
        </>
      )}
    </Field>
  );
}

function exampleBatch(machine: Machine | null, nowMs: number): object {
  const values = Object.fromEntries(
    METRICS.map(({ name, defaultLimits }) => [name, String((defaultLimits.high ?? 120) - 15)]),
  );
  const metrics = METRICS.map((metric) => ({ ...metric, kind: 'gauge' as const, toStored: (value: number) => value }));
  const known =
    machine ?? ({ machine_id: '00000000-0000-4000-8000-000000000000', sensor_type: '', location: '' } as Machine);
  return batchOfReading(known, { at: null, values }, metrics, nowMs, 'by-hand');
}
