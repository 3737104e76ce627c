// A duty schedule while it is edited.

import type { DutySchedule } from '@gonsters/contract';

export type ScheduleDraft = Pick<
  DutySchedule,
  ('name' | 'zone' | 'rotation' | 'hand_over' | 'weekday') | ('starts_on' | 'members' | 'hours' | 'on_holidays')
>;

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const WORKDAYS = [1, 2, 3, 4, 5];

/** `today`: as 2026-01-31. */
export function newSchedule(zone: string, today: string): ScheduleDraft {
  return {
    name: '',
    zone,
    rotation: 'week',
    hand_over: '06:00',
    weekday: 1,
    starts_on: today,
    members: [],
    hours: null,
    on_holidays: null,
  };
}

export function scheduleDraft(schedule: DutySchedule): ScheduleDraft {
  const { name, zone, rotation, hand_over, weekday, starts_on, members, hours, on_holidays } = schedule;
  return { name, zone, rotation, hand_over, weekday, starts_on, members, hours, on_holidays };
}

export const OFFICE_HOURS = { weekdays: WORKDAYS, from: '07:00', to: '16:00' };

export const isCompleteSchedule = ({ name, zone, members, starts_on: start, hand_over: time, hours }: ScheduleDraft) =>
  name.trim() !== '' &&
  zone !== '' &&
  members.length > 0 &&
  start !== '' &&
  time !== '' &&
  (hours === null || (hours.weekdays.length > 0 && hours.from !== '' && hours.to !== ''));
