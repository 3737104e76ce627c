// The holidays of the plant.

import type { ShiftCalendar } from '@gonsters/contract';
import { Plus, X } from 'lucide-react';
import { useTellingText } from '../telling/use-telling-text.ts';

type Holidays = ShiftCalendar['holidays'];

export function HolidayFields({ holidays, onChange }: { holidays: Holidays; onChange: (holidays: Holidays) => void }) {
  const { say } = useTellingText();
  const put = (place: number, part: Partial<Holidays[number]>) =>
    onChange(holidays.map((holiday, at) => (at === place ? { ...holiday, ...part } : holiday)));
  return (
    <div className="field">
      <h3 className="label">{say('shifts.holidays')}</h3>
      {holidays.length === 0 ? <span className="caption">{say('shifts.holidays.none')}</span> : null}
      <ul className="holiday-list">
        {holidays.map((holiday, place) => {
          const number = place + 1;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: dates may be the same while they are typed
            <li key={place}>
              <span className="input">
                <input
                  type="date"
                  aria-label={say('shifts.holiday.date', { number })}
                  value={holiday.date}
                  onChange={(event) => put(place, { date: event.target.value })}
                />
              </span>
              <span className="input">
                <input
                  aria-label={say('shifts.holiday.name', { number })}
                  maxLength={100}
                  value={holiday.name}
                  onChange={(event) => put(place, { name: event.target.value })}
                />
              </span>
              <button
                type="button"
                className="button button-quiet button-icon button-small"
                aria-label={say('shifts.holiday.remove', { number })}
                onClick={() => onChange(holidays.toSpliced(place, 1))}
              >
                <X size={16} strokeWidth={1.5} aria-hidden="true" />
              </button>
            </li>
          );
        })}
      </ul>
      <div>
        <button
          type="button"
          className="button button-small button-quiet"
          onClick={() => onChange([...holidays, { date: '', name: '' }])}
        >
          <Plus size={14} strokeWidth={1.5} aria-hidden="true" />
          {say('shifts.holiday.add')}
        </button>
      </div>
    </div>
  );
}
