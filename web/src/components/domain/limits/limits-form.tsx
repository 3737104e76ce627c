// A form of the limits that a machine or a sensor type sets for itself, over inherited ones; four per metric.

import { ASCENDING_LIMITS, type LimitKind, type MachineLimits, METRICS, type MetricName } from '@gonsters/contract';
import { useBlocker } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { ApiError } from '../../../api/http/send.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { parseNumber } from '../../../i18n/parse-number.ts';
import { serverMessage } from '../../../i18n/server-message.ts';
import type { Translate } from '../../../i18n/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { useConnection } from '../../../live/use-live.ts';
import { SaveBar } from '../../ui/form/save-bar.tsx';
import { toast } from '../../ui/toast.ts';
import {
  draftFaults,
  draftOf,
  fieldOf,
  type LimitEdits,
  type LimitFaults,
  mergedLimits,
  type Parse,
  withEdit,
} from './limit-draft.ts';
import { LimitField, type WiderLimits } from './limit-field.tsx';
import '../../../styles/limits.css';

/**
 * Changes made elsewhere show up in every field that is not being edited here. `onSave` gets all limits of its own, as
 * they replace the saved ones, and rejects with what the server said; until it resolves nothing is forgotten.
 */
export function LimitsForm({
  own,
  wider,
  readOnly,
  onSave,
}: {
  own: MachineLimits;
  /** Most specific first. */
  wider: readonly WiderLimits[];
  readOnly: boolean;
  onSave: (limits: MachineLimits) => Promise<unknown>;
}) {
  const { t, language, metricLabel } = useText();
  const id = useId();
  const offline = useConnection().phase === 'offline';
  const [edits, setEdits] = useState<LimitEdits>({});
  const [typing, setTyping] = useState<MetricName | null>(null);
  const [refused, setRefused] = useState<{ fields: LimitFaults; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const parse = (text: string) => parseNumber(text, language);
  const widerLimits = wider.map(({ limits }) => limits);
  // Nothing is called wrong while it is being typed.
  const faults: LimitFaults = { ...refused?.fields, ...faultsOf(own, edits, widerLimits, parse, typing) };
  const changes = Object.keys(edits).length;

  useBlocker({
    disabled: changes === 0 || readOnly,
    // Filters of the panels change the address too, and take nothing away.
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && !window.confirm(t('save.leave')),
  });

  const change = (field: string, text: string) => {
    setEdits((before) => withEdit(own, before, field, text, parse));
    setRefused(null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || readOnly || changes === 0) return;
    setTyping(null);
    if (Object.keys(faultsOf(own, edits, widerLimits, parse, null)).length > 0) return;
    setBusy(true);
    try {
      await onSave(mergedLimits(own, edits, parse));
      setEdits({});
      setRefused(null);
      toast.success(t('limits.saved'));
    } catch (error) {
      setRefused(refusalOf(t, error));
    }
    setBusy(false);
  };

  return (
    <form id={id} noValidate onSubmit={(event) => void submit(event)}>
      {METRICS.map(({ name, unit }, metric) => (
        <section key={name} className="limits-metric" aria-labelledby={`${id}-${name}`}>
          <h3 id={`${id}-${name}`}>
            <i className="swatch" style={{ background: `var(--metric-${metric + 1})` }} />
            {metricLabel(metric)} <span className="caption">{unit}</span>
          </h3>
          <div className="limits-fields">
            {ASCENDING_LIMITS.map((kind) => (
              <LimitField
                key={kind}
                metric={metric}
                kind={kind}
                draft={draftOf(own, edits, name, parse)}
                wider={wider}
                text={edits[fieldOf(name, kind)]}
                readOnly={readOnly}
                fault={faults[fieldOf(name, kind)]}
                onChange={(text) => change(fieldOf(name, kind), text)}
                onTyping={(now) => setTyping(now ? name : null)}
              />
            ))}
          </div>
        </section>
      ))}
      {changes > 0 && !readOnly ? (
        <SaveBar
          form={id}
          changes={changes}
          faults={Object.keys(faults).length}
          failure={refused?.text ?? ''}
          busy={busy}
          offline={offline}
          onDiscard={() => {
            setEdits({});
            setRefused(null);
          }}
        />
      ) : null}
    </form>
  );
}

/** By field, of all metrics but the one that is being typed. */
function faultsOf(
  own: MachineLimits,
  edits: LimitEdits,
  wider: readonly MachineLimits[],
  parse: Parse,
  typing: MetricName | null,
): LimitFaults {
  return Object.fromEntries(
    METRICS.filter(({ name }) => name !== typing).flatMap(({ name }) =>
      Object.entries(draftFaults(draftOf(own, edits, name, parse), wider, name)).map(([kind, fault]) => [
        fieldOf(name, kind as LimitKind),
        fault,
      ]),
    ),
  );
}

/** What the server said, at the field where it names one of ours, else as one sentence. */
function refusalOf(t: Translate, error: unknown): { fields: LimitFaults; text: string } {
  const said = error instanceof ApiError ? error.faults : [];
  const placed = said.flatMap(({ field = '', error: text }) =>
    METRICS.some(({ name }) => field.startsWith(`${name}.`))
      ? [[field, { fault: 'server', text: serverMessage(t, text) }] as const]
      : [],
  );
  const allPlaced = placed.length > 0 && placed.length === said.length;
  return { fields: Object.fromEntries(placed), text: allPlaced ? '' : errorText(t, error) };
}
