// The rules of OpenID Connect while they are edited: their order, and which of them can never count.

import type { OidcRule } from '@gonsters/contract';

/** Everybody, whatever the groups. */
const EVERYBODY = '*';

/** `key` stays the same while a rule is edited and moved. */
export interface RuleDraft {
  key: number;
  group: string;
  role: OidcRule['role'];
  /** `''`: every factory. */
  factory: string;
}

export type RuleFault = 'rules.fault.group' | 'rules.fault.twice' | 'rules.fault.after_everybody';

export const draftsOf = (rules: readonly OidcRule[]): RuleDraft[] =>
  rules.map(({ group, role, factory_id }, key) => ({ key, group, role, factory: factory_id ?? '' }));

export const rulesOf = (drafts: readonly RuleDraft[]): OidcRule[] =>
  drafts.map(({ group, role, factory }) => ({ group: group.trim(), role, factory_id: factory.trim() || null }));

/** Of each rule in their order, why it cannot be stored or never counts; null where all is well. */
export function ruleFaults(drafts: readonly RuleDraft[]): readonly (RuleFault | null)[] {
  const before = new Set<string>();
  return drafts.map(({ group }) => {
    const name = group.trim();
    if (name === '') return 'rules.fault.group';
    const fault = before.has(name) ? 'rules.fault.twice' : before.has(EVERYBODY) ? 'rules.fault.after_everybody' : null;
    before.add(name);
    return fault;
  });
}

/** With the rule at `from` at the place `to`; places outside of the list change nothing. */
export function moved(drafts: readonly RuleDraft[], from: number, to: number): readonly RuleDraft[] {
  const rule = drafts[from];
  if (rule === undefined || to < 0 || to >= drafts.length) return drafts;
  const rest = drafts.filter((_, place) => place !== from);
  return [...rest.slice(0, to), rule, ...rest.slice(to)];
}

/** With a rule for `group` where it counts: before the one for everybody, else at the end. */
export function withGroup(drafts: readonly RuleDraft[], group: string): readonly RuleDraft[] {
  const key = drafts.reduce((most, rule) => Math.max(most, rule.key), -1) + 1;
  const rule: RuleDraft = { key, group, role: 'Operator', factory: '' };
  const everybody = drafts.findIndex((each) => each.group.trim() === EVERYBODY);
  const place = everybody === -1 ? drafts.length : everybody;
  return [...drafts.slice(0, place), rule, ...drafts.slice(place)];
}
