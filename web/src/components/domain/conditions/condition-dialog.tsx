// Adds or changes a condition: what is abnormal, of which metric, for which machines, and what an alert about it says.

import type { Condition } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { conditionsApi } from '../../../api/conditions-api.ts';
import { useApi, useMay } from '../../../api/use-api.ts';
import { useConditionText } from '../../../i18n/conditions/use-condition-text.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { FormDialog } from '../../ui/dialog/form-dialog.tsx';
import { FaultText, Field } from '../../ui/form/field.tsx';
import { Segments } from '../../ui/form/segments.tsx';
import { SelectField, SwitchField } from '../../ui/form/text-field.tsx';
import { toast } from '../../ui/toast.ts';
import { useFleetMetrics } from '../metrics/use-type-metrics.ts';
import {
  type ConditionDraft,
  conditionInput,
  draftFaults,
  draftOf,
  EDITED_KINDS,
  fitsKind,
  newDraft,
} from './condition-draft.ts';
import { ConditionParameters } from './condition-parameters.tsx';
import { type ConditionContext, conditionAt, sameScope, scopesOf } from './condition-scopes.ts';
import { conditionSentence } from './condition-sentence.ts';
import { OnlyWhileFields } from './only-while-fields.tsx';
import { RationaleFields } from './rationale-fields.tsx';

