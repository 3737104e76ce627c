// Compiles a profile once into plain functions.

import type { ProfileDraft, ProfileRule } from '@gonsters/contract';
import { compileRule, type MapMessage } from './map-message.ts';
import { MappingShare } from './mapping-cost.ts';
import { compileTopic, type TopicPattern } from './topic-pattern.ts';

export interface CompiledRule {
  readonly rule: ProfileRule;
  /** null: every topic. */
  readonly topic: TopicPattern | null;
  readonly map: MapMessage;
  /** Shared by the rules of a profile. */
  readonly share: MappingShare;
}

export interface CompiledProfile {
  readonly rules: readonly CompiledRule[];
}

/** A rule with what the topic of a message says. */
export interface MatchedRule {
  readonly compiled: CompiledRule;
  readonly parts: ReadonlyMap<string, string>;
  /** The zone of timestamps without one; null: that of the sender. */
  readonly zone: string | null;
  /** Is told the machines of the message, where the rule states how often they send. */
  readonly onMachine: ((machineId: string, nowMs: number) => void) | null;
}

const NO_PARTS: ReadonlyMap<string, string> = new Map();

/** @param draft as its schema admits it */
export function compileProfile({ rules }: ProfileDraft): CompiledProfile {
  const share = new MappingShare();
  return {
    rules: rules.map((rule) => ({
      ...{ rule, share, map: compileRule(rule) },
      topic: rule.topic === null ? null : compileTopic(rule.topic),
    })),
  };
}

/** The first rule that fits the topic; null where none does. */
export function matchRule({ rules }: CompiledProfile, levels: readonly string[]): MatchedRule | null {
  for (const compiled of rules) {
    const parts = compiled.topic === null ? NO_PARTS : compiled.topic.match(levels);
    if (parts !== null) return { compiled, parts, zone: null, onMachine: null };
  }
  return null;
}
