// The changes of a suggestion in the address of the page, so that opened from the bad actors they are in the form already.

import { type ImprovementChanges, LIMIT_KINDS } from '@gonsters/contract';
import { editsOf, type RuleEdits, type Rules } from './rules-draft.ts';

const FIELDS = ['limit', 'deadband', 'on_delay_seconds', 'off_delay_seconds'] as const;

/** Nothing where the text is none of ours. */
export function putOf(own: Rules, text: string | undefined): RuleEdits {
  if (text === undefined) return {};
  try {
    const given = JSON.parse(text) as Record<string, unknown> | null;
    const kind = LIMIT_KINDS.find((each) => each === given?.kind);
    if (kind === undefined) return {};
    const changes = Object.fromEntries(
      FIELDS.flatMap((field) => (Number.isFinite(given?.[field]) ? [[field, given?.[field]]] : [])),
    ) as ImprovementChanges;
    return editsOf(own, kind, changes);
  } catch {
    return {};
  }
}