export function ConditionDialog({
  context,
  condition,
  known,
  onClose,
}: {
  context: ConditionContext;
  /** null: a new one. */
  condition: Condition | null;
  known: readonly Condition[];
  onClose: () => void;
}) {
  const words = useConditionText();
  const { t, say, scopeText } = words;
  const api = useApi();
  const queries = useQueryClient();
  const fleet = useFleetMetrics();
  const mayConfigure = useMay('write:config');
  const scopes = scopesOf(context).filter(({ level }) => level !== 'plant' || mayConfigure);
  const metrics = context.sensorType === null ? [] : fleet.ofType(context.sensorType).all;
  const candidates = context.metric === null ? metrics : [fleet.named(context.metric)];
  const fitting = (kind: ConditionDraft['kind']) => candidates.filter((view) => fitsKind(kind, view));
  const kinds = EDITED_KINDS.filter((kind) =>
    kind === 'connection' ? context.metric === null : fitting(kind).length > 0,
  );
  const [draft, setDraft] = useState<ConditionDraft>(() => {
    if (condition !== null) return draftOf(condition);
    const kind = kinds[0] ?? 'connection';
    return newDraft(kind, fitting(kind)[0]?.name ?? null, scopes[0] ?? { level: 'plant' });
  });
  const [touched, setTouched] = useState(false);
  const [shown, setShown] = useState(false);
  const [more, setMore] = useState<'delays' | 'rationale' | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const change = (changes: Partial<ConditionDraft>) => {
    setTouched(true);
    setFailure('');
    setDraft({ ...draft, ...changes });
  };
  const chooseKind = (kind: ConditionDraft['kind']) => {
    const metric = fitting(kind).find(({ name }) => name === draft.metric) ?? fitting(kind)[0];
    const { kind: _, metric: __, duration, values, ...kept } = draft;
    const fresh = newDraft(kind, metric?.name ?? null, draft.scope);
    change({ ...fresh, ...kept, kind, metric: fresh.metric, duration: fresh.duration, values: [] });
  };
  const faults = draftFaults(draft);
  const existing =
    condition ?? conditionAt(known, draft.kind, draft.kind === 'connection' ? null : draft.metric, draft.scope);
  const view = draft.metric === null ? null : fleet.named(draft.metric);
  const save = async () => {
    setShown(true);
    if (Object.keys(faults).length > 0) return;
    setBusy(true);
    try {
      const { kind, scope, metric, ...fields } = conditionInput(draft);
      const requests = conditionsApi(api.client);
      if (existing === null) await requests.add({ kind, scope, metric, ...fields });
      else await requests.change(existing.id, fields);
      await queries.invalidateQueries({ queryKey: ['conditions'] });
      toast.success(say('conditions.saved'));
      onClose();
    } catch (error) {
      setFailure(errorText(t, error));
      setBusy(false);
    }
  };
  const complete = Object.keys(faults).length === 0;
  return (
    <FormDialog
      title={say(condition === null ? 'conditions.add' : 'conditions.what')}
      lead={complete ? `${say('conditions.lead')} ${preview()}.` : say('conditions.lead')}
      wide
      busy={busy}
      unsaved={touched}
      submitLabel={say('conditions.save')}
      onSubmit={save}
      onClose={onClose}
    >
      <div className="condition-form">
        {condition === null ? (
          <>
            <SelectField
              label={say('conditions.what')}
              value={draft.kind}
              choices={kinds.map((kind) => ({ value: kind, label: say(`conditions.kind.${kind}`) }))}
              onChange={chooseKind}
            />
            {draft.kind === 'connection' ? null : (
              <SelectField
                label={say('conditions.about')}
                fault={shown && faults.metric ? say('conditions.about.none') : undefined}
                value={draft.metric ?? ''}
                choices={fitting(draft.kind).map(({ name, label }) => ({ value: name, label }))}
                onChange={(metric) => change({ metric, values: [] })}
              />
            )}
          </>
        ) : null}
        <ConditionParameters
          draft={draft}
          view={view}
          machineId={context.machineId}
          faults={shown ? faults : {}}
          onChange={change}
        />
        {condition === null && scopes.length > 1 ? (
          <div className="condition-wide">
            <Field label={say('conditions.for')}>
              {() => (
                <div className="scroll-x">
                  <Segments
                    label={say('conditions.for')}
                    value={draft.scope.level}
                    choices={scopes.map((scope) => ({
                      value: scope.level,
                      label: scopeText(scope, context.machineName),
                    }))}
                    onChoose={(level) =>
                      change({ scope: scopes.find((scope) => scope.level === level) ?? draft.scope })
                    }
                  />
                </div>
              )}
            </Field>
          </div>
        ) : null}
        <Field label={say('conditions.severity')}>
          {() => (
            <Segments
              label={say('conditions.severity')}
              value={draft.severity}
              choices={(['warning', 'critical'] as const).map((value) => ({ value, label: t(`status.${value}`) }))}
              onChoose={(severity) => change({ severity })}
            />
          )}
        </Field>
        {condition === null && existing !== null && sameScope(existing.scope, draft.scope) ? (
          <p className="caption condition-wide">{say('conditions.exists')}</p>
        ) : null}
        {condition === null ? null : (
          <SwitchField
            label={say('conditions.active')}
            hint={say('conditions.active.hint')}
            checked={draft.isActive}
            onChange={(isActive) => change({ isActive })}
          />
        )}
      </div>
      {draft.kind === 'connection' ? null : (
        <Fold label={say('conditions.delays')} open={more === 'delays'} onToggle={() => toggle('delays')}>
          <div className="condition-form">
            <ConditionParameters.Delays draft={draft} view={view} faults={shown ? faults : {}} onChange={change} />
            <Field label={say('conditions.only_while')}>
              {() => (
                <OnlyWhileFields
                  machineId={context.machineId}
                  value={draft.onlyWhile}
                  onChange={(onlyWhile) => change({ onlyWhile })}
                />
              )}
            </Field>
          </div>
        </Fold>
      )}
      <Fold label={say('conditions.rationale')} open={more === 'rationale'} onToggle={() => toggle('rationale')}>
        <RationaleFields draft={draft} onChange={change} />
      </Fold>
      {failure === '' ? null : <FaultText>{failure}</FaultText>}
    </FormDialog>
  );

  function toggle(part: 'delays' | 'rationale') {
    setMore(more === part ? null : part);
  }
  function preview(): string {
    const input = conditionInput(draft);
    const nothing = { units_per_minute: null, window_seconds: null, direction: null, epsilon: null, values: null };
    const said = { ...nothing, duration_seconds: null, only_while: null, on_delay_seconds: null, ...input };
    return conditionSentence(words, { ...said, metric: draft.metric } as Condition, fleet.named);
  }
}

function Fold({
  label,
  open,
  onToggle,
  children,
}: {
  label: string;
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <div className="grid gap-3">
      <button
        type="button"
        className="button button-quiet button-small rules-more"
        aria-expanded={open}
        onClick={onToggle}
      >
        {label}
      </button>
      {open ? children : null}
    </div>
  );
}
