// Puts somebody else on duty for some time: to fill a gap, or to swap.

import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { FormDialog } from '../../../components/ui/dialog/form-dialog.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { SelectField, TextField } from '../../../components/ui/form/text-field.tsx';
import { toast } from '../../../components/ui/toast.ts';
import { fromLocalText, toLocalText } from '../../../i18n/zone.ts';
import { useTellingNames } from '../telling/use-telling-names.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { useFormSubmit } from '../use-form-submit.ts';
import { dayAndTime, formatIn, useRefreshDuty, useSchedules } from './use-duty.ts';

export interface OverrideStart {
  scheduleId: string;
  fromMs: number;
  toMs: number;
  /** Who hands the duty over, and so is no choice. */
  without?: string;
}

export function OverrideDialog({
  start,
  title,
  onClose,
}: {
  start: OverrideStart;
  title?: string;
  onClose: () => void;
}) {
  const { say, language } = useTellingText();
  const api = useTellingApi();
  const refresh = useRefreshDuty();
  const names = useTellingNames();
  const form = useFormSubmit();
  const schedule = useSchedules().data?.find(({ id }) => id === start.scheduleId);
  const zone = schedule?.zone ?? 'UTC';
  // Whole minutes, as the fields show them; duties begin and end at such.
  const [from, setFrom] = useState(() => toLocalText(zone, Math.floor(start.fromMs / 60_000) * 60_000));
  const [to, setTo] = useState(() => toLocalText(zone, start.toMs));
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const people = names.people.filter(({ id }) => id !== start.without);
  const members = new Set(schedule?.members);
  // Those of the schedule first: they know the work.
  const sorted = people.toSorted((a, b) => Number(members.has(b.id)) - Number(members.has(a.id)));
  const user = chosen === '' ? (sorted[0]?.id ?? '') : chosen;
  const [fromMs, toMs] = [fromLocalText(zone, from), fromLocalText(zone, to)];
  const format = formatIn(language, zone);
  const zoneName = format.zone(start.fromMs);
  const isRight = !Number.isNaN(fromMs) && !Number.isNaN(toMs) && fromMs < toMs;
  const save = () =>
    form.submit({}, async () => {
      await api.addDutyOverride(start.scheduleId, {
        user_id: user,
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      });
      await refresh();
      const range = { from: dayAndTime(format, fromMs), to: dayAndTime(format, toMs) };
      toast.success(say('override.saved', { name: names.person(user) ?? '', ...range }));
      onClose();
    });
  const { faults } = form;
  return (
    <FormDialog
      title={title ?? say('override.title')}
      {...(schedule ? { lead: schedule.name } : {})}
      submitLabel={say('override.save')}
      canSubmit={user !== '' && isRight}
      busy={form.busy}
      onSubmit={save}
      onClose={onClose}
    >
      <SelectField
        label={say('override.person')}
        fault={faults.user_id}
        value={user}
        choices={sorted.map(({ id, name, role }) => ({ value: id, label: `${name}, ${role}` }))}
        onChange={setChosen}
      />
      <TextField
        label={say('override.from', { zone: zoneName })}
        type="datetime-local"
        fault={faults.from}
        value={from}
        onChange={setFrom}
      />
      <TextField
        label={say('override.to', { zone: zoneName })}
        type="datetime-local"
        fault={faults.to ?? (isRight || to === '' ? undefined : say('override.times'))}
        value={to}
        onChange={setTo}
      />
      <TextField
        label={say('override.reason')}
        maxLength={200}
        fault={faults.reason}
        value={reason}
        onChange={setReason}
      />
      {faults[''] ? <FaultText>{faults['']}</FaultText> : null}
    </FormDialog>
  );
}
