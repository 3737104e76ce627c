// What a value of a message becomes, in a column of its own: an icon and words.

import type { MetricDefinition, ProfileRule } from '@gonsters/contract';
import { Ban, Box, Clock, Gauge, Plus, Tag, Type } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Scalar } from '../model/message-tree.ts';
import { metricCalled } from '../model/metric-proposals.ts';
import type { NewMetric } from '../model/profile-draft.ts';
import type { Meaning } from '../model/rule-edit.ts';
import { type IncomingTexts, useIncomingText } from '../use-incoming-text.ts';

const ICON = { size: 13, strokeWidth: 1.5, 'aria-hidden': true } as const;

export function Becomes({
  rule,
  meaning,
  value,
  called,
  metrics,
  added,
  machine,
}: {
  rule: ProfileRule;
  meaning: Meaning;
  value: Scalar;
  /** What the payload calls it. */
  called: string;
  metrics: readonly MetricDefinition[];
  added: Readonly<Record<string, NewMetric>>;
  /** The machine that the message is for; null where none is known. */
  machine: string | null;
}) {
  const texts = useIncomingText();
  const { say } = texts;
  switch (meaning.is) {
    case 'machine':
      return (
        <Line icon={<Box {...ICON} />}>
          {machine === null ? say('becomes.machine_unknown') : say('becomes.machine', { name: machine })}
        </Line>
      );
    case 'time':
      return <Line icon={<Clock {...ICON} />}>{say(`becomes.time.${rule.time_format}`)}</Line>;
    case 'unit':
      return <Line icon={<Type {...ICON} />}>{say('becomes.unit')}</Line>;
    case 'quality':
      return <Line icon={<Gauge {...ICON} />}>{say('becomes.quality')}</Line>;
    case 'name':
      return <Line icon={<Type {...ICON} />}>{say('becomes.name')}</Line>;
    case 'ignored':
      return (
        <Line quiet icon={<Ban {...ICON} />}>
          {say('becomes.ignored')}
        </Line>
      );
    case 'metric': {
      const name = meaning.metric ?? meaning.name;
      const metric = metricCalled(metrics, name);
      const unit =
        'constant' in (meaning.value.unit ?? {}) ? (meaning.value.unit as { constant: string }).constant : '';
      return (
        <Line icon={<Tag {...ICON} />}>
          {metric?.label ?? added[name]?.label ?? name}
          {kindText(texts, metric, meaning, value, unit)}
          {metric === null ? <span className="tag tag-new">{say('becomes.new')}</span> : null}
        </Line>
      );
    }
    default: {
      const isValue = typeof value === 'number' || typeof value === 'boolean';
      if (rule.others === 'ignore' || value === null || !isValue) {
        return (
          <Line quiet icon={<Ban {...ICON} />}>
            {say(rule.others === 'ignore' || value === null ? 'becomes.nothing' : 'becomes.as_recognised')}
          </Line>
        );
      }
      const metric = metricCalled(metrics, called);
      return (
        <Line quiet icon={metric === null ? <Plus {...ICON} /> : <Tag {...ICON} />}>
          {metric === null ? say('becomes.new_name', { name: called }) : metric.label}
        </Line>
      );
    }
  }
}

/** The unit, and what a state or a counter needs to be understood. */
function kindText(
  { say }: IncomingTexts,
  metric: MetricDefinition | null,
  { value: rule }: Meaning & { is: 'metric' },
  value: Scalar,
  unit: string,
): ReactNode {
  const state = rule.states?.[String(value)];
  if (state !== undefined) return <small>{`${String(value)} = ${String(state)}`}</small>;
  const text = unit || metric?.unit || (metric?.kind === 'counter' ? say('kind.counter') : '');
  return text === '' ? null : <small>{text}</small>;
}

function Line({ icon, quiet = false, children }: { icon: ReactNode; quiet?: boolean; children: ReactNode }) {
  return (
    <span className={`becomes ${quiet ? 'is-quiet' : ''}`}>
      {icon}
      <span>{children}</span>
    </span>
  );
}
