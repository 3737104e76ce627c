// The link with which calendar programs read the duties of a schedule. It is shown once.

import type { DutySchedule } from '@gonsters/contract';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { Dialog } from '../../../components/ui/dialog/dialog.tsx';
import { CopyField } from '../../../components/ui/form/copy-field.tsx';
import { FaultText } from '../../../components/ui/form/field.tsx';
import { SelectField } from '../../../components/ui/form/text-field.tsx';
import { managementFaultText } from '../management-fault.ts';
import { useTellingText } from '../telling/use-telling-text.ts';
import { useRefreshDuty, useSchedules } from './use-duty.ts';

export function CalendarLinkDialog({ schedule: first, onClose }: { schedule: DutySchedule; onClose: () => void }) {
  const { say, t } = useTellingText();
  const api = useTellingApi();
  const refresh = useRefreshDuty();
  const all = useSchedules().data ?? [first];
  const [id, setId] = useState(first.id);
  const [made, setMade] = useState<{ id: string; url: string } | null>(null);
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const schedule = all.find((each) => each.id === id) ?? first;
  const make = async () => {
    setBusy(true);
    setFault('');
    try {
      setMade({ id, url: await api.makeCalendarLink(id) });
      await refresh();
    } catch (error) {
      setFault(managementFaultText(t, error));
    }
    setBusy(false);
  };
  const url = made?.id === id ? made.url : null;
  return (
    <Dialog
      title={say('duty.link.title', { name: schedule.name })}
      lead={say('duty.link.lead')}
      onClose={onClose}
      actions={
        url === null ? (
          <button type="button" className="button button-primary" disabled={busy} onClick={() => void make()}>
            {say(schedule.has_calendar_link ? 'duty.link.make_new' : 'duty.link.make')}
          </button>
        ) : (
          <button type="button" className="button button-primary" onClick={onClose}>
            {t('app.close')}
          </button>
        )
      }
    >
      {all.length > 1 ? (
        <SelectField
          label={say('override.schedule')}
          value={id}
          choices={all.map((each) => ({ value: each.id, label: each.name }))}
          onChange={setId}
        />
      ) : null}
      {url === null ? null : <CopyField label={say('duty.link.url')} text={url} />}
      <p className="caption">{say('duty.link.again')}</p>
      {fault === '' ? null : <FaultText>{fault}</FaultText>}
    </Dialog>
  );
}
