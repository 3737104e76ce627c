// Which rule gives a person the role and the factory.

import type { OidcRule } from '@gonsters/contract';

/** The group of a rule that holds for everybody whom the provider lets in. */
const EVERYBODY = '*';

/** The first rule that names a group of the person; null if none does. Groups are compared exactly, as the provider sends them. */
export function ruleFor(rules: readonly OidcRule[], groups: readonly string[]): OidcRule | null {
  const has = new Set(groups);
  return rules.find(({ group }) => group === EVERYBODY || has.has(group)) ?? null;
}
