// The rules of OpenID Connect in their order. A handle moves a rule; the first that matches holds.

import type { Role } from '@gonsters/contract';
import { GripVertical, Trash2 } from 'lucide-react';
import { SelectField, TextField } from '../../../components/ui/form/text-field.tsx';
import { useReorder } from '../../../components/ui/form/use-reorder.ts';
import { moved, type RuleDraft, type RuleFault } from './rules-draft.ts';
import { useSecurityText } from './use-security-text.ts';

const ROLES: readonly Role[] = ['Operator', 'Supervisor', 'Management'];

export function RuleRows({
  rules,
  faults,
  onChange,
}: {
  rules: readonly RuleDraft[];
  /** Of each rule. */
  faults: readonly (RuleFault | null)[];
  onChange: (rules: readonly RuleDraft[]) => void;
}) {
  const { say } = useSecurityText();
  const reorder = useReorder((from, to) => onChange(moved(rules, from, to)));
  const change = (key: number, part: Partial<RuleDraft>) =>
    onChange(rules.map((rule) => (rule.key === key ? { ...rule, ...part } : rule)));
  return (
    <ol data-reorder>
      {rules.map((rule, place) => {
        const fault = faults[place] ?? null;
        return (
          <li key={rule.key} className="rule-row" {...reorder.row(place)}>
            <button
              type="button"
              className="drag-grip"
              aria-label={say('rules.move', { group: rule.group, place: place + 1, count: rules.length })}
              {...reorder.handle(place)}
            >
              <GripVertical size={16} strokeWidth={1.5} aria-hidden="true" />
            </button>
            <TextField
              label={say('rules.group')}
              hint={place === 0 ? say('rules.group.hint') : undefined}
              fault={fault === null ? undefined : say(fault)}
              maxLength={256}
              value={rule.group}
              onChange={(group) => change(rule.key, { group })}
            />
            <SelectField
              label={say('rules.role')}
              value={rule.role}
              choices={ROLES.map((role) => ({ value: role, label: role }))}
              onChange={(role) => change(rule.key, { role })}
            />
            <TextField
              label={say('rules.factory')}
              placeholder={say('rules.every_factory')}
              maxLength={100}
              value={rule.factory}
              onChange={(factory) => change(rule.key, { factory })}
            />
            <button
              type="button"
              className="button button-quiet button-icon rule-remove"
              aria-label={say('rules.remove', { group: rule.group })}
              title={say('rules.remove', { group: rule.group })}
              onClick={() => onChange(rules.filter(({ key }) => key !== rule.key))}
            >
              <Trash2 size={16} strokeWidth={1.5} />
            </button>
          </li>
        );
      })}
    </ol>
  );
}
