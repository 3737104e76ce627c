// The topic of a message, level by level: which level names the machine, and which may be anything.

import type { ProfileRule } from '@gonsters/contract';
import { asLevel, type LevelChoice, topicLevels } from '../model/rule-topic.ts';
import { useIncomingText } from '../use-incoming-text.ts';

const CHOICES: readonly LevelChoice[] = ['exact', 'any', 'machine'];

export function TopicLevels({
  rule,
  topic,
  disabled,
  onChange,
}: {
  rule: ProfileRule;
  /** Of the message. */
  topic: string;
  disabled: boolean;
  onChange: (rule: ProfileRule) => void;
}) {
  const { say } = useIncomingText();
  const levels = topicLevels(rule, topic);
  if (levels === null) {
    return (
      <p className="topic-levels caption">
        {say('topic.is_for')} <span className="id">{rule.topic}</span>
      </p>
    );
  }
  return (
    <fieldset className="topic-levels" disabled={disabled}>
      <legend className="sr-only">{say('topic')}</legend>
      {levels.map(({ level, choice }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place
        <span key={at} className={`topic-level is-${choice}`}>
          <span className="id">{level}</span>
          <span className="caption">{say(`topic.${choice}`)}</span>
          <select
            aria-label={say('topic.level', { level })}
            value={choice}
            onChange={(event) => onChange(asLevel(rule, topic, at, event.target.value as LevelChoice))}
          >
            {CHOICES.map((each) => (
              <option key={each} value={each}>
                {say(`topic.${each}`)}
              </option>
            ))}
          </select>
        </span>
      ))}
    </fieldset>
  );
}
