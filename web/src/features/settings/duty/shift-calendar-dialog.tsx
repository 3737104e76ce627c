// Changes the shift calendar: pattern, zone, shifts, crews, rotation and holidays.

import type { ShiftCalendar } from '@gonsters/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { ZoneField } from '../../../components/domain/zones/zone-field.tsx';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { Segments } from '../../../components/ui/form/segments.tsx';
import { TextField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { useFormSubmit } from '../use-form-submit.ts';
import { crewsOf, cycleFitted, isCompleteCalendar, PATTERNS, withPattern } from './calendar-draft.ts';
import { CycleFields } from './cycle-fields.tsx';
import { HolidayFields } from './holiday-fields.tsx';
import { TimeField } from './schedule-rotation.tsx';
import { ShiftFields } from './shift-fields.tsx';
import { useRefreshDuty } from './use-duty.ts';

export function ShiftCalendarDialog({ stored, onClose }: { stored: ShiftCalendar; onClose: () => void }) {
  const { say, t } = useTellingText();
  const api = useTellingApi();
  const queries = useQueryClient();
  const refresh = useRefreshDuty();
  const form = useFormSubmit();
  const [draft, setDraft] = useState(stored);
  const [crews, setCrews] = useState(stored.crews.join(', '));
  const change = (part: Partial<ShiftCalendar>) => setDraft(cycleFitted({ ...draft, ...part }));
  const names = {
    day: say('shifts.default.day'),
    morning: say('shifts.default.morning'),
    afternoon: say('shifts.default.afternoon'),
    night: say('shifts.default.night'),
  };
  const save = () =>
    form.submit({}, async () => {
      await api.storeShiftCalendar(draft);
      await Promise.all([queries.invalidateQueries({ queryKey: ['shift-calendar'] }), refresh()]);
      toast.success(say('shifts.saved'));
      onClose();
    });
  const { faults } = form;
  const isNone = draft.pattern === 'none';
  return (
    <FormDialog
      wide
      title={say('shifts.title')}
      submitLabel={t('save.save')}
      canSubmit={isCompleteCalendar(draft)}
      busy={form.busy}
      unsaved={draft !== stored}
      onSubmit={save}
      onClose={onClose}
    >
      <div className="field">
        <h3 className="label">{say('shifts.pattern')}</h3>
        <Segments
          label={say('shifts.pattern')}
          value={draft.pattern}
          choices={PATTERNS.map((value) => ({ value, label: say(`shifts.pattern.${value}`) }))}
          onChoose={(pattern) => {
            const next = withPattern(draft, pattern, names);
            setDraft(next);
            setCrews(next.crews.join(', '));
          }}
        />
        <span className="caption">{say(`shifts.pattern.${draft.pattern}.hint`)}</span>
      </div>
      <div className="two-fields">
        <ZoneField
          label={say('shifts.zone')}
          fault={faults.zone}
          zone={draft.zone}
          onChange={(zone) => change({ zone })}
        />
        {isNone ? null : (
          <TimeField
            label={say('shifts.starts_on')}
            fault={faults.starts_on}
            type="date"
            value={draft.starts_on}
            onChange={(date) => change({ starts_on: date })}
          />
        )}
      </div>
      {isNone ? null : (
        <>
          <ShiftFields
            shifts={draft.shifts}
            mayAdd={draft.pattern === 'custom'}
            onChange={(shifts) => change({ shifts })}
          />
          <TextField
            label={say('shifts.crews')}
            hint={say('shifts.crews.hint')}
            fault={faults.crews}
            value={crews}
            onChange={(text) => {
              setCrews(text);
              change({ crews: crewsOf(text) });
            }}
          />
        </>
      )}
      {draft.pattern === 'custom' && draft.crews.length > 0 ? (
        <CycleFields calendar={draft} onChange={(cycle) => change({ cycle })} />
      ) : null}
      <HolidayFields holidays={draft.holidays} onChange={(holidays) => change({ holidays })} />
      {Object.entries(faults).map(([field, text]) =>
        ['zone', 'starts_on', 'crews'].includes(field) || text === '' ? null : (
          <FaultText key={field}>{text}</FaultText>
        ),
      )}
    </FormDialog>
  );
}
