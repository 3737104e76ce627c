// One number of the rules: set here in ink, inherited in grey with where it is from, and what it was while it is edited.

import { Undo2 } from 'lucide-react';
import { useId } from 'react';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { FaultText } from '../../components/ui/form/field.tsx';
import { NumberInput } from '../../components/ui/form/number-input.tsx';
import { useBacktestText } from '../../i18n/backtest/use-backtest-text.ts';
import type { InForce, NumberField, RuleFault } from './model/rules-draft.ts';
import { ruleNumber, ruleText, toShownRule, toStoredRule, unitOfRule } from './rule-text.ts';

export function RuleField({
  field,
  view,
  own,
  edited,
  before,
  after,
  fault,
  deadbandPercent,
  readOnly,
  onChange,
}: {
  field: NumberField;
  view: MetricView;
  /** As it would be saved here; null: inherited. */
  own: number | null;
  edited: boolean;
  before: InForce<number | null>;
  after: InForce<number | null>;
  fault: RuleFault | undefined;
  deadbandPercent: number | null;
  readOnly: boolean;
  onChange: (stored: number | null) => void;
}) {
  const { t, say, format } = useBacktestText();
  const id = useId();
  const isLimit = field !== 'onDelay' && field !== 'offDelay' && field !== 'deadband';
  const label = isLimit ? t(`limit.${field}`) : say(`bt.field.${field}`);
  const none = say('bt.none');
  const share =
    field === 'deadband' && after.value === null && deadbandPercent !== null
      ? say('bt.deadband.share', { share: format.number(deadbandPercent) })
      : null;
  const severity = field === 'high_high' || field === 'low_low' ? 'critical' : null;
  return (
    <div className="rule">
      <label htmlFor={id}>
        <span className="rule-name">{label}</span>
        {severity === null ? null : <span className="caption crit">{t(`status.${severity}`)}</span>}
        {edited ? (
          <i className="changed-dot" title={say('bt.changed')}>
            <span className="sr-only">{say('bt.changed')}</span>
          </i>
        ) : null}
      </label>
      <span className="caption rule-origin">{origin()}</span>
      {readOnly ? (
        <span className="rule-value">{share ?? ruleText(format, view, field, after.value, none)}</span>
      ) : (
        <span className={`rule-input ${own === null ? 'is-inherited' : ''} ${edited ? 'is-changed' : ''}`}>
          <NumberInput
            id={id}
            value={own === null ? null : Number.isNaN(own) ? own : toShownRule(view, field, own)}
            placeholder={after.value === null || own !== null ? none : ruleNumber(format, view, field, after.value)}
            suffix={unitOfRule(view, format, field)}
            onChange={(shown) =>
              onChange(shown === null || Number.isNaN(shown) ? shown : toStoredRule(view, field, shown))
            }
          />
          {own === null ? null : (
            <button
              type="button"
              className="button button-quiet button-icon button-small"
              aria-label={say('bt.inherit', { field: label })}
              title={say('bt.inherit', { field: label })}
              onClick={() => onChange(null)}
            >
              <Undo2 size={14} strokeWidth={1.5} aria-hidden="true" />
            </button>
          )}
        </span>
      )}
      {fault === undefined ? null : <FaultText>{faultWords(fault)}</FaultText>}
    </div>
  );

  function origin(): string {
    if (edited) {
      if (before.value === null) return share ?? say('bt.none_anywhere');
      const value = ruleText(format, view, field, before.value, none);
      if (before.from === 'here' || before.from === null) return say('bt.was_here', { value });
      return say('bt.was_from', { value, source: say(`bt.from.${before.from}`) });
    }
    if (share !== null) return share;
    return after.from === null ? say('bt.none_anywhere') : say(`bt.from.${after.from}`);
  }

  function faultWords(what: RuleFault): string {
    if (what === 'number') return t('limits.fault.number');
    if (what === 'negative') return t('limits.fault.least', { min: '0', unit: unitOfRule(view, format, field) });
    return t(`limits.fault.${what.side}`, { limit: t(`limit.${what.than}`), value: '' }).replace(' ()', '');
  }
}
