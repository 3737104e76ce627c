// Shifts and duty: the shift calendar of the plant, and who is on duty when.

import type { DutySchedule } from '@gonsters/contract';
import { useState } from 'react';
import { useMay } from '../../../api/use-api.ts';
import { DutyWeekCard } from './duty-week-card.tsx';
import { GapNotice } from './gap-notice.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { SchedulesCard } from './schedules-card.tsx';
import { ShiftCalendarCard } from './shift-calendar-card.tsx';
import '../../../styles/telling.css';

export function DutySection() {
  const mayManage = useMay('write:machines');
  const [editing, setEditing] = useState<DutySchedule | 'new' | null>(null);
  const add = mayManage ? () => setEditing('new') : null;
  return (
    <>
      <GapNotice />
      <DutyWeekCard onAdd={add} />
      <SchedulesCard onEdit={mayManage ? setEditing : null} />
      <ShiftCalendarCard />
      {editing === null ? null : (
        <ScheduleDialog schedule={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}
