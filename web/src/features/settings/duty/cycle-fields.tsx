// The rotation of a pattern of one's own: which crew works which shift on each day.

import type { ShiftCalendar } from '@gonsters/contract';
import { Minus, Plus } from 'lucide-react';
import { useTellingText } from '../telling/use-telling-text.ts';

export function CycleFields({
  calendar,
  onChange,
}: {
  calendar: ShiftCalendar;
  onChange: (cycle: ShiftCalendar['cycle']) => void;
}) {
  const { say } = useTellingText();
  const { cycle, crews, shifts } = calendar;
  const put = (day: number, shift: number, crew: string) =>
    onChange(
      cycle.map((row, at) => (at === day ? row.map((each, place) => (place === shift ? crew || null : each)) : row)),
    );
  return (
    <div className="field">
      <h3 className="label">{say('shifts.cycle')}</h3>
      <div className="cycle-grid">
        {cycle.map((row, day) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a day is its place in the rotation
          <div key={day} className="cycle-row">
            <span className="caption">{say('shifts.cycle.day', { number: day + 1 })}</span>
            {row.map((crew, place) => (
              <select
                // biome-ignore lint/suspicious/noArrayIndexKey: as many as there are shifts
                key={place}
                className="input input-select"
                aria-label={say('shifts.cycle.cell', { number: day + 1, shift: shifts[place]?.name ?? '' })}
                value={crew ?? ''}
                onChange={(event) => put(day, place, event.target.value)}
              >
                <option value="">{say('shifts.cycle.none')}</option>
                {crews.map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </select>
            ))}
          </div>
        ))}
      </div>
      <div className="in-line">
        <button
          type="button"
          className="button button-small button-quiet"
          onClick={() => onChange([...cycle, shifts.map(() => null)])}
        >
          <Plus size={14} strokeWidth={1.5} aria-hidden="true" />
          {say('shifts.cycle.add')}
        </button>
        {cycle.length === 0 ? null : (
          <button
            type="button"
            className="button button-small button-quiet"
            onClick={() => onChange(cycle.slice(0, -1))}
          >
            <Minus size={14} strokeWidth={1.5} aria-hidden="true" />
            {say('shifts.cycle.remove')}
          </button>
        )}
      </div>
    </div>
  );
}
