// The duty schedules: who follows whom, who has it now, and what was swapped by hand.

import type { DutyOverride, DutySchedule } from '@gonsters/contract';
import { Pencil, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTellingApi } from '../../../api/telling/use-telling-api.ts';
import { useMay, useSessionState } from '../../../api/use-api.ts';
import { toast } from '../../../components/ui/toast.ts';
import { managementFaultText } from '../management-fault.ts';
import { OpenMark } from '../telling/open-mark.tsx';
import { useTellingText } from '../telling/use-telling-text.ts';
import { dayAndTime, formatIn, useRefreshDuty, useSchedules } from './use-duty.ts';

export function SchedulesCard({ onEdit }: { onEdit: ((schedule: DutySchedule | 'new') => void) | null }) {
  const { say } = useTellingText();
  const schedules = useSchedules().data ?? [];
  if (schedules.length === 0) return null;
  return (
    <section className="card" aria-label={say('schedules.title')}>
      <div className="card-head">
        <h2>{say('schedules.title')}</h2>
        <span className="caption hidden tablet:inline">{say('schedules.hint')}</span>
        <span className="flex-1" />
        {onEdit === null ? null : (
          <button type="button" className="button button-small" onClick={() => onEdit('new')}>
            <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
            {say('duty.add')}
          </button>
        )}
      </div>
      <ul>
        {schedules.map((schedule) => (
          <ScheduleRow key={schedule.id} schedule={schedule} onEdit={onEdit === null ? null : () => onEdit(schedule)} />
        ))}
      </ul>
    </section>
  );
}

function ScheduleRow({ schedule, onEdit }: { schedule: DutySchedule; onEdit: (() => void) | null }) {
  const { say, language } = useTellingText();
  const { now, gaps, members, rotation, name } = schedule;
  const format = formatIn(language, schedule.zone);
  const count = members.length;
  return (
    <li className="schedule-row">
      <div className="min-w-0">
        <h3>{name}</h3>
        <span className="caption block">
          {rotation === 'shift'
            ? say('schedules.row.shift', { count })
            : say(`schedules.row.${rotation}`, { count, time: schedule.hand_over })}
        </span>
      </div>
      <div className="caption">
        <span className="block">
          {now === null
            ? say('duty.now.nobody')
            : say('duty.now', {
                name: now.name,
                time: `${dayAndTime(format, Date.parse(now.until))} ${format.zone(Date.parse(now.until))}`,
              })}
        </span>
        {gaps.length === 0 ? null : (
          <span className="channel-fails">
            <OpenMark />
            {say('schedules.gaps', { count: gaps.length })}
          </span>
        )}
        {schedule.overrides.map((override) => (
          <OverrideLine key={override.id} schedule={schedule} override={override} />
        ))}
      </div>
      {onEdit === null ? (
        <span />
      ) : (
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          aria-label={say('schedules.edit', { name })}
          onClick={onEdit}
        >
          <Pencil size={16} strokeWidth={1.5} aria-hidden="true" />
        </button>
      )}
    </li>
  );
}

function OverrideLine({ schedule, override }: { schedule: DutySchedule; override: DutyOverride }) {
  const { say, t, language } = useTellingText();
  const api = useTellingApi();
  const refresh = useRefreshDuty();
  const mayManage = useMay('write:machines');
  const session = useSessionState();
  const isOwn = session.phase === 'signed-in' && session.user.username === override.created_by;
  const [busy, setBusy] = useState(false);
  const format = formatIn(language, schedule.zone);
  const range = {
    from: dayAndTime(format, Date.parse(override.from)),
    to: dayAndTime(format, Date.parse(override.to)),
  };
  const text = say('override.row', { name: override.name, ...range });
  const remove = async () => {
    setBusy(true);
    try {
      await api.removeDutyOverride(schedule.id, override.id);
      await refresh();
      toast.success(say('override.removed'));
    } catch (error) {
      toast.error(managementFaultText(t, error));
      setBusy(false);
    }
  };
  return (
    <span className="flex items-center gap-1">
      <span className="min-w-0">
        {text}
        {override.reason === '' ? '' : `: ${override.reason}`}
      </span>
      {mayManage || isOwn ? (
        <button
          type="button"
          className="button button-quiet button-icon button-small"
          disabled={busy}
          aria-label={`${say('override.remove')}: ${text}`}
          title={say('override.remove')}
          onClick={() => void remove()}
        >
          <X size={14} strokeWidth={1.5} aria-hidden="true" />
        </button>
      ) : null}
    </span>
  );
}
