// Makes or changes a duty schedule.

import type { DutySchedule } from '@gonsters/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { ZoneField } from '../../../components/domain/zones/zone-field.tsx';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { SelectField, SwitchField, TextField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { browserZone, toLocalText } from '../../../i18n/zone.ts';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { useTellingNames } from '../telling/use-telling-names.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { useFormSubmit } from '../use-form-submit.ts';
import { isCompleteSchedule, newSchedule, OFFICE_HOURS, type ScheduleDraft, scheduleDraft } from './schedule-draft.ts';
import { ScheduleHours } from './schedule-hours.tsx';
import { ScheduleMembers } from './schedule-members.tsx';
import { ScheduleRotation } from './schedule-rotation.tsx';
import { useRefreshDuty } from './use-duty.ts';

export function ScheduleDialog({ schedule, onClose }: { schedule: DutySchedule | null; onClose: () => void }) {
  const { say, t } = useTellingText();
  const api = useTellingApi();
  const refresh = useRefreshDuty();
  const names = useTellingNames();
  const form = useFormSubmit();
  const calendar = useQuery({ queryKey: ['shift-calendar'], queryFn: ({ signal }) => api.shiftCalendar(signal) });
  const zone = calendar.data?.calendar.zone ?? browserZone();
  const [typed, setTyped] = useState<ScheduleDraft | null>(schedule === null ? null : scheduleDraft(schedule));
  const [removing, setRemoving] = useState(false);
  const [touched, setTouched] = useState(false);
  const draft = typed ?? newSchedule(zone, toLocalText(zone, Date.now()).slice(0, 10));
  const change = (part: Partial<ScheduleDraft>) => {
    setTouched(true);
    setTyped({ ...draft, ...part });
  };
  const name = draft.name.trim();
  const save = () =>
    form.submit({}, async () => {
      if (schedule === null) await api.addDutySchedule({ ...draft, name });
      else await api.changeDutySchedule(schedule.id, { ...draft, name });
      await refresh();
      toast.success(say('schedules.saved', { name }));
      onClose();
    });
  if (removing && schedule !== null) {
    return (
      <ConfirmDialog
        title={say('schedules.remove.title', { name: schedule.name })}
        confirm={say('schedules.remove')}
        run={async () => {
          await api.removeDutySchedule(schedule.id);
          await refresh();
          toast.success(say('schedules.removed', { name: schedule.name }));
        }}
        onClose={onClose}
      >
        <p>{say('schedules.remove.hint')}</p>
      </ConfirmDialog>
    );
  }
  const { faults } = form;
  const named = new Set(['name', 'zone', 'starts_on', 'hand_over', 'weekday']);
  return (
    <FormDialog
      wide
      title={schedule === null ? say('schedules.new') : schedule.name}
      submitLabel={t('save.save')}
      canSubmit={isCompleteSchedule(draft)}
      busy={form.busy}
      unsaved={touched}
      otherAction={
        schedule === null ? null : (
          <button
            type="button"
            className="button button-quiet foot-left"
            disabled={form.busy}
            onClick={() => setRemoving(true)}
          >
            {say('schedules.remove')}
          </button>
        )
      }
      onSubmit={save}
      onClose={onClose}
    >
      <div className="two-fields">
        <TextField
          label={say('schedules.name')}
          hint={say('schedules.name.hint')}
          fault={faults.name}
          maxLength={100}
          value={draft.name}
          onChange={(next) => change({ name: next })}
        />
        <ZoneField
          label={say('schedules.zone')}
          fault={faults.zone}
          zone={draft.zone}
          onChange={(next) => change({ zone: next })}
        />
      </div>
      <ScheduleMembers members={draft.members} names={names} onChange={(members) => change({ members })} />
      <ScheduleRotation draft={draft} faults={faults} onChange={change} />
      <SwitchField
        label={say('schedules.always')}
        hint={say('schedules.always.hint')}
        checked={draft.hours === null}
        onChange={(always) => change({ hours: always ? null : OFFICE_HOURS })}
      />
      {draft.hours === null ? null : <ScheduleHours hours={draft.hours} onChange={(hours) => change({ hours })} />}
      <SelectField
        label={say('schedules.holidays')}
        value={draft.on_holidays ?? ''}
        choices={[
          { value: '', label: say('schedules.holidays.same') },
          ...names.people.map(({ id, name: person }) => ({ value: id, label: person })),
        ]}
        onChange={(id) => change({ on_holidays: id === '' ? null : id })}
      />
      {Object.entries(faults).map(([field, text]) =>
        named.has(field) || text === '' ? null : <FaultText key={field}>{text}</FaultText>,
      )}
    </FormDialog>
  );
}
