// Whom a step tells: a person, a role, whoever is on duty, or a channel itself.

import { ROLES, type Role, type Target } from '@gonsters/contract';
import { X } from 'lucide-react';
import type { TellingNames } from '../../telling/use-telling-names.ts';
import { useTellingText } from '../../telling/use-telling-text.ts';
import { targetText } from './route-text.ts';

const KINDS = ['duty', 'role', 'person', 'channel', 'alert_email', 'webhooks'] as const;

export function TargetFields({
  target,
  isOnly,
  names,
  onChange,
  onRemove,
}: {
  target: Target;
  isOnly: boolean;
  names: TellingNames;
  onChange: (target: Target) => void;
  onRemove: () => void;
}) {
  const { say } = useTellingText();
  const choice = choiceOf(target, names);
  const kinds = KINDS.filter((kind) => kind === target.kind || isPossible(kind, names));
  return (
    <>
      <li className={choice === null ? 'is-plain' : ''}>
        <select
          className="input input-select"
          aria-label={say('target.kind')}
          value={target.kind}
          onChange={(event) => onChange(ofKind(event.target.value as Target['kind'], names))}
        >
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {say(`target.${kind}`)}
            </option>
          ))}
        </select>
        {choice === null ? null : (
          <select
            className="input input-select"
            aria-label={say(`target.${target.kind}`)}
            value={choice.value}
            onChange={(event) => onChange(choice.put(event.target.value))}
          >
            {choice.options.some(({ id }) => id === choice.value) ? null : (
              <option value={choice.value}>{choice.value === '' ? '' : say('target.unknown')}</option>
            )}
            {choice.options.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          disabled={isOnly}
          aria-label={say('target.remove', { name: targetText(say, names, target) })}
          onClick={onRemove}
        >
          <X size={16} strokeWidth={1.5} aria-hidden="true" />
        </button>
      </li>
      {target.kind === 'channel' ? (
        <li className="is-plain">
          <span className="input">
            <input
              aria-label={say('target.address')}
              placeholder={say('target.address')}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={target.address}
              onChange={(event) => onChange({ ...target, address: event.target.value })}
            />
          </span>
        </li>
      ) : null}
    </>
  );
}

interface TargetChoice {
  value: string;
  options: readonly { id: string; name: string }[];
  put: (id: string) => Target;
}

function choiceOf(target: Target, names: TellingNames): TargetChoice | null {
  switch (target.kind) {
    case 'person':
      return { value: target.user_id, options: names.people, put: (id) => ({ kind: 'person', user_id: id }) };
    case 'role': {
      const options = ROLES.map((role) => ({ id: role, name: role }));
      return { value: target.role, options, put: (id) => ({ kind: 'role', role: id as Role }) };
    }
    case 'duty':
      return { value: target.schedule_id, options: names.schedules, put: (id) => ({ kind: 'duty', schedule_id: id }) };
    case 'channel':
      return { value: target.channel_id, options: names.channels, put: (id) => ({ ...target, channel_id: id }) };
    default:
      return null;
  }
}

function isPossible(kind: Target['kind'], names: TellingNames): boolean {
  if (kind === 'person') return names.people.length > 0;
  if (kind === 'duty') return names.schedules.length > 0;
  return kind !== 'channel' || names.channels.length > 0;
}

function ofKind(kind: Target['kind'], { people, schedules, channels }: TellingNames): Target {
  switch (kind) {
    case 'person':
      return { kind, user_id: people[0]?.id ?? '' };
    case 'role':
      return { kind, role: 'Supervisor' };
    case 'duty':
      return { kind, schedule_id: schedules[0]?.id ?? '' };
    case 'channel':
      return { kind, channel_id: channels[0]?.id ?? '', address: '' };
    default:
      return { kind };
  }
}
