// Who was refused at a sign-in with OpenID Connect, with the groups that arrived. A press makes a rule of a group.

import type { OidcRefusal } from '@gonsters/contract';
import { Plus } from 'lucide-react';
import { useSecurityText } from './use-security-text.ts';

export function RefusedList({
  refused,
  known,
  onMake,
  onLink,
}: {
  /** Newest first. */
  refused: readonly OidcRefusal[];
  /** Groups that have a rule. */
  known: ReadonlySet<string>;
  onMake: (group: string) => void;
  onLink: (refusal: OidcRefusal) => void;
}) {
  const { say, format } = useSecurityText();
  return (
    <div className="refused">
      <h3>{say('rules.refused')}</h3>
      {refused.length === 0 ? <p className="caption">{say('rules.refused.none')}</p> : null}
      <ul>
        {refused.map((each) => (
          <li key={each.id}>
            <b>{each.name}</b>
            <span className="caption">{format.moment(Date.parse(each.at))}</span>
            <span className="refused-groups">
              {each.reason === 'account_exists' ? say('rules.refused.account_exists') : null}
              {each.user_id === null ? null : (
                <button
                  type="button"
                  className="button button-small"
                  aria-label={say('rules.refused.link', { name: each.name })}
                  onClick={() => onLink(each)}
                >
                  {say('rules.refused.link.short')}
                </button>
              )}
              {each.reason === 'no_rule' && each.groups.length === 0 ? say('rules.refused.no_groups') : null}
              {each.reason === 'no_rule'
                ? each.groups.map((group) =>
                    known.has(group) ? (
                      <span key={group} className="tag">
                        {group}
                      </span>
                    ) : (
                      <button
                        key={group}
                        type="button"
                        className="button button-small"
                        aria-label={say('rules.refused.make', { group })}
                        title={say('rules.refused.make', { group })}
                        onClick={() => onMake(group)}
                      >
                        <Plus size={12} strokeWidth={1.5} aria-hidden="true" />
                        {group}
                      </button>
                    ),
                  )
                : null}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
