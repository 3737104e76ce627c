// The people of a schedule, in turn: moved by dragging or with the arrow keys.

import { GripVertical, X } from 'lucide-react';
import { useReorder } from '../../../components/ui/form/use-reorder.ts';
import { moved } from '../telling/order.ts';
import type { TellingNames } from '../telling/use-telling-names.ts';
import { useTellingText } from '../telling/use-telling-text.ts';

export function ScheduleMembers({
  members,
  names,
  onChange,
}: {
  /** null: nobody, such as the place of a person who has left. */
  members: readonly (string | null)[];
  names: TellingNames;
  onChange: (members: (string | null)[]) => void;
}) {
  const { say } = useTellingText();
  const reorder = useReorder((from, to) => onChange([...moved(members, from, to)]));
  const nameOf = (id: string | null) => (id === null ? null : names.person(id)) ?? say('schedules.member.left');
  const left = names.people.filter(({ id }) => !members.includes(id));
  return (
    <div className="field">
      <h3 className="label">{say('schedules.members')}</h3>
      <ol className="members" data-reorder>
        {members.map((id, place) => {
          const name = nameOf(id);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same person may take several turns
            <li key={place} {...reorder.row(place)}>
              <button
                type="button"
                className="drag-grip"
                aria-label={say('schedules.member.move', { name, place: place + 1, count: members.length })}
                {...reorder.handle(place)}
              >
                <GripVertical size={16} strokeWidth={1.5} aria-hidden="true" />
              </button>
              <span className={id === null ? 'warn' : 'text-strong'}>{name}</span>
              <button
                type="button"
                className="button button-quiet button-icon button-small"
                aria-label={say('schedules.member.remove', { name })}
                onClick={() => onChange(members.toSpliced(place, 1))}
              >
                <X size={16} strokeWidth={1.5} aria-hidden="true" />
              </button>
            </li>
          );
        })}
      </ol>
      {left.length === 0 ? null : (
        <select
          className="input input-select"
          aria-label={say('schedules.member.add')}
          value=""
          onChange={(event) => onChange([...members, event.target.value])}
        >
          <option value="" disabled>
            {`${say('schedules.member.add')} …`}
          </option>
          {left.map(({ id, name, role }) => (
            <option key={id} value={id}>{`${name}, ${role}`}</option>
          ))}
        </select>
      )}
      <span className="caption">{say('schedules.members.hint')}</span>
    </div>
  );
}
