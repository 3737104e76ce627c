// The form of limits, delays, deadband, the state that they are tied to, and the rationale.

import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { OnlyWhileFields, onlyWhileText } from '../../components/domain/conditions/only-while-fields.tsx';
import { type Rationale, RationaleFields, rationaleOf } from '../../components/domain/conditions/rationale-fields.tsx';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { useBacktestText } from '../../i18n/backtest/use-backtest-text.ts';
import {
  type InForce,
  NUMBER_FIELDS,
  type NumberField,
  onlyWhileInForce,
  type RuleEdits,
  type RuleFault,
  type Rules,
} from './model/rules-draft.ts';
import { RuleField } from './rule-field.tsx';
import type { ScopeRules } from './use-rule-scopes.ts';

export function RulesForm({
  scope,
  view,
  edits,
  draft,
  before,
  after,
  faults,
  deadbandPercent,
  machineId,
  mayWrite,
  rationale,
  onChange,
  onRationale,
}: {
  scope: ScopeRules;
  view: MetricView;
  edits: RuleEdits;
  draft: Rules;
  before: Record<NumberField, InForce<number | null>>;
  after: Record<NumberField, InForce<number | null>>;
  faults: Partial<Record<NumberField, RuleFault>>;
  deadbandPercent: number | null;
  /** Whose states can be named; null where no machine is known. */
  machineId: string | null;
  mayWrite: boolean;
  rationale: Partial<Rationale>;
  onChange: (edits: RuleEdits) => void;
  onRationale: (rationale: Partial<Rationale>) => void;
}) {
  const { say, format } = useBacktestText();
  const [open, setOpen] = useState(false);
  const onlyWhile = onlyWhileInForce(draft, scope.wider);
  const written = scope.condition ?? NOTHING_WRITTEN;
  const hasOwn = NUMBER_FIELDS.some((field) => isOwn(draft, field)) || draft.onlyWhile !== null;
  return (
    <section className="card" aria-labelledby="bt-form">
      <div className="card-head">
        <h2 id="bt-form">{say('bt.limits')}</h2>
        <span className="caption ellipsis">
          {scope.name === 'machine' ? null : say('bt.reach', { count: scope.machines })}
        </span>
        <span className="flex-1" />
        {mayWrite && scope.name !== 'plant' && hasOwn ? (
          <button
            type="button"
            className="button button-quiet button-small"
            onClick={() =>
              onChange({ ...Object.fromEntries(NUMBER_FIELDS.map((field) => [field, null])), onlyWhile: null })
            }
          >
            <Undo2 size={16} strokeWidth={1.5} aria-hidden="true" />
            {say('bt.inherit_all')}
          </button>
        ) : null}
      </div>
      <div className="rules">
        {NUMBER_FIELDS.map((field) => (
          <RuleField
            key={field}
            field={field}
            view={view}
            own={isLimitField(field) ? (draft.limits[field] ?? null) : draft[field]}
            edited={field in edits}
            before={before[field]}
            after={after[field]}
            fault={faults[field]}
            deadbandPercent={deadbandPercent}
            readOnly={!mayWrite}
            onChange={(value) => onChange({ [field]: value })}
          />
        ))}
        <div className="rules-while">
          <h3>
            {say('bt.field.onlyWhile')} {edits.onlyWhile === undefined ? null : <Changed />}
          </h3>
          {mayWrite ? (
            <OnlyWhileFields
              machineId={machineId}
              value={draft.onlyWhile}
              inherited={draft.onlyWhile === null ? onlyWhile.value : null}
              onChange={(next) => onChange({ onlyWhile: next })}
            />
          ) : (
            <p className="text-strong">
              {onlyWhile.value === null ? say('bt.none') : onlyWhileText(format, onlyWhile.value)}
            </p>
          )}
        </div>
        <button
          type="button"
          className="button button-quiet button-small rules-more"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {say('bt.rationale')}
          {Object.keys(rationale).length > 0 ? <Changed /> : null}
        </button>
        {open ? (
          <RationaleFields
            draft={{ ...rationaleOf(written), ...rationale }}
            readOnly={!mayWrite}
            onChange={(change) => onRationale({ ...rationale, ...change })}
          />
        ) : null}
        {mayWrite ? null : <p className="caption">{say('bt.read_only')}</p>}
      </div>
    </section>
  );
}

const NOTHING_WRITTEN = { response: null, cause: null, consequence: null, time_to_respond_seconds: null };

const isLimitField = (field: NumberField): field is 'high_high' | 'high' | 'low' | 'low_low' =>
  field === 'high_high' || field === 'high' || field === 'low' || field === 'low_low';
const isOwn = (rules: Rules, field: NumberField) =>
  isLimitField(field) ? rules.limits[field] != null : rules[field] !== null;

function Changed() {
  const { say } = useBacktestText();
  return (
    <i className="changed-dot" title={say('bt.changed')}>
      <span className="sr-only">{say('bt.changed')}</span>
    </i>
  );
}
