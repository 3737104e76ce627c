// Applies what was edited, or discards it. What was applied is named in a toast, with one click that takes it back.

import { useState } from 'react';
import { createPortal } from 'react-dom';
import type { Rationale } from '../../components/domain/conditions/rationale-fields.tsx';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { FaultText } from '../../components/ui/form/field.tsx';
import { LeaveGuard } from '../../components/ui/form/leave-guard.tsx';
import { toast } from '../../components/ui/toast.ts';
import { useBacktestText } from '../../i18n/backtest/use-backtest-text.ts';
import { errorText } from '../../i18n/error-text.ts';
import { useConnection, useLive } from '../../live/use-live.ts';
import { NUMBER_FIELDS, type NumberField, type RuleEdits, type Rules } from './model/rules-draft.ts';
import { ruleText } from './rule-text.ts';
import { useApplyRules } from './use-apply-rules.ts';
import type { RuleScopes, ScopeRules } from './use-rule-scopes.ts';
import '../../styles/limits.css';

/** Long enough to look at the machine and think again. */
const UNDO_MS = 30_000;

export function ApplyBar({
  scopes,
  scope,
  scopeName,
  view,
  edits,
  draft,
  rationale,
  changes,
  faults,
  onApplied,
  onDiscard,
}: {
  scopes: RuleScopes;
  scope: ScopeRules;
  scopeName: string;
  view: MetricView;
  edits: RuleEdits;
  draft: Rules;
  rationale: Partial<Rationale>;
  changes: number;
  faults: number;
  onApplied: () => void;
  onDiscard: () => void;
}) {
  const { t, say, format } = useBacktestText();
  const { now } = useLive();
  const offline = useConnection().phase === 'offline';
  const apply = useApplyRules(scopes);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const run = async () => {
    setBusy(true);
    setFailure('');
    try {
      const undo = await apply(scope, edits, rationale);
      toast.success(say('bt.applied', { scope: scopeName, what: what() }), {
        description: say('bt.applied.since', { time: `${format.clock(now())} ${format.zone(now())}` }),
        duration: UNDO_MS,
        action: { label: say('bt.undo'), onClick: () => takeBack(undo) },
      });
      onApplied();
    } catch (error) {
      setFailure(errorText(t, error));
      setBusy(false);
    }
  };
  const takeBack = (undo: () => Promise<void>) => {
    undo().then(
      () => toast.success(say('bt.undone', { scope: scopeName })),
      (error: unknown) => toast.error(say('bt.undo.failed', { reason: errorText(t, error) })),
    );
  };
  return createPortal(
    <section className="save-bar glass" aria-label={t('save.unsaved')}>
      <div className="min-w-0 flex-1">
        <b>
          {say('bt.changes.for', { count: changes, scope: scopeName })}
          {faults > 0 ? `, ${t('save.faults', { count: faults })}` : null}
        </b>
        {offline ? <span className="caption">{t('save.offline')}</span> : null}
        {failure === '' ? null : <FaultText>{failure}</FaultText>}
      </div>
      <span className="caption hide-phone apply-hint">{say('bt.take_back')}</span>
      <button type="button" className="button button-quiet" disabled={busy} onClick={onDiscard}>
        {t('save.discard')}
      </button>
      <button
        type="button"
        className="button button-primary"
        disabled={busy || faults > 0 || offline}
        onClick={() => void run()}
      >
        {say(busy ? 'bt.applying' : 'bt.apply')}
      </button>
      <LeaveGuard changes={changes} />
    </section>,
    document.body,
  );

  function what(): string {
    const numbers = NUMBER_FIELDS.filter((field) => field in edits).map((field) => {
      const stored = isLimit(field) ? (draft.limits[field] ?? null) : draft[field];
      const name = isLimit(field) ? t(`limit.${field}`) : say(`bt.field.${field}`).toLowerCase();
      return `${name} ${ruleText(format, view, field, stored, say('bt.none').toLowerCase())}`;
    });
    return [
      ...numbers,
      ...(edits.onlyWhile === undefined ? [] : [say('bt.field.onlyWhile').toLowerCase()]),
      ...(Object.keys(rationale).length > 0 ? [say('bt.rationale').toLowerCase()] : []),
    ].join(', ');
  }
}

const isLimit = (field: NumberField): field is 'high_high' | 'high' | 'low' | 'low_low' =>
  field === 'high_high' || field === 'high' || field === 'low' || field === 'low_low';
