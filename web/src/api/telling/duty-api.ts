// Requests about the shift calendar and the duty schedules.

import type {
  CalendarLinkReply,
  DutiesReply,
  DutyScheduleReply,
  DutySchedulesReply,
  NewDutyOverride,
  NewDutySchedule,
  OwnDutyReply,
  ShiftCalendar,
  ShiftCalendarReply,
  ShiftsReply,
} from '@gonsters/contract';
import type { ApiClient } from '../http/api-client.ts';

const CALENDAR = '/notifications/calendar';
const SCHEDULES = '/notifications/schedules';
const iso = (timeMs: number) => new Date(timeMs).toISOString();

export function dutyApi(client: ApiClient) {
  return {
    shiftCalendar: (signal: AbortSignal) =>
      client.request<ShiftCalendarReply>({ method: 'GET', path: CALENDAR, signal }),
    storeShiftCalendar: (calendar: ShiftCalendar) =>
      client.request<ShiftCalendarReply>({ method: 'PUT', path: CALENDAR, body: calendar }),
    shifts: async (fromMs: number, toMs: number, signal: AbortSignal) =>
      (
        await client.request<ShiftsReply>({
          method: 'GET',
          path: `${CALENDAR}/shifts`,
          query: { from: iso(fromMs), to: iso(toMs) },
          signal,
        })
      ).shifts,
    dutySchedules: async (signal: AbortSignal) =>
      (await client.request<DutySchedulesReply>({ method: 'GET', path: SCHEDULES, signal })).schedules,
    addDutySchedule: async (schedule: NewDutySchedule) =>
      (await client.request<DutyScheduleReply>({ method: 'POST', path: SCHEDULES, body: schedule })).schedule,
    changeDutySchedule: async (id: string, change: Partial<NewDutySchedule>) =>
      (await client.request<DutyScheduleReply>({ method: 'PATCH', path: `${SCHEDULES}/${id}`, body: change })).schedule,
    removeDutySchedule: (id: string) => client.request<unknown>({ method: 'DELETE', path: `${SCHEDULES}/${id}` }),
    addDutyOverride: async (id: string, override: NewDutyOverride) =>
      (
        await client.request<DutyScheduleReply>({
          method: 'POST',
          path: `${SCHEDULES}/${id}/overrides`,
          body: override,
        })
      ).schedule,
    removeDutyOverride: (id: string, overrideId: string) =>
      client.request<unknown>({ method: 'DELETE', path: `${SCHEDULES}/${id}/overrides/${overrideId}` }),
    duties: async (id: string, fromMs: number, toMs: number, signal: AbortSignal) =>
      (
        await client.request<DutiesReply>({
          method: 'GET',
          path: `${SCHEDULES}/${id}/duties`,
          query: { from: iso(fromMs), to: iso(toMs) },
          signal,
        })
      ).duties,
    /** The former link ends with it. */
    makeCalendarLink: async (id: string) =>
      (await client.request<CalendarLinkReply>({ method: 'POST', path: `${SCHEDULES}/${id}/calendar-link` })).url,
    ownDuties: async (signal: AbortSignal) =>
      (await client.request<OwnDutyReply>({ method: 'GET', path: '/users/me/duty', signal })).duties,
  };
}
