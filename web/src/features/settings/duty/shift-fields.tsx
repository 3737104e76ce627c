// The shifts of a day: name, beginning and end.

import type { ShiftCalendar } from '@gonsters/contract';
import { Plus, X } from 'lucide-react';
import { useTellingText } from '../telling/use-telling-text.ts';

type Shifts = ShiftCalendar['shifts'];

export function ShiftFields({
  shifts,
  mayAdd,
  onChange,
}: {
  shifts: Shifts;
  /** Other patterns have a fixed number of shifts. */
  mayAdd: boolean;
  onChange: (shifts: Shifts) => void;
}) {
  const { say } = useTellingText();
  const put = (place: number, part: Partial<Shifts[number]>) =>
    onChange(shifts.map((shift, at) => (at === place ? { ...shift, ...part } : shift)));
  return (
    <div className="field">
      <h3 className="label">{say('shifts.list')}</h3>
      <ul className="shift-list">
        {shifts.map((shift, place) => {
          const number = place + 1;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may be the same while they are typed
            <li key={place}>
              <span className="input">
                <input
                  aria-label={say('shifts.name', { number })}
                  maxLength={40}
                  value={shift.name}
                  onChange={(event) => put(place, { name: event.target.value })}
                />
              </span>
              {(['from', 'to'] as const).map((end) => (
                <span key={end} className="input">
                  <input
                    type="time"
                    aria-label={say(`shifts.${end}`, { number })}
                    value={shift[end]}
                    onChange={(event) => put(place, { [end]: event.target.value })}
                  />
                </span>
              ))}
              {mayAdd ? (
                <button
                  type="button"
                  className="button button-quiet button-icon button-small"
                  disabled={shifts.length === 1}
                  aria-label={say('shifts.remove', { number })}
                  onClick={() => onChange(shifts.toSpliced(place, 1))}
                >
                  <X size={16} strokeWidth={1.5} aria-hidden="true" />
                </button>
              ) : (
                <span />
              )}
            </li>
          );
        })}
      </ul>
      {mayAdd ? (
        <div>
          <button
            type="button"
            className="button button-small button-quiet"
            onClick={() => onChange([...shifts, { name: '', from: shifts.at(-1)?.to ?? '06:00', to: '06:00' }])}
          >
            <Plus size={14} strokeWidth={1.5} aria-hidden="true" />
            {say('shifts.add')}
          </button>
        </div>
      ) : null}
    </div>
  );
}
