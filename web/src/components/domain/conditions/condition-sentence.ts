// A condition as a sentence: when spindle current rises by more than 10 A per minute, over 1 minute.

import type { Condition } from '@gonsters/contract';
import type { ConditionTexts } from '../../../i18n/conditions/use-condition-text.ts';
import { durationText } from '../../../i18n/duration-text.ts';
import type { MetricView } from '../metrics/metric-view.ts';
import { shownDifference } from '../metrics/shown-difference.ts';

type Words = Pick<ConditionTexts, 't' | 'say' | 'format'>;
export type Said = Pick<
  Condition,
  | ('kind' | 'metric' | 'units_per_minute' | 'window_seconds' | 'direction' | 'duration_seconds' | 'epsilon')
  | ('values' | 'only_while' | 'on_delay_seconds')
>;

export function conditionSentence(words: Words, condition: Said, named: (metric: string) => MetricView): string {
  const { t, say, format } = words;
  const view = condition.metric === null ? null : named(condition.metric);
  const metric = view?.label ?? '';
  const duration = durationText(t, condition.duration_seconds ?? 0);
  const amount = (stored: number) => {
    const shown = view === null ? stored : shownDifference(view, stored);
    const text = format.number(shown, Math.min(4, String(shown).split('.')[1]?.length ?? 0));
    return view === null || view.unit === '' ? text : `${text}\u00a0${view.unit}`;
  };
  const main = (): string => {
    switch (condition.kind) {
      case 'rate_of_change':
        return say(`conditions.sentence.${condition.direction ?? 'either'}`, {
          metric,
          rate: amount(condition.units_per_minute ?? 0),
          window: durationText(t, condition.window_seconds ?? 60),
        });
      case 'stuck':
        return (condition.epsilon ?? 0) > 0
          ? say('conditions.sentence.stuck_within', { metric, epsilon: amount(condition.epsilon ?? 0), duration })
          : say('conditions.sentence.stuck', { metric, duration });
      case 'state': {
        const values = (condition.values ?? []).map((value) => `“${value}”`).join(say('conditions.or'));
        return (condition.duration_seconds ?? 0) > 0
          ? say('conditions.sentence.state', { metric, values, duration })
          : say('conditions.sentence.state_now', { metric, values });
      }
      case 'no_count':
        return say('conditions.sentence.no_count', { metric, duration });
      case 'connection':
        return say('conditions.sentence.connection');
      default:
        return say(`conditions.sentence.${condition.kind}`, { metric });
    }
  };
  const { only_while: tied, on_delay_seconds: delay } = condition;
  const wait = delay !== null && delay > 0 ? say('conditions.sentence.after', { time: durationText(t, delay) }) : '';
  if (tied === null) return main() + wait;
  const values = tied.values.map((value) => `“${value}”`).join(say('conditions.or'));
  const startup =
    tied.startup_seconds > 0 ? say('conditions.sentence.startup', { time: durationText(t, tied.startup_seconds) }) : '';
  return main() + wait + say('conditions.sentence.only_while', { metric: named(tied.metric).label, values }) + startup;
}
