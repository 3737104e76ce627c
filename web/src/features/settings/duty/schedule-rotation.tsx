// When the next person of a schedule takes over.

import { Field } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { SelectField } from '../../../components/ui/form/text-field.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import { type ScheduleDraft, WEEKDAYS } from './schedule-draft.ts';
import { weekdayName } from './weekday-name.ts';

const ROTATIONS = ['day', 'week', 'shift'] as const;

export function ScheduleRotation({
  draft,
  faults,
  onChange,
}: {
  draft: ScheduleDraft;
  faults: Readonly<Record<string, string>>;
  onChange: (part: Partial<ScheduleDraft>) => void;
}) {
  const { say, language } = useTellingText();
  return (
    <>
      <div className="field">
        <h3 className="label">{say('schedules.rotation')}</h3>
        <Segments
          label={say('schedules.rotation')}
          value={draft.rotation}
          choices={ROTATIONS.map((value) => ({ value, label: say(`schedules.rotation.${value}`) }))}
          onChoose={(rotation) => onChange({ rotation })}
        />
        {draft.rotation === 'shift' ? <span className="caption">{say('schedules.rotation.shift.hint')}</span> : null}
      </div>
      <div className="two-fields">
        {draft.rotation === 'shift' ? null : (
          <TimeField
            label={say('schedules.hand_over')}
            fault={faults.hand_over}
            type="time"
            value={draft.hand_over}
            onChange={(time) => onChange({ hand_over: time })}
          />
        )}
        {draft.rotation === 'week' ? (
          <SelectField
            label={say('schedules.weekday')}
            fault={faults.weekday}
            value={String(draft.weekday)}
            choices={WEEKDAYS.map((day) => ({ value: String(day), label: weekdayName(language, day, 'long') }))}
            onChange={(day) => onChange({ weekday: Number(day) })}
          />
        ) : null}
        <TimeField
          label={say('schedules.starts_on')}
          fault={faults.starts_on}
          type="date"
          value={draft.starts_on}
          onChange={(date) => onChange({ starts_on: date })}
        />
      </div>
    </>
  );
}

/** A time of day, or a date, with the control of the browser. */
export function TimeField({
  label,
  fault,
  type,
  value,
  onChange,
}: {
  label: string;
  fault?: string | undefined;
  type: 'time' | 'date';
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Field label={label} fault={fault}>
      {(field) => (
        <span className={`input ${fault ? 'input-invalid' : ''}`}>
          <input {...field} type={type} value={value} onChange={(event) => onChange(event.target.value)} />
        </span>
      )}
    </Field>
  );
}
