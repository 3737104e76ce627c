// The topic of a rule, level by level: which levels may be anything, and which one names the machine.

import type { ProfileRule } from '@gonsters/contract';

/** `machine`: the level names it. `any`: it may be anything. `exact`: it has to be as it is. */
export type LevelChoice = 'machine' | 'any' | 'exact';
export interface TopicLevel {
  /** Of the message's topic. */
  level: string;
  choice: LevelChoice;
  /** Of the rule's topic. */
  pattern: string;
}

const PART = /\{([^}]*)\}/;
const MACHINE = 'machine';

/** Of a topic that the rule is for; null where the rule's topic says nothing of each level. */
export function topicLevels(rule: ProfileRule, topic: string): TopicLevel[] | null {
  const levels = topic.split('/');
  const patterns = rule.topic?.split('/') ?? levels.map(() => '+');
  if (patterns.length !== levels.length || patterns.includes('#')) return null;
  const machinePart = rule.machine !== null && 'part' in rule.machine ? rule.machine.part : null;
  return levels.map((level, at) => {
    const pattern = patterns[at] as string;
    const part = PART.exec(pattern)?.[1] ?? null;
    const choice =
      part !== null && part === machinePart ? 'machine' : part !== null || pattern === '+' ? 'any' : 'exact';
    return { level, choice, pattern };
  });
}

/** The rule with another choice for the level at `at`. */
export function asLevel(rule: ProfileRule, topic: string, at: number, choice: LevelChoice): ProfileRule {
  const levels = topicLevels(rule, topic);
  if (levels === null) return rule;
  const patterns = levels.map((each, index) => {
    if (index === at) return choice === 'machine' ? `{${MACHINE}}` : choice === 'any' ? '+' : each.level;
    // One level names the machine.
    return each.choice === 'machine' && choice === 'machine' ? '+' : each.pattern;
  });
  const wasMachine = levels[at]?.choice === 'machine';
  return {
    ...rule,
    topic: patterns.join('/'),
    machine: choice === 'machine' ? { part: MACHINE } : wasMachine ? null : rule.machine,
  };
}

/** The topic that rules are compared with: of a request, its path. */
export function profileTopic(topic: string): string {
  const path = /^POST (\/.*)$/.exec(topic)?.[1];
  if (path === undefined) return topic;
  return path === '/data/ingest' ? '/api/v1/data/ingest' : path;
}

/** As the server decides it: `+`, `#` and named parts. */
export function isForTopic(filter: string | null, topic: string): boolean {
  if (filter === null) return true;
  const levels = topic.split('/');
  const patterns = filter.split('/');
  const rest = patterns.indexOf('#');
  if (rest === -1 ? levels.length !== patterns.length : levels.length < rest) return false;
  return (rest === -1 ? patterns : patterns.slice(0, rest)).every((pattern, at) => fits(pattern, levels[at] as string));
}

function fits(pattern: string, level: string): boolean {
  if (pattern === '+') return true;
  const found = PART.exec(pattern);
  if (found === null) return pattern === level;
  const [before, after] = [pattern.slice(0, found.index), pattern.slice(found.index + found[0].length)];
  return level.length > before.length + after.length && level.startsWith(before) && level.endsWith(after);
}
