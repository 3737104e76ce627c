// The profile of a gateway while one of its rules is edited, together with what else is saved with it.

import type { Machine, MetricKind, ProfileDraft, ProfileReply, ProfileRule } from '@gonsters/contract';
import { isForTopic } from './rule-topic.ts';

export interface ProfileEdit {
  /** As it is in force; null: the gateway has none. */
  inForce: ProfileDraft | null;
  /** The newest version, 0 for none: what is saved replaces this one. */
  version: number;
  /** Where the rule is in the profile in force; null for one that is not in force yet. */
  place: number | null;
  rule: ProfileRule;
  /** The rule as it was before a person changed it. */
  before: ProfileRule;
  /** Metrics that are added, by name. */
  metrics: Readonly<Record<string, NewMetric>>;
  /** Machines that are given a name as an alias. */
  aliases: readonly NewAlias[];
}
export interface NewAlias {
  /** What the messages call the machine. */
  alias: string;
  machine: Pick<Machine, 'machine_id' | 'name'>;
}
export interface NewMetric {
  label: string;
  kind: MetricKind;
}

export const blankRule = (topic: string | null): ProfileRule => ({
  ...{ topic, records: '$', machine: null, time: null, time_format: 'auto', unset_clock: 'arrival' },
  ...{ values: [], others: 'recognise', ignore: [] },
});

/** The rule of the profile that a message on the topic is read with, or else the proposed one. */
export function startEdit(reply: ProfileReply | null, topic: string, proposed: ProfileRule): ProfileEdit {
  const inForce = reply?.profile ? draftOf(reply.profile) : null;
  const place = inForce?.rules.findIndex((rule) => isForTopic(rule.topic, topic)) ?? -1;
  const rule = inForce?.rules[place] ?? proposed;
  const version = reply?.version ?? 0;
  return { inForce, version, place: place === -1 ? null : place, rule, before: rule, metrics: {}, aliases: [] };
}

/** What is saved: the profile in force with the rule as it has become. */
export function editedProfile({ inForce, place, rule }: ProfileEdit): ProfileDraft {
  const rules = inForce?.rules ?? [];
  // A rule that is not in force yet is for messages that none of the others is for: it may come last.
  const edited = place === null ? [...rules, rule] : rules.map((other, at) => (at === place ? rule : other));
  return { ...inForce, rules: edited };
}

/** Whether a person has changed something. */
export const isTouched = ({ rule, before, aliases }: ProfileEdit): boolean => rule !== before || aliases.length > 0;

export const withAlias = (aliases: readonly NewAlias[], added: NewAlias): NewAlias[] => [
  ...withoutAlias(aliases, added.alias),
  added,
];
export const withoutAlias = (aliases: readonly NewAlias[], alias: string): NewAlias[] =>
  aliases.filter((each) => each.alias !== alias);

/** Without what the server adds. */
const draftOf = ({ name, rules }: { name?: string | undefined; rules: ProfileRule[] }): ProfileDraft => ({
  ...(name === undefined ? {} : { name }),
  rules,
});
