// Duty schedules as the API returns them.

import { type DutySchedule as DutyScheduleView, isoTime, type ShiftCalendarReply } from '@gonsters/contract';
import type { DutyOverride, DutySchedule } from './duty-repository.ts';
import type { DutyService } from './duty-service.ts';
import { type Duty, gapsOf, untilOf } from './rules/duty-times.ts';
import type { Shift } from './rules/shift-calendar.ts';

const DAY_MS = 86_400_000;
/** How far ahead gaps are shown. */
const AHEAD_MS = 14 * DAY_MS;
const UNKNOWN = 'a former user';

/** The name of an active user. */
export type NameOf = (userId: string) => string | null;

export function scheduleView(
  duty: DutyService,
  schedule: DutySchedule,
  nameOf: NameOf,
  nowMs: number,
): DutyScheduleView {
  const { id, name, rules } = schedule;
  const duties = duty.duties(id, nowMs, nowMs + AHEAD_MS);
  const [first] = duties;
  const untilMs = untilOf(duties);
  const isNow = first !== undefined && first.fromMs === nowMs && first.userId !== null && untilMs !== null;
  return {
    ...{ id, name, ...rules, members: [...rules.members] },
    hours: rules.hours && { ...rules.hours, weekdays: [...rules.hours.weekdays] },
    overrides: duty
      .overridesOf(id)
      .filter(({ toMs }) => toMs > nowMs)
      .sort((a, b) => a.fromMs - b.fromMs)
      .map((override) => overrideView(override, nameOf)),
    now: isNow
      ? { user_id: first.userId as string, name: nameOf(first.userId as string) ?? UNKNOWN, until: isoTime(untilMs) }
      : null,
    gaps: gapsOf(duties).map(({ fromMs, toMs }) => ({ from: isoTime(fromMs), to: isoTime(toMs) })),
    has_calendar_link: schedule.tokenHash !== null,
  };
}

const overrideView = ({ id, userId, fromMs, toMs, reason, createdBy }: DutyOverride, nameOf: NameOf) => ({
  ...{ id, user_id: userId, name: nameOf(userId) ?? UNKNOWN, from: isoTime(fromMs), to: isoTime(toMs), reason },
  created_by: nameOf(createdBy) ?? UNKNOWN,
});

export const dutyView = ({ fromMs, toMs, userId, isOverride }: Duty, nameOf: NameOf) => ({
  ...{ from: isoTime(fromMs), to: isoTime(toMs), user_id: userId },
  name: userId === null ? null : (nameOf(userId) ?? UNKNOWN),
  is_override: isOverride,
});

export const shiftView = ({ name, crew, fromMs, toMs }: Shift): NonNullable<ShiftCalendarReply['now']> => ({
  ...{ name, crew, from: isoTime(fromMs), to: isoTime(toMs) },
});
