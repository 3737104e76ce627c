// The change that would quieten this metric of the machine, from the bad actors: it fills the form and never applies itself.

import type { BadActor, ImprovementChanges, LimitKind } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { Check, Lightbulb } from 'lucide-react';
import { useRef, useState } from 'react';
import { backtestApi } from '../../api/backtest-api.ts';
import { useApi } from '../../api/use-api.ts';
import type { MetricView } from '../../components/domain/metrics/metric-view.ts';
import { useBacktestText } from '../../i18n/backtest/use-backtest-text.ts';
import { useReasonText } from '../../i18n/reasons/use-reason-text.ts';
import { useLive } from '../../live/use-live.ts';
import { editsOf, type NumberField, type RuleEdits, type Rules } from './model/rules-draft.ts';
import { ruleText } from './rule-text.ts';

const DAYS_MS = 30 * 86_400_000;
const COMPUTING_MS = 3_000;

export function SuggestionCard({
  machineId,
  metric,
  view,
  own,
  edits,
  mayWrite,
  onPut,
}: {
  machineId: string;
  metric: string;
  view: MetricView;
  own: Rules;
  edits: RuleEdits;
  mayWrite: boolean;
  onPut: (edits: RuleEdits) => void;
}) {
  const { t, say, format } = useBacktestText();
  const { noSuggestion } = useReasonText();
  const api = useApi();
  const openedMs = useRef(Math.floor(useLive().now() / 60_000) * 60_000);
  const [isDismissed, setDismissed] = useState(false);
  const { data } = useQuery({
    queryKey: ['alerts', 'bad-actors', openedMs.current],
    queryFn: ({ signal }) =>
      backtestApi(api.client).badActors({ fromMs: openedMs.current - DAYS_MS, toMs: openedMs.current }, signal),
    refetchInterval: ({ state }) => (state.data?.computing == null ? false : COMPUTING_MS),
  });
  const rank = data?.actors.findIndex((each) => each.machine_id === machineId && each.metric === metric) ?? -1;
  const actor = data?.actors[rank];
  if (actor === undefined || isDismissed || actor.limit_kind === 'stale') return null;
  const { suggestion } = actor;
  const tag = <span className="tag">{say('bt.rank', { rank: rank + 1 })}</span>;
  if (suggestion === null) {
    if (actor.reason_code === null || actor.applied !== null) return null;
    return (
      <section className="card suggestion" aria-label={say('bt.suggested')}>
        <h3>
          <Lightbulb size={16} strokeWidth={1.5} aria-hidden="true" />
          {say('bt.suggested')} <span className="flex-1" /> {tag}
        </h3>
        <p className="caption">{say('bt.no_suggestion', { reason: noSuggestion(actor.reason_code) })}</p>
      </section>
    );
  }
  const put = editsOf(own, actor.limit_kind, suggestion.changes);
  const isPut = Object.entries(put).every(([field, value]) => edits[field as NumberField] === value);
  return (
    <section className="card suggestion" aria-label={say('bt.suggested')}>
      <h3>
        <Lightbulb size={16} strokeWidth={1.5} aria-hidden="true" />
        {say('bt.suggested')} <span className="flex-1" /> {tag}
      </h3>
      <ul>
        {changesOf(suggestion, actor.limit_kind).map(({ field, from, to }) => (
          <li key={field}>
            {field === 'onDelay' || field === 'offDelay' || field === 'deadband'
              ? say(`bt.field.${field}`)
              : say('bt.field.limit', { kind: t(`limit.${field}`) })}
            <b>
              <s>
                <span className="sr-only">{say('bt.old')} </span>
                {from === null ? say('bt.none') : ruleText(format, view, field, from, say('bt.none'))}
              </s>{' '}
              {ruleText(format, view, field, to, say('bt.none'))}
            </b>
          </li>
        ))}
      </ul>
      <p className="caption">
        {say('bt.suggested.why', {
          share: format.share(suggestion.removed_share),
          before: suggestion.before,
          after: suggestion.after,
          later: format.age(suggestion.latest_seconds * 1000),
          allowed: format.age(suggestion.allowed_seconds * 1000),
        })}{' '}
        {say('bt.suggested.from', { count: suggestion.readings })}
      </p>
      {mayWrite ? (
        <div className="suggestion-buttons">
          <button type="button" className="button button-small" disabled={isPut} onClick={() => onPut(put)}>
            {isPut ? <Check size={16} strokeWidth={1.5} aria-hidden="true" /> : null}
            {say(isPut ? 'bt.is_put' : 'bt.put')}
          </button>
          <button type="button" className="button button-small button-quiet" onClick={() => setDismissed(true)}>
            {say('bt.not_useful')}
          </button>
        </div>
      ) : null}
    </section>
  );
}

function changesOf(
  { changes, current }: NonNullable<BadActor['suggestion']>,
  kind: LimitKind,
): { field: NumberField; from: number | null; to: number }[] {
  const change = (field: NumberField, name: keyof ImprovementChanges) => {
    const to = changes[name];
    return to === undefined ? [] : [{ field, from: current[name], to }];
  };
  return [
    ...change(kind, 'limit'),
    ...change('deadband', 'deadband'),
    ...change('onDelay', 'on_delay_seconds'),
    ...change('offDelay', 'off_delay_seconds'),
  ];
}
