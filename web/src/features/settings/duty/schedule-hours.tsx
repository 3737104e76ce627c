// The hours in which somebody has to be on duty.

import type { DutySchedule } from '@gonsters/contract';
import { useTellingText } from '../telling/use-telling-text.ts';
import { WEEKDAYS } from './schedule-draft.ts';
import { TimeField } from './schedule-rotation.tsx';
import { weekdayName } from './weekday-name.ts';

type Hours = NonNullable<DutySchedule['hours']>;

export function ScheduleHours({ hours, onChange }: { hours: Hours; onChange: (hours: Hours) => void }) {
  const { say, language } = useTellingText();
  const toggle = (day: number) => {
    const weekdays = hours.weekdays.includes(day)
      ? hours.weekdays.filter((each) => each !== day)
      : [...hours.weekdays, day].sort((a, b) => a - b);
    onChange({ ...hours, weekdays });
  };
  return (
    <>
      <fieldset className="weekday-choice" aria-label={say('schedules.hours.days')}>
        {WEEKDAYS.map((day) => (
          <button
            key={day}
            type="button"
            className="chip chip-toggle"
            aria-pressed={hours.weekdays.includes(day)}
            onClick={() => toggle(day)}
          >
            {weekdayName(language, day, 'short')}
          </button>
        ))}
      </fieldset>
      <div className="two-fields">
        <TimeField
          label={say('schedules.hours.from')}
          type="time"
          value={hours.from}
          onChange={(from) => onChange({ ...hours, from })}
        />
        <TimeField
          label={say('schedules.hours.to')}
          type="time"
          value={hours.to}
          onChange={(to) => onChange({ ...hours, to })}
        />
      </div>
    </>
  );
}
